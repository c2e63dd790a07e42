"""Interval arithmetic: clusters, exact binomials and design effects.

Replications are the clusters throughout.  Sources and assumptions: docs/statistics.md.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = [
    "LEVEL",
    "clopper_pearson",
    "design_effect",
    "effective_size",
    "linearised",
    "ratio",
    "ratio_limits",
    "student",
    "wilson",
]

LEVEL = 0.95
Values = NDArray[np.float64]


def ratio(numerator: Values, denominator: Values) -> float:
    """Ratio of sums over replications, in a way that the order of replications cannot change.

    Raises
    ------
    ZeroDivisionError
        If the denominators sum to zero.
    """
    return math.fsum(numerator) / math.fsum(denominator)


def linearised(numerator: Values, denominator: Values) -> Values:
    """Return each replication's pull on the ratio of sums (Cochran 1977, section 2.11 and ch. 6).

    Parameters
    ----------
    numerator, denominator : ndarray, shape (replications,)

    Returns
    -------
    ndarray, shape (replications,)
        ``(y_r - q x_r) / mean(x)`` with ``q = sum(y) / sum(x)``.  Their mean is zero; with equal
        denominators they are the replication means less the grand mean.
    """
    q = ratio(numerator, denominator)
    mean: float = math.fsum(denominator) / len(denominator)
    pulls: Values = (numerator - q * denominator) / mean
    # Rounding must not pass for variation.
    tolerance = 1e-12 * max(1.0, abs(q))
    return np.where(np.abs(pulls) <= tolerance, 0.0, pulls)


def student(value: float, pulls: Values, level: float = LEVEL) -> tuple[float, float] | None:
    """Student t interval over replications (Student 1908).

    Parameters
    ----------
    value : float
        Estimate.
    pulls : ndarray, shape (replications,)
        Deviation of each replication, mean zero; for a contrast, the contrast of the `linearised`
        values, which pairs the cells by replication.
    level : float
        Coverage.

    Returns
    -------
    (low, high) or None
        None with fewer than two replications or without any variation.
    """
    count = len(pulls)
    squares = math.fsum(pulls**2)
    if count < 2 or squares == 0.0:
        return None
    half = _t_quantile(0.5 + level / 2, count - 1) * math.sqrt(squares / (count * (count - 1)))
    return value - half, value + half


def clopper_pearson(successes: float, trials: float, level: float = LEVEL) -> tuple[float, float]:
    """Exact binomial interval (Clopper & Pearson 1934), by beta quantiles.

    Non-integer counts are allowed, for sample sizes cut down by a design effect (Korn & Graubard
    1998).

    Raises
    ------
    ValueError
        Unless ``0 <= successes <= trials`` and ``trials > 0``.
    """
    if not 0.0 <= successes <= trials or trials <= 0.0:
        raise ValueError(f"{successes} successes of {trials} trials")
    tail, failures = (1.0 - level) / 2, trials - successes
    low = 0.0 if successes == 0.0 else float(special.betaincinv(successes, failures + 1, tail))
    high = 1.0 if failures == 0.0 else float(special.betaincinv(successes + 1, failures, 1 - tail))
    return low, high


def ratio_limits(
    above: tuple[float, float, float], below: tuple[float, float, float]
) -> tuple[float, float] | None:
    """Limits of the ratio of two independent estimates, of theirs (Donner & Zou 2012).

    Where both intervals are symmetric these are Fieller's (1954).

    Parameters
    ----------
    above, below : (value, low, high)
        Numerator and denominator, each with its interval of the same coverage.

    Returns
    -------
    (low, high) or None
        None where the denominator's interval reaches zero: no ratio can be excluded then.
    """
    (a, a_low, a_high), (b, b_low, b_high) = above, below
    if b_low <= 0.0:
        return None
    product = a * b

    def root(of_above: float, of_below: float) -> float:
        # neither factor can pass the square of its estimate
        return math.sqrt(max(0.0, product**2 - of_above * of_below))

    least, most = a_low * (2.0 * a - a_low), a_high * (2.0 * a - a_high)
    widest, narrowest = b_high * (2.0 * b - b_high), b_low * (2.0 * b - b_low)
    if a_low > 0.0:
        # free of the singularity that the usual form has where `widest` is zero
        low = least / (product + root(least, widest))
    else:
        low = (product - root(least, narrowest)) / narrowest
    return low, (product + root(most, narrowest)) / narrowest


def wilson(successes: float, trials: float, level: float = LEVEL) -> tuple[float, float]:
    """Score interval of a share (Wilson 1927): good at small counts, never beyond 0 and 1.

    Raises
    ------
    ValueError
        Unless ``0 <= successes <= trials`` and ``trials > 0``.
    """
    if not 0.0 <= successes <= trials or trials <= 0.0:
        raise ValueError(f"{successes} successes of {trials} trials")
    z = float(special.ndtri(0.5 + level / 2))
    share, square = successes / trials, z * z / trials
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / trials + square / (4 * trials))
    # rounding must not leave a hair of room where there is none
    low = 0.0 if successes == 0 else max(middle - half, 0.0)
    high = 1.0 if successes == trials else min(middle + half, 1.0)
    return low, high


def design_effect(sums: Values, squares: Values, sizes: Values) -> float | None:
    """Estimate ``1 + (m - 1) ICC`` with the one-way ANOVA ICC (Donner & Klar 2000).

    Parameters
    ----------
    sums, squares, sizes : ndarray, shape (replications,)
        Sum, sum of squares and number of the items of each replication.

    Returns
    -------
    float or None
        At least 1: a negative ICC is taken as 0.  `m` is the size-weighted mean replication size.
        None where it cannot be estimated: fewer than two replications, one item in each, or no
        variation at all.
    """
    used = sizes > 0
    sums, squares, sizes = sums[used], squares[used], sizes[used]
    clusters, items = len(sizes), math.fsum(sizes)
    if clusters < 2 or items <= clusters:
        return None
    mean = math.fsum(sums) / items
    between = math.fsum(sizes * (sums / sizes - mean) ** 2) / (clusters - 1)
    within = max(0.0, math.fsum(squares - sums**2 / sizes)) / (items - clusters)
    weighted = math.fsum(sizes**2) / items
    usual = (items - weighted) / (clusters - 1)
    total = between + (usual - 1.0) * within
    if total <= 1e-15:
        return None
    return 1.0 + (weighted - 1.0) * max(0.0, (between - within) / total)


def effective_size(items: float, effect: float, clusters: int, level: float = LEVEL) -> float:
    """Independent items that `items` clustered ones are worth (Korn & Graubard 1998).

    ``items / effect``, cut down once more by the square of the ratio of t quantiles because the
    effect was estimated from `clusters` replications.  With one replication nothing is known of
    clustering and `items` comes back unchanged.
    """
    if clusters < 2 or items < 2:
        return items
    tail = 0.5 + level / 2
    shrink = _t_quantile(tail, items - 1) / _t_quantile(tail, clusters - 1)
    return items / effect * min(1.0, shrink**2)


def _t_quantile(probability: float, freedom: float) -> float:
    return float(special.stdtrit(freedom, probability))
