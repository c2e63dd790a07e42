"""How much worse the candidate is than the base, replication by replication."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from metrics.catalogue import CATALOGUE, Better, MetricKind, Scope
from metrics.gate.evidence import ArmEvidence
from metrics.intervals import linearised, ratio

__all__ = ["Condition", "Harm", "Moved", "Shares", "measure_harm"]

Values = NDArray[np.float64]
Condition = Literal["lab", "production", "gap"]
_WEIGHTS: dict[Condition, tuple[float, float]] = {
    "lab": (1.0, 0.0),
    "production": (0.0, 1.0),
    "gap": (1.0, -1.0),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """Parcels whose outcome differs between the arms, by replication.

    Attributes
    ----------
    worse, better : ndarray, shape (replications,)
        Sums of the parcels' harm above and below zero.
    squares, parcels : ndarray, shape (replications,)
        Sums of squared harms, and how many parcels there are.
    step : float
        The most one parcel can move: 1, and 2 for a gap.
    """

    worse: Values
    better: Values
    squares: Values
    parcels: Values
    step: float


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares that make up a harm whose arms count different parcels.

    Attributes
    ----------
    weights : tuple of float
        Harm is the weighted sum of the shares.
    numerator, denominator : ndarray, shape (replications, len(weights))
    """

    weights: tuple[float, ...]
    numerator: Values
    denominator: Values


@dataclass(frozen=True, slots=True)
class Harm:
    """One metric, condition and group: base against candidate.

    Attributes
    ----------
    base, candidate : float
        Values in the metric's unit.
    value : float
        Candidate less base, turned so that more is worse.
    replications : ndarray, shape (replications,)
        What each replication says of `value`; their mean is `value`.
    parcels : int
    moved : Moved or None
        For shares over the same parcels in both arms.
    shares : Shares or None
        For shares over different parcels.
    """

    base: float
    candidate: float
    value: float
    replications: Values
    parcels: int
    moved: Moved | None = None
    shares: Shares | None = None


def measure_harm(
    base: ArmEvidence,
    candidate: ArmEvidence,
    metric: str,
    condition: Condition,
    group: str,
    better: Better,
) -> Harm | None:
    """Pair two arms by replication and, for shares, by parcel.

    Parameters
    ----------
    better : Better
        ``higher`` or ``lower``, of the metric itself.  A gap is lab less production, so where
        higher is better a larger gap is worse.

    Returns
    -------
    Harm or None
        None if nothing was counted in one of the arms.

    Raises
    ------
    KeyError
        If the metric was not counted in this group.
    """
    weights = np.asarray(_WEIGHTS[condition])
    needed = [column for column in (0, 1) if weights[column]]
    sign = (-1.0 if better is Better.HIGHER else 1.0) * (-1.0 if condition == "gap" else 1.0)
    ours = base.counts(metric, group)
    theirs = candidate.counts(metric, group)
    both = np.concatenate((ours, theirs), axis=2)[:, :, [*needed, *(2 + c for c in needed)]]
    used = np.any(both[:, 1] > 0.0, axis=1)
    if np.any(both[:, 1].sum(axis=0) <= 0.0):
        return None
    numerator, denominator = both[used, 0], both[used, 1]
    factors = sign * np.concatenate((-weights[needed], weights[needed]))
    columns = range(len(factors))
    values = [ratio(numerator[:, c], denominator[:, c]) for c in columns]
    half = len(needed)
    plain = weights[needed]
    base_value = math.fsum(plain * values[:half])
    candidate_value = math.fsum(plain * values[half:])
    pulls = np.zeros(len(numerator))
    for c in columns:
        pulls = pulls + factors[c] * linearised(numerator[:, c], denominator[:, c])
    # Rounding must not pass for variation.
    scale = max(1.0, *(abs(value) for value in values))
    pulls = np.where(np.abs(pulls) <= 1e-12 * scale, 0.0, pulls)
    value = _exact_sum(factors, numerator, denominator, values)
    parcels = int(both[:, 2].sum(axis=0).min())
    spec = CATALOGUE[metric]
    moved = shares = None
    if spec.kind is MetricKind.PROPORTION and spec.scope is not Scope.STATION:
        if spec.denominator is None:
            assert spec.numerator is not None
            moved = _moved(base, candidate, spec.numerator, group, sign * weights)
        else:
            shares = Shares(tuple(factors.tolist()), numerator, denominator)
    return Harm(base_value, candidate_value, value, value + pulls, parcels, moved, shares)


def _exact_sum(
    factors: Values, numerator: Values, denominator: Values, values: list[float]
) -> float:
    if np.all(denominator == denominator[:, :1]):
        # The same parcels everywhere: one division, so that 30 of 500 is 0.06 to the last digit.
        return ratio(numerator @ factors, denominator[:, 0]) + 0.0
    return math.fsum(factors * values) + 0.0


def _moved(
    base: ArmEvidence, candidate: ArmEvidence, column: str, group: str, weights: Values
) -> Moved:
    rows = []
    for replication, chosen in enumerate(base.population.members(group)):
        ours = base.flags[column][replication][chosen]
        theirs = candidate.flags[column][replication][chosen]
        harm = (theirs.astype(np.float64) - ours) @ weights
        rows.append(
            (harm.clip(min=0.0).sum(), (-harm).clip(min=0.0).sum(), (harm**2).sum(), len(harm))
        )
    worse, better, squares, parcels = np.asarray(rows, dtype=np.float64).T
    used = parcels > 0
    step = float(np.abs(weights).sum())
    return Moved(worse[used], better[used], squares[used], parcels[used], step)
