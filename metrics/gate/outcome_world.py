"""Invented outcomes with a known truth, to measure what the gate does: no reader, no pictures.

A parcel is read right when its own luck and its replication's (a probit random effect) stay below
a threshold; arms share all luck, as arms of a run share parcels and random numbers.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import special

from metrics.catalogue import CATALOGUE, MetricKind, Scope
from metrics.gate.evidence import FLAGS, ArmEvidence, Population
from metrics.gate.packed_bits import Mask

__all__ = ["SPREAD", "OutcomeWorld"]

SPREAD = 0.25
"""Standard deviation of the replication effect on the probit scale."""
_HIT = 0.15
_LANES = 2
_KINDS = ("torn", "taped", "glare", "motion_blur")
"""As many groups as a usual mix has: each is one more comparison that the gate makes."""

Values = NDArray[np.float64]


class OutcomeWorld:
    """One draw of luck for `replications` times `parcels`.

    Parameters
    ----------
    rng : numpy.random.Generator
    replications, parcels : int
        `parcels` is that of one replication.
    spread : float
        Standard deviation of the replication effect.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        replications: int,
        parcels: int,
        spread: float = SPREAD,
    ) -> None:
        self._spread = spread
        self._luck = rng.normal(size=(replications, parcels, 1)) + rng.normal(
            0.0, spread, (replications, 1, 1)
        )
        # How a wrong parcel goes wrong: misread, handed over or not read.
        self._way = rng.integers(3, size=(replications, parcels, 1))
        self._pace = rng.normal(0.0, 0.05, (replications, 1))
        self.population = Population(
            (parcels,) * replications,
            tuple(f"invented-{number}" for number in range(replications)),
            _groups(rng, replications, parcels),
        )

    def arm(self, lab: float, production: float) -> ArmEvidence:
        """An arm that reads a share `lab` and `production` right, on average over all worlds.

        Parameters
        ----------
        lab, production : float in (0, 1)
        """
        shares = np.array([lab, production])
        # E[Phi(t - u)] over u ~ N(0, spread^2) is Phi(t / sqrt(1 + spread^2)).
        right = self._luck < special.ndtri(shares) * np.sqrt(1.0 + self._spread**2)
        flags = _flags(right, self._way)
        return ArmEvidence(
            "invented",
            self.population,
            {name: tuple(flags[name]) for name in FLAGS},
            self._sums(),
        )

    def _sums(self) -> dict[tuple[str, str], Values]:
        replications, parcels = self._luck.shape[:2]
        block = np.ones((replications, 3, 2))
        block[:, 0] = 100.0 * np.exp(self._pace)
        block[:, 2] = parcels
        groups = ["all", *(f"lane={lane}" for lane in range(_LANES))]
        return {
            (spec.name, group): block
            for spec in CATALOGUE.values()
            if spec.kind is not MetricKind.PROPORTION or spec.scope is Scope.STATION
            for group in groups
        }


def _flags(right: Mask, way: NDArray[np.int64]) -> Mapping[str, Mask]:
    misread, review, no_read = (~right & (way == number) for number in range(3))
    return {
        "right": right,
        "in_time": right,
        "correct": right,
        "accepted": right | misread,
        "misread": misread,
        "review": review,
        "no_read": no_read,
        "misroute": misread,
        "exception": no_read,
        "right_chute": ~(misread | no_read),
        "recirculated": no_read,
        "missed_deadline": review,
        "to_desk": review | no_read,
    }


def _groups(
    rng: np.random.Generator, replications: int, parcels: int
) -> dict[str, tuple[Mask, ...]]:
    shape = (replications, parcels)
    masks: dict[str, Mask] = {"readable=yes": rng.random(shape) < 0.9}
    lane = np.broadcast_to(np.arange(parcels) % _LANES, shape)
    masks |= {f"lane={number}": lane == number for number in range(_LANES)}
    for kind in _KINDS:
        severity = np.where(rng.random(shape) < _HIT, rng.integers(1, 6, shape), 0)
        masks[f"kind={kind}"] = severity > 0
        masks |= {f"kind={kind},severity={step}": severity == step for step in range(1, 6)}
    return {name: tuple(mask) for name, mask in masks.items()}
