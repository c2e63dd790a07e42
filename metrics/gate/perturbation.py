"""The same arm on another day: as good on average, and not the same parcel by parcel."""

import numpy as np
from numpy.typing import NDArray

from metrics.gate.evidence import ArmEvidence, family
from metrics.gate.packed_bits import Mask

__all__ = ["DISAGREEMENT", "NOISE", "perturbed"]

DISAGREEMENT = 0.01
"""Share of parcels whose reading changes between right and wrong."""
NOISE = 0.005
"""Standard deviation of the factor on each sum of each replication."""

_LEADING = "in_time"


def perturbed(
    evidence: ArmEvidence,
    rng: np.random.Generator,
    *,
    disagreement: float = DISAGREEMENT,
    families: tuple[str, ...] = ("all",),
) -> ArmEvidence:
    """Give some parcels the outcomes of others.

    A parcel takes every outcome, in lab and production, of a parcel drawn from those of the same
    replication and the same groups, so that no expected share changes, in any of the groups, and
    outcomes stay coherent.  So many parcels do so that a share `disagreement` changes between right
    and wrong in production; fewer where nearly all parcels are alike.  Sums of each
    replication are multiplied by a factor around 1.

    Parameters
    ----------
    evidence : ArmEvidence
    rng : numpy.random.Generator
    disagreement : float
    families : tuple of str
        Families of groups in which shares must keep their expectation.
    """
    known = [g for g in sorted(evidence.population.groups) if family(g) in families]
    flags: dict[str, list[Mask]] = {name: [] for name in evidence.flags}
    taken = _taken(evidence, disagreement)
    for replication, parcels in enumerate(evidence.population.parcels):
        masks = [evidence.population.groups[group][replication] for group in known]
        donors = _donors(np.array(masks, dtype=np.bool_).reshape(len(masks), parcels), rng)
        takes = rng.random(parcels) < taken
        source = np.where(takes, donors, np.arange(parcels))
        for name, rows in evidence.flags.items():
            flags[name].append(rows[replication][source])
    sums = {}
    factor = 1.0 + rng.normal(0.0, NOISE, (evidence.replications, 1))
    for key, block in evidence.sums.items():
        sums[key] = block.copy()
        sums[key][:, 0] *= factor
    return ArmEvidence(
        evidence.arm,
        evidence.population,
        {name: tuple(masks) for name, masks in flags.items()},
        sums,
    )


def _taken(evidence: ArmEvidence, disagreement: float) -> float:
    """Share of parcels that must take another's outcome for `disagreement` of them to change."""
    right = np.concatenate([rows[:, 1] for rows in evidence.flags[_LEADING]])
    share = float(right.mean()) if len(right) else 0.0
    changing = 2.0 * share * (1.0 - share)
    return min(1.0, disagreement / changing) if changing > 0.0 else 1.0


def _donors(masks: Mask, rng: np.random.Generator) -> NDArray[np.int64]:
    """For each parcel one drawn from those in exactly the same groups, perhaps itself."""
    parcels = masks.shape[1]
    if masks.shape[0] == 0:
        drawn: NDArray[np.int64] = rng.integers(max(1, parcels), size=(parcels,))
        return drawn
    _, stratum, sizes = np.unique(masks, axis=1, return_inverse=True, return_counts=True)
    stratum = stratum.reshape(-1)
    order = np.argsort(stratum, kind="stable")
    first = np.cumsum(sizes) - sizes
    picked = first[stratum] + (rng.random(parcels) * sizes[stratum]).astype(np.int64)
    donors: NDArray[np.int64] = order[picked]
    return donors
