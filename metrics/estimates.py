"""Which interval a number gets: the rules of docs/statistics.md, one function a kind of metric."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.intervals import (
    LEVEL,
    clopper_pearson,
    design_effect,
    effective_size,
    linearised,
    ratio,
    student,
)

__all__ = ["SCARCE", "Estimate", "Moves", "Sums", "mean", "proportion", "replication_mean", "share"]

SCARCE = 20
"""Below so many discordant items (or errors) Student t gives way to the exact interval."""

QUANTILE_REPLICATIONS = 5
"""Fewest replications for an interval of a replication-level quantile."""

Values = NDArray[np.float64]
Bounds = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of one metric and group, a row a replication and a column a cell.

    Attributes
    ----------
    numerator, denominator, n : ndarray, shape (replications, 4)
        The value of a cell is the sum of its numerators over that of its denominators; `n` counts
        items.
    """

    numerator: Values
    denominator: Values
    n: Values


@dataclass(frozen=True, slots=True)
class Moves:
    """How one contrast of a share moves the items, which are the same ones in every cell.

    Attributes
    ----------
    up, down, squares : ndarray, shape (replications,)
        Items whose contrast is positive, negative, and the sum of its squares.
    """

    up: Values
    down: Values
    squares: Values


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval; `remark` says what is unusual about it."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    replications: int
    remark: str | None = None


def mean(sums: Sums, weights: Sequence[int], bounds: Bounds) -> Estimate:
    """Estimate a ratio of sums, or a contrast of them, with Student t over replications.

    Parameters
    ----------
    sums : Sums
    weights : sequence of int, length 4
        Coefficients over the cells; one 1 for a single cell.
    bounds : (low or None, high or None)
        Of a single cell's value.
    """
    used, n = _used(sums, weights)
    if used is None:
        return Estimate(None, None, None, n, 0, "Nothing to count.")
    value, pulls = _contrast(sums, used, weights)
    interval = student(value, pulls)
    if interval is None:
        why = "One replication" if len(pulls) < 2 else "No variation between replications"
        return Estimate(value, None, None, n, len(pulls), f"{why}: no interval.")
    low, high = _cut(interval, weights, bounds)
    return Estimate(value, low, high, n, len(pulls))


def replication_mean(sums: Sums, weights: Sequence[int], bounds: Bounds) -> Estimate:
    """Estimate the mean over replications of a replication-level value (quantile, maximum)."""
    estimate = mean(sums, weights, bounds)
    if estimate.low is not None and estimate.replications < QUANTILE_REPLICATIONS:
        remark = f"Fewer than {QUANTILE_REPLICATIONS} replications: no interval."
        return Estimate(estimate.value, None, None, estimate.n, estimate.replications, remark)
    return estimate


def proportion(
    sums: Sums,
    weights: Sequence[int],
    bounds: Bounds,
    moves: Moves | None = None,
    level: float = LEVEL,
) -> Estimate:
    """Estimate a share or a contrast of shares; exact where Student t cannot be trusted.

    Parameters
    ----------
    sums, weights, bounds
        As `mean`.
    moves : Moves or None
        For a contrast over the same items in every cell; None for a single cell, and for shares
        whose denominators differ from cell to cell.
    level : float
        Coverage; higher where many estimates are looked at.
    """
    used, n = _used(sums, weights)
    if used is None:
        return Estimate(None, None, None, n, 0, "No item in the denominator.")
    value, pulls = _contrast(sums, used, weights)
    clusters = len(pulls)
    if moves is None:
        scarce, what = _errors(sums, weights), "of the rarer outcome among"
    else:
        scarce, what = int(moves.up.sum() + moves.down.sum()), "discordant of"
    interval = student(value, pulls, level) if scarce >= SCARCE else None
    if interval is not None:
        low, high = _cut(interval, weights, bounds)
        return Estimate(value, low, high, n, clusters)
    if moves is None:
        (low, high), effect = _exact_rates(sums, weights, clusters, level)
    else:
        (low, high), effect = _exact_paired(sums, weights, moves, clusters, level)
    low, high = _cut((min(low, value), max(high, value)), weights, bounds)
    counted = f"{scarce:,} {what} {n:,} items"
    return Estimate(value, low, high, n, clusters, _remark(counted, scarce, n, clusters, effect))


def share(successes: Values, sizes: Values) -> Estimate:
    """Estimate one share, as `proportion` does that of a single cell.

    Parameters
    ----------
    successes, sizes : ndarray, shape (replications,)
    """
    numerator, denominator = np.zeros((2, len(sizes), 4))
    numerator[:, 0], denominator[:, 0] = successes, sizes
    return proportion(Sums(numerator, denominator, denominator), (1, 0, 0, 0), (0.0, 1.0))


def _used(sums: Sums, weights: Sequence[int]) -> tuple[NDArray[np.bool_] | None, int]:
    """Replications with anything to count, None if a needed cell is empty; and the items."""
    needed = [cell for cell, weight in enumerate(weights) if weight]
    n = min(int(math.fsum(sums.n[:, cell])) for cell in needed)
    if any(math.fsum(sums.denominator[:, cell]) <= 0.0 for cell in needed):
        return None, n
    used: NDArray[np.bool_] = np.any(sums.denominator[:, needed] > 0.0, axis=1)
    return used, n


def _contrast(sums: Sums, used: NDArray[np.bool_], weights: Sequence[int]) -> tuple[float, Values]:
    """Value of a contrast of ratios and each replication's pull on it."""
    needed = [cell for cell, weight in enumerate(weights) if weight]
    numerator, denominator = sums.numerator[used], sums.denominator[used]
    pulls = np.zeros(len(numerator))
    for cell in needed:
        pulls = pulls + weights[cell] * linearised(numerator[:, cell], denominator[:, cell])
    common = denominator[:, needed[0]]
    if all(np.array_equal(denominator[:, cell], common) for cell in needed):
        # The same items in every cell: one division, so that 30 of 500 is 0.06 to the last digit.
        value = ratio(numerator @ np.asarray(weights, dtype=np.float64), common)
    else:
        terms = (weights[c] * ratio(numerator[:, c], denominator[:, c]) for c in needed)
        value = math.fsum(terms)
    # Cells that agree but for rounding must give exactly no pull.
    scale = max(1.0, *(abs(ratio(numerator[:, c], denominator[:, c])) for c in needed))
    return value + 0.0, np.where(np.abs(pulls) <= 1e-12 * scale, 0.0, pulls)


def _errors(sums: Sums, weights: Sequence[int]) -> int:
    """Successes or failures, whichever are fewer, over the cells compared."""
    cells = [cell for cell, weight in enumerate(weights) if weight]
    successes = sums.numerator[:, cells].sum(axis=0)
    return int(np.minimum(successes, sums.denominator[:, cells].sum(axis=0) - successes).sum())


def _exact_paired(
    sums: Sums, weights: Sequence[int], moves: Moves, clusters: int, level: float
) -> tuple[tuple[float, float], float | None]:
    """Bound the items moved up and down, each at half the error (Bonferroni), and subtract."""
    sizes = sums.denominator[:, 0]
    effect = design_effect(sums.numerator @ np.asarray(weights), moves.squares, sizes)
    if effect is None:
        # Nothing moved: borrow the clustering of the outcomes themselves.
        effect = _largest_effect(sums, weights)
    items = math.fsum(sizes)
    size = effective_size(items, effect or 1.0, clusters, level)
    half = 1.0 - (1.0 - level) / 2
    low_up, high_up = clopper_pearson(moves.up.sum() / items * size, size, half)
    low_down, high_down = clopper_pearson(moves.down.sum() / items * size, size, half)
    # One item can move an interaction by two.
    step = sum(weight for weight in weights if weight > 0)
    return (low_up - step * high_down, step * high_up - low_down), effect


def _exact_rates(
    sums: Sums, weights: Sequence[int], clusters: int, level: float
) -> tuple[tuple[float, float], float | None]:
    """Bound every cell's share, the error split over the cells (Bonferroni), and combine."""
    cells = [cell for cell, weight in enumerate(weights) if weight]
    each = 1.0 - (1.0 - level) / len(cells)
    low, high = 0.0, 0.0
    effect = _largest_effect(sums, weights)
    for cell in cells:
        items = math.fsum(sums.denominator[:, cell])
        size = effective_size(items, effect or 1.0, clusters, level)
        share = math.fsum(sums.numerator[:, cell]) / items
        ends = [weights[cell] * end for end in clopper_pearson(share * size, size, each)]
        low, high = low + min(ends), high + max(ends)
    return (low, high), effect


def _largest_effect(sums: Sums, weights: Sequence[int]) -> float | None:
    effects = [
        design_effect(sums.numerator[:, cell], sums.numerator[:, cell], sums.denominator[:, cell])
        for cell, weight in enumerate(weights)
        if weight
    ]
    return max((effect for effect in effects if effect is not None), default=None)


def _cut(
    interval: tuple[float, float], weights: Sequence[int], bounds: Bounds
) -> tuple[float, float]:
    """Keep an interval inside what the metric's bounds allow the contrast to be."""
    low, high = bounds
    least = [low if weight > 0 else high for weight in weights if weight]
    most = [high if weight > 0 else low for weight in weights if weight]
    factors = [weight for weight in weights if weight]
    floor = _combine(factors, least, -math.inf)
    ceiling = _combine(factors, most, math.inf)
    return max(interval[0], floor), min(interval[1], ceiling)


def _combine(factors: list[int], ends: list[float | None], otherwise: float) -> float:
    if any(end is None for end in ends):
        return otherwise
    return math.fsum(f * end for f, end in zip(factors, ends, strict=True) if end is not None)


def _remark(counted: str, scarce: int, n: int, clusters: int, effect: float | None) -> str:
    cause = counted if scarce < SCARCE else f"{counted} but no variation between replications"
    if clusters < 2:
        how = "one replication, so an exact interval over items, which is no replication interval"
    elif effect is None:
        how = "exact binomial interval; nothing varies, so no design effect could be estimated"
    else:
        how = f"exact binomial interval, widened by a design effect of {effect:.2f}"
    return f"{cause}: {how}; 3/n = {3 / n:.2g}."
