"""Intervals against scipy, statsmodels and arithmetic by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from metrics.intervals import (
    clopper_pearson,
    design_effect,
    effective_size,
    linearised,
    ratio,
    ratio_limits,
    student,
    wilson,
)


def test_student_is_the_paired_t_interval_of_scipy() -> None:
    lab = np.array([0.99, 0.98, 0.97, 0.99, 0.96])
    floor = np.array([0.95, 0.96, 0.92, 0.93, 0.95])
    expected = stats.ttest_rel(lab, floor).confidence_interval(0.95)
    difference = lab - floor
    found = student(difference.mean(), difference - difference.mean())
    assert found == pytest.approx((expected.low, expected.high), rel=1e-12)


def test_student_of_equal_denominators_is_the_t_interval_of_the_means() -> None:
    hits, size = np.array([480.0, 470.0, 490.0]), np.full(3, 500.0)
    rates = hits / size
    expected = stats.t.interval(0.95, 2, rates.mean(), stats.sem(rates))
    found = student(ratio(hits, size), linearised(hits, size))
    assert found == pytest.approx(expected, rel=1e-12)


def test_linearised_by_hand() -> None:
    # q = 6 / 20 = 0.3, mean denominator 10: (2 - 0.3 x 5) / 10 and (4 - 0.3 x 15) / 10.
    pulls = linearised(np.array([2.0, 4.0]), np.array([5.0, 15.0]))
    np.testing.assert_allclose(pulls, [0.05, -0.05], rtol=1e-12)


def test_linearised_variance_is_that_of_a_cluster_robust_ratio() -> None:
    """The ratio of sums is a weighted least squares fit of a constant; its CR1 error is ours."""
    import statsmodels.api as sm

    rng = np.random.default_rng(3)
    sizes = rng.integers(20, 60, 8).astype(float)
    hits = rng.binomial(sizes.astype(int), 0.8).astype(float)
    outcomes = np.concatenate(
        [
            np.repeat((1.0, 0.0), (h, n - h))
            for h, n in zip(hits.astype(int), sizes.astype(int), strict=True)
        ]
    )
    clusters = np.repeat(np.arange(8), sizes.astype(int))
    fit = sm.OLS(outcomes, np.ones(len(outcomes))).fit(
        cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": False}
    )
    pulls = linearised(hits, sizes)
    error = np.sqrt(np.sum(pulls**2) / 8**2)  # without the R / (R - 1) that we add
    assert error == pytest.approx(fit.bse[0], rel=1e-9)


def test_rounding_is_not_variation() -> None:
    # 0.1 and 0.3 / 3 differ in the last digit.
    pulls = linearised(np.array([0.1, 0.3, 0.7]), np.array([1.0, 3.0, 7.0]))
    assert not pulls.any()
    assert student(0.1, pulls) is None


@pytest.mark.parametrize("count", [0, 1])
def test_no_student_below_two_replications(count: int) -> None:
    assert student(0.5, np.zeros(count)) is None


@pytest.mark.parametrize(("successes", "trials"), [(0, 40), (1, 40), (20, 40), (39, 40), (40, 40)])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.975])
def test_clopper_pearson_is_that_of_scipy_and_statsmodels(successes, trials, level) -> None:
    found = clopper_pearson(successes, trials, level)
    exact = stats.binomtest(successes, trials).proportion_ci(level, method="exact")
    other = proportion_confint(successes, trials, 1 - level, method="beta")
    assert found == pytest.approx((exact.low, exact.high), abs=1e-12)
    assert found == pytest.approx(other, abs=1e-12)


def test_rule_of_three() -> None:
    """The one-sided 95 % bound after n trials without an event is close to 3/n."""
    assert clopper_pearson(0, 1000, level=0.90)[1] == pytest.approx(3 / 1000, rel=0.01)


@pytest.mark.parametrize(("successes", "trials"), [(-1, 5), (6, 5), (0, 0), (float("nan"), 5)])
def test_impossible_counts(successes: float, trials: float) -> None:
    with pytest.raises(ValueError, match="successes"):
        clopper_pearson(successes, trials)


def test_design_effect_by_hand() -> None:
    # Two clusters of 4: (1 1 1 0) and (0 0 0 1).  MSB = 0.5, MSW = 0.25, ICC = 0.25/1.25 = 0.2.
    effect = design_effect(np.array([3.0, 1.0]), np.array([3.0, 1.0]), np.array([4.0, 4.0]))
    assert effect == pytest.approx(1 + 3 * 0.2)


def test_design_effect_of_identical_items_within_clusters_is_the_cluster_size() -> None:
    effect = design_effect(np.array([5.0, 0.0]), np.array([5.0, 0.0]), np.array([5.0, 5.0]))
    assert effect == pytest.approx(5.0)


def test_clusters_more_alike_than_chance_do_not_narrow_the_interval() -> None:
    assert design_effect(np.full(3, 2.0), np.full(3, 2.0), np.full(3, 4.0)) == 1.0


@pytest.mark.parametrize(
    ("sums", "sizes"),
    [
        ((0.0, 0.0), (5.0, 5.0)),
        ((5.0, 5.0), (5.0, 5.0)),
        ((1.0,), (5.0,)),
        ((1.0, 0.0), (1.0, 1.0)),
    ],
)
def test_design_effect_that_cannot_be_known(sums, sizes) -> None:
    values = np.array(sums)
    assert design_effect(values, values, np.array(sizes)) is None


def test_effective_size_divides_by_the_effect_and_pays_for_few_clusters() -> None:
    items = 5000.0
    shrink = stats.t.ppf(0.975, 4999) / stats.t.ppf(0.975, 9)
    assert effective_size(items, 2.0, 10) == pytest.approx(2500 * shrink**2)
    assert effective_size(items, 1.0, 1) == items
    assert effective_size(3.0, 1.0, 10) == 3.0  # never more than there are


@given(
    a=st.floats(-3.0, 5.0),
    b=st.floats(0.5, 5.0),
    a_half=st.floats(0.01, 2.0),
    b_half=st.floats(0.01, 0.45),
)
def test_a_ratio_s_limits_are_fieller_s_where_both_intervals_are_symmetric(
    a: float, b: float, a_half: float, b_half: float
) -> None:
    found = ratio_limits((a, a - a_half, a + a_half), (b, b - b_half, b + b_half))
    # Fieller: those ratios q for which a - q b lies within its own interval about zero
    roots = np.roots([b**2 - b_half**2, -2.0 * a * b, a**2 - a_half**2])
    assert found == pytest.approx(sorted(roots.real), rel=1e-6, abs=1e-9)


def test_a_ratio_s_limits_with_bounds_that_are_not_symmetric() -> None:
    low, high = ratio_limits((0.04, 0.03, 0.06), (0.02, 0.015, 0.05))
    assert low < 2.0 < high
    assert low < 0.03 / 0.02
    assert high > 0.06 / 0.02
    # without doubt about one of them the other's limits are all there is
    assert ratio_limits((0.04, 0.03, 0.06), (0.02, 0.02, 0.02)) == pytest.approx((1.5, 3.0))
    assert ratio_limits((0.04, 0.04, 0.04), (0.02, 0.01, 0.04)) == pytest.approx((1.0, 4.0))


@pytest.mark.parametrize("low", [0.0, -0.01])
def test_no_ratio_is_excluded_by_a_denominator_that_may_be_zero(low: float) -> None:
    assert ratio_limits((0.04, 0.03, 0.05), (0.02, low, 0.05)) is None


@given(trials=st.integers(1, 500), data=st.data())
def test_wilson_s_interval_solves_its_own_equation(trials: int, data: st.DataObject) -> None:
    """Its ends are the shares p at which the observed one lies z standard errors away."""
    successes = data.draw(st.integers(0, trials))
    share = successes / trials
    low, high = wilson(successes, trials)
    assert 0.0 <= low <= share <= high <= 1.0
    for end in (low, high):
        if 0.0 < end < 1.0:
            error = math.sqrt(end * (1.0 - end) / trials)
            assert abs(share - end) / error == pytest.approx(1.959963984540054, rel=1e-6)


def test_wilson_of_a_published_figure() -> None:
    low, high = wilson(20, 24)
    assert (round(low, 2), round(high, 2)) == (0.64, 0.93)
    with pytest.raises(ValueError, match="successes"):
        wilson(3, 2)
