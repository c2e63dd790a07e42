"""The interval of a harm, and how surely it is above zero.

Where replications vary: the hull of Student's t and of Hall's transformation of it, which takes
the skewness of the replications out.  Where few parcels moved, or nothing varies: exact binomial
limits, joined by recovering variances.  Sources: docs/statistics.md.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import special

from metrics.estimates import SCARCE
from metrics.gate.harm import Harm, Moved, Shares
from metrics.intervals import clopper_pearson, design_effect, effective_size

__all__ = ["HarmInterval", "Rule", "bounds", "harm_interval", "p_above_zero"]

Values = NDArray[np.float64]
_SMALLEST_P = 1e-12


class Rule(StrEnum):
    """Which method gave an interval."""

    SPREAD = "spread"
    EXACT = "exact"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class HarmInterval:
    """Two-sided interval of a harm and the one-sided p of "no harm".

    Attributes
    ----------
    low, high : float or None
        None where nothing honest can be said.
    p : float
        Of the hypothesis that the harm is zero or less; 1 where the candidate is no worse.
    rule : Rule
    """

    low: float | None
    high: float | None
    p: float
    rule: Rule


def harm_interval(harm: Harm, level: float) -> HarmInterval:
    """Interval of a harm at a two-sided `level`."""
    found = bounds(harm, level)
    if found is None:
        return HarmInterval(None, None, p_above_zero(harm), Rule.NONE)
    return HarmInterval(*found, p_above_zero(harm), rule_of(harm))


def rule_of(harm: Harm) -> Rule:
    """Which rule applies to a harm."""
    varies = len(harm.replications) > 1 and bool(np.ptp(harm.replications) > 0.0)
    if harm.moved is None and harm.shares is None:
        return Rule.SPREAD if varies else Rule.NONE
    return Rule.SPREAD if varies and _moves(harm) >= SCARCE else Rule.EXACT


def bounds(harm: Harm, level: float) -> tuple[float, float] | None:
    """Two-sided interval at `level`, or None without any variation to learn from."""
    rule = rule_of(harm)
    if rule is Rule.NONE:
        return None
    if rule is Rule.SPREAD:
        low, high = _spread(harm.replications, harm.value, level)
    elif harm.moved is not None:
        low, high = _exact_moved(harm.moved, level)
    else:
        assert harm.shares is not None
        low, high = _exact_shares(harm.shares, level)
    if harm.moved is None and harm.shares is None:
        return low, high
    # A share cannot move by more than all of its parcels.
    most = harm.moved.step if harm.moved is not None else _most(harm.shares)
    return max(-most, min(low, harm.value)), min(most, max(high, harm.value))


def p_above_zero(harm: Harm) -> float:
    """One-sided p of the hypothesis that there is no harm; 1 where the candidate is no worse."""
    if harm.value <= 0.0:
        return 1.0
    rule = rule_of(harm)
    if rule is Rule.NONE:
        # The same harm in every replication: the sign test (Dixon & Mood 1946) still knows that
        # R heads in a row are rare.
        count = len(harm.replications)
        return 0.5**count if count > 1 else 1.0
    if rule is Rule.SPREAD:
        return _p_spread(harm.replications, harm.value)
    return _p_by_bisection(harm)


def _most(shares: Shares | None) -> float:
    return math.inf if shares is None else sum(abs(weight) for weight in shares.weights) / 2


def _moves(harm: Harm) -> float:
    """Parcels that tell the arms apart; the rarer outcome where they count different parcels."""
    if harm.moved is not None:
        return float(harm.moved.squares.sum())
    assert harm.shares is not None
    right = harm.shares.numerator.sum(axis=0)
    return float(np.minimum(right, harm.shares.denominator.sum(axis=0) - right).sum())


def _moments(replications: Values, value: float) -> tuple[float, float]:
    """Standard deviation over replications, and skewness."""
    deviations = replications - value
    squares = math.fsum(deviations**2)
    count = len(replications)
    skewness = math.fsum(deviations**3) / count / (squares / count) ** 1.5
    return math.sqrt(squares / (count - 1)), skewness


def _spread(replications: Values, value: float, level: float) -> tuple[float, float]:
    count = len(replications)
    deviation, skewness = _moments(replications, value)
    t = float(special.stdtrit(count - 1, 0.5 + level / 2))
    half = t * deviation / math.sqrt(count)
    upper, lower = (_untransformed(end, skewness, count) * deviation for end in (-t, t))
    return min(value - half, value - lower), max(value + half, value - upper)


def _transformed(w: float, skewness: float, count: int) -> float:
    """Hall's (1992) monotone cubic of the studentised mean `w`, without the root of n."""
    a = skewness / 3.0
    return math.sqrt(count) * (w + a * w**2 + a**2 * w**3 / 3.0 + skewness / (6.0 * count))


def _untransformed(t: float, skewness: float, count: int) -> float:
    """Inverse of `_transformed`, in closed form."""
    y = t / math.sqrt(count) - skewness / (6.0 * count)
    a = skewness / 3.0
    return y if abs(a) < 1e-9 else (math.cbrt(1.0 + 3.0 * a * y) - 1.0) / a


def _p_spread(replications: Values, value: float) -> float:
    count = len(replications)
    deviation, skewness = _moments(replications, value)
    w = value / deviation
    least = min(math.sqrt(count) * w, _transformed(w, skewness, count))
    return float(special.stdtr(count - 1, -least))


def _exact_moved(moved: Moved, level: float) -> tuple[float, float]:
    """Limits for the parcels lost and gained, recovered into one (Zou & Donner 2008)."""
    clusters = len(moved.parcels)
    parcels = math.fsum(moved.parcels)
    effect = design_effect(moved.worse - moved.better, moved.squares, moved.parcels) or 1.0
    size = effective_size(parcels, effect, clusters, level)
    parts = []
    for mass, sign in ((moved.worse, 1.0), (moved.better, -1.0)):
        share = math.fsum(mass) / moved.step / parcels
        ends = _limits(share, size, level)
        parts.append((sign * moved.step, share, ends))
    return _recovered(parts)


def _exact_shares(shares: Shares, level: float) -> tuple[float, float]:
    parts = []
    for column, weight in enumerate(shares.weights):
        right, among = shares.numerator[:, column], shares.denominator[:, column]
        total = math.fsum(among)
        effect = design_effect(right, right, among) or 1.0
        size = effective_size(total, effect, len(among), level)
        share = math.fsum(right) / total
        parts.append((weight, share, _limits(share, size, level)))
    return _recovered(parts)


def _limits(share: float, size: float, level: float) -> tuple[float, float]:
    """Exact limits; two replications at a level next to 1 leave a size next to nothing."""
    return clopper_pearson(share * size, size, level) if size > 1e-3 else (0.0, 1.0)


def _recovered(parts: list[tuple[float, float, tuple[float, float]]]) -> tuple[float, float]:
    """Method of variance estimates recovery for a weighted sum of shares."""
    value = math.fsum(weight * share for weight, share, _ in parts)
    down = up = 0.0
    for weight, share, (low, high) in parts:
        reach = sorted((weight * (low - share), weight * (high - share)))
        down, up = down + reach[0] ** 2, up + reach[1] ** 2
    return value - math.sqrt(down), value + math.sqrt(up)


def _p_by_bisection(harm: Harm) -> float:
    """Smallest one-sided error at which the lower limit is still above zero."""
    least, most = math.log(_SMALLEST_P), math.log(0.5)
    for _ in range(40):
        middle = (least + most) / 2
        found = bounds(harm, 1.0 - 2.0 * math.exp(middle))
        assert found is not None
        if found[0] > 0.0:
            most = middle
        else:
            least = middle
    # A limit that only clears zero at even odds says nothing.
    return 1.0 if most >= math.log(0.5) - 1e-9 else math.exp(most)
