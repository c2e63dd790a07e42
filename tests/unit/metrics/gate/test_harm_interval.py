"""The interval of a harm against scipy, arithmetic by hand and its own inverse."""

import numpy as np
import pytest
from scipy import stats

from metrics.catalogue import Better
from metrics.gate.harm import measure_harm
from metrics.gate.harm_interval import Rule, bounds, p_above_zero, rule_of
from metrics.intervals import clopper_pearson, effective_size
from tests.gate_specimen import evidence, losing


def harm_of(base, candidate, metric="accuracy.forced", condition="production", group="all"):
    better = Better.LOWER if metric.startswith(("rate", "time", "wait")) else Better.HIGHER
    return measure_harm(base, candidate, metric, condition, group, better)


def test_harm_is_signed_by_what_is_good() -> None:
    base, candidate = losing([0] * 10), losing([25] * 10)
    assert harm_of(base, candidate).value == 0.05
    assert harm_of(candidate, base).value == -0.05
    assert harm_of(base, candidate, "rate.misread").value == 0.05
    assert harm_of(base, candidate, condition="lab").value == 0.0


def test_a_larger_gap_is_harm_whichever_way_is_good() -> None:
    base, candidate = losing([5] * 10), losing([25] * 10)
    found = harm_of(base, candidate, condition="gap")
    assert (found.base, found.candidate, found.value) == pytest.approx((0.01, 0.05, 0.04))
    found = harm_of(base, candidate, "rate.misread", condition="gap")
    assert (found.base, found.candidate, found.value) == pytest.approx((-0.01, -0.05, 0.04))


def test_symmetric_replications_get_student_t() -> None:
    losses = np.array([10, 12, 14, 16, 18, 10, 12, 14, 16, 18])
    harm = harm_of(losing([0] * 10), losing(losses))
    low, high = stats.t.interval(0.92, 9, losses.mean() / 500, stats.sem(losses / 500))
    found = bounds(harm, 0.92)
    assert found[0] <= low + 1e-12
    assert found[1] >= high - 1e-12
    # Without skewness Hall's transformation is the identity up to its cubic term, which is zero.
    assert found == pytest.approx((low, high), rel=1e-9)
    p = stats.ttest_rel(losses, np.zeros(10), alternative="greater").pvalue
    assert p_above_zero(harm) == pytest.approx(p, rel=1e-9)


def test_skewed_replications_reach_further_on_the_long_side() -> None:
    losses = np.array([10, 10, 11, 10, 11, 10, 10, 12, 11, 40])
    harm = harm_of(losing([0] * 10), losing(losses))
    low, high = stats.t.interval(0.92, 9, losses.mean() / 500, stats.sem(losses / 500))
    found = bounds(harm, 0.92)
    assert found[1] > high
    assert found[0] == pytest.approx(low)


def test_halls_limit_worked_by_hand() -> None:
    losses = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 30]) / 100
    harm = harm_of(losing([0] * 10, 100), losing([0] * 9 + [30], 100))
    assert rule_of(harm) is Rule.SPREAD
    g = stats.skew(losses)
    w = (harm.value - bounds(harm, 0.95)[1]) / losses.std(ddof=1)
    studentised = np.sqrt(10) * (w + g / 3 * w**2 + g**2 / 27 * w**3 + g / 60)
    assert studentised == pytest.approx(stats.t.ppf(0.025, 9))


def test_few_movers_get_exact_limits() -> None:
    harm = harm_of(losing([0] * 10), losing([1] * 10))
    assert rule_of(harm) is Rule.EXACT
    size = effective_size(5000, 1.0, 10)
    low, high = clopper_pearson(10 / 5000 * size, size)
    gained = clopper_pearson(0, size)[1]
    expected = (0.002 - np.hypot(0.002 - low, gained), high)
    assert bounds(harm, 0.95) == pytest.approx(expected)


def test_no_mover_is_no_certainty() -> None:
    found = bounds(harm_of(losing([3] * 10), losing([3] * 10)), 0.95)
    assert found[0] == -found[1]
    assert found[1] > 3 / 5000


@pytest.mark.parametrize("losses", [[1] * 10, [0] * 9 + [9], [3, 0, 2, 0, 1, 4, 0, 1, 2, 0]])
def test_p_is_where_the_lower_limit_leaves_zero(losses) -> None:
    harm = harm_of(losing([0] * 10), losing(losses))
    p = p_above_zero(harm)
    if p < 1.0:
        assert bounds(harm, 1 - 2 * p * 1.001)[0] > 0.0 >= bounds(harm, 1 - 2 * p * 0.999)[0]
    else:
        assert bounds(harm, 0.01)[0] <= 0.0


def test_the_same_shift_everywhere_has_no_interval_but_a_sign() -> None:
    key = ("time_in_system.mean_s", "all")
    right = np.ones((10, 5))
    base = evidence(right, sums={key: np.full(10, 50.0)})
    slow = evidence(right, sums={key: np.full(10, 60.0)})
    harm = harm_of(base, slow, key[0])
    assert bounds(harm, 0.95) is None
    assert p_above_zero(harm) == 2.0**-10


def test_shares_of_different_parcels_pair_by_replication() -> None:
    rng = np.random.default_rng(2)
    base = evidence(rng.random((10, 200)) < 0.9)
    candidate = evidence(rng.random((10, 200)) < 0.8)
    flags = dict(candidate.flags)
    flags["accepted"] = tuple(mask | (rng.random((200, 2)) < 0.5) for mask in flags["accepted"])
    candidate = type(candidate)("x", candidate.population, flags, {})
    harm = harm_of(base, candidate, "accuracy.accepted")
    ours = base.counts("accuracy.accepted", "all")[:, :2, 1].sum(axis=0)
    theirs = candidate.counts("accuracy.accepted", "all")[:, :2, 1].sum(axis=0)
    assert harm.value == pytest.approx(ours[0] / ours[1] - theirs[0] / theirs[1])
    low, high = bounds(harm, 0.95)
    assert low < harm.value < high


def test_nothing_counted_is_none() -> None:
    base = losing([0] * 10)
    nobody = {"kind=torn": np.zeros((10, 500))}
    empty = evidence(np.ones((10, 500)), groups=nobody)
    assert harm_of(empty, empty, group="kind=torn") is None
    assert harm_of(base, base) is not None


def test_two_replications_at_any_level_leave_limits() -> None:
    harm = harm_of(losing([0, 0], 12), losing([3, 1], 12))
    low, high = bounds(harm, 1 - 1e-15)
    assert -1.0 <= low < -0.8 < 0.8 < high <= 1.0
    assert 0.0 < p_above_zero(harm) <= 1.0
