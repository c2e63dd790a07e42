"""Robustness against a reference reader: corruption errors over kinds and severities of damage.

Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
Perturbations" (ICLR 2019, arXiv:1903.12261), with labgap's kinds and severities for theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.estimates import SCARCE

__all__ = ["CorruptionErrors", "corruption_errors"]

Values = NDArray[np.float64]
Counts = Mapping[str, Mapping[int, Values]]
"""Kind -> severity -> wrong answers and parcels, shape (2, replications)."""

RESAMPLES, SEED = 2000, 20261123
"""Of the bootstrap over replications (Efron and Tibshirani 1993), the same for all readers."""


@dataclass(frozen=True, slots=True)
class CorruptionErrors:
    """What a reader loses to damage, in units of what the reference loses.

    Attributes
    ----------
    of_kind : mapping
        Kind -> corruption error: errors summed over severities, over the reference's.
    left_out : mapping
        Kind -> the reference's wrong answers, where they are too few to be a unit.
    mean : float
        mCE: mean over `of_kind`; NaN if no kind can be compared.
    interval : (float, float) or None
        95 % of it, by resampling replications; None with fewer than two of them.
    relative_mean : float
        Relative mCE: the same of what is lost against the lab; NaN likewise.
    """

    of_kind: Mapping[str, float]
    left_out: Mapping[str, int]
    mean: float
    interval: tuple[float, float] | None
    relative_mean: float


def corruption_errors(
    errors: Counts, clean: Values, reference: Counts, reference_clean: Values
) -> CorruptionErrors:
    """Compare a reader's errors with a reference's.

    Kinds of which the reference misreads fewer than 20 parcels are no unit to measure in, and are
    left out.  Severities are those that both have met.

    Parameters
    ----------
    errors, reference : mapping
        Kind -> severity -> (wrong answers, parcels), each by replication; the reference's may be
        those of several readers together.
    clean, reference_clean : ndarray, shape (2, replications)
        Wrong answers and parcels in the lab.
    """
    replications = clean.shape[1]
    rng = np.random.default_rng(SEED)
    drawn = rng.multinomial(replications, np.full(replications, 1.0 / replications), RESAMPLES)
    weights = np.vstack([np.ones(replications), drawn])
    mine_clean, their_clean = _shares(clean, weights), _shares(reference_clean, weights)
    of_kind: dict[str, Values] = {}
    relative: list[Values] = []
    left_out: dict[str, int] = {}
    for kind in sorted(set(errors) & set(reference)):
        both = [
            severity
            for severity in sorted(set(errors[kind]) & set(reference[kind]))
            if errors[kind][severity][1].sum() and reference[kind][severity][1].sum()
        ]
        wrong = int(sum(reference[kind][severity][0].sum() for severity in both))
        if wrong < SCARCE:
            left_out[kind] = wrong
            continue
        mine = np.array([_shares(errors[kind][severity], weights) for severity in both])
        theirs = np.array([_shares(reference[kind][severity], weights) for severity in both])
        of_kind[kind] = _over(mine.sum(axis=0), theirs.sum(axis=0))
        lost = (theirs - their_clean).sum(axis=0)
        if lost[0] > 0.0:
            relative.append(_over((mine - mine_clean).sum(axis=0), lost))
    if not of_kind:
        return CorruptionErrors({}, left_out, float("nan"), None, float("nan"))
    means = np.mean(list(of_kind.values()), axis=0)
    low, high = np.nanquantile(means[1:], [0.025, 0.975])
    return CorruptionErrors(
        {kind: float(found[0]) for kind, found in of_kind.items()},
        left_out,
        float(means[0]),
        (float(low), float(high)) if replications > 1 else None,
        float(np.mean([found[0] for found in relative])) if relative else float("nan"),
    )


def _shares(counts: Values, weights: Values) -> Values:
    """Share of wrong answers under each row of weights; 0 where no parcel is left."""
    wrong, parcels = weights @ counts[0], weights @ counts[1]
    shares: Values = np.divide(wrong, parcels, out=np.zeros_like(wrong), where=parcels > 0.0)
    return shares


def _over(above: Values, below: Values) -> Values:
    """Ratios; NaN where the reference made no error in a resample."""
    ratios: Values = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0.0)
    return ratios
