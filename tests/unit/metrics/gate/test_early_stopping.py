"""Sample sizes of service levels: the constants of MLPerf LoadGen, out of the binomial."""

import numpy as np
import pytest
from scipy import stats

from metrics.gate.early_stopping import samples_needed, service_level
from metrics.gate.judgement import judge
from metrics.gate.policy import ServicePromise
from metrics.gate.verdict import Verdict
from tests.gate_specimen import evidence, one_metric


@pytest.mark.parametrize(
    ("quantile", "none", "one"), [(0.9, 44, 64), (0.99, 459, 662), (0.999, 4603, 6636)]
)
def test_the_constants_of_loadgen(quantile: float, none: int, one: int) -> None:
    assert samples_needed(0, quantile, 0.99) == none
    assert samples_needed(1, quantile, 0.99) == one


@pytest.mark.parametrize("violations", [0, 1, 7, 40])
def test_it_is_the_smallest_number(violations: int) -> None:
    n = samples_needed(violations, 0.95, 0.9)
    assert stats.binom.cdf(violations, n, 0.05) <= 0.1 < stats.binom.cdf(violations, n - 1, 0.05)


def test_broken_is_a_binomial_test() -> None:
    found = service_level(500, 12, 0.99, 0.99)
    expected = stats.binomtest(12, 500, 0.01, alternative="greater").pvalue
    assert found.p_broken == pytest.approx(expected)
    assert not found.is_shown


def promised(late, size=46, replications=10, quantile=0.99):
    """Verdict on `late` slow parcels a replication."""
    times = np.full((replications, size, 2), 5.0)
    for replication, count in enumerate(late):
        times[replication, :count, 1] = 11.0
    right = np.ones((replications, size))
    arm = evidence(right, times={"in_system_s": tuple(times)})
    policy = one_metric(
        id="time_in_system.p95_s",
        margin=None,
        sla=ServicePromise(limit=10.0, quantile=quantile),
    )
    (check,) = judge(arm, arm, policy)
    return check


def test_460_samples_without_a_violation_show_it_and_450_do_not() -> None:
    assert promised([0] * 10).verdict is Verdict.PASS
    short = promised([0] * 10, size=45)
    assert short.verdict is Verdict.INCONCLUSIVE
    assert "takes 459 samples" in short.reason


def test_one_violation_takes_662() -> None:
    assert promised([1] + [0] * 9, size=66).verdict is Verdict.INCONCLUSIVE
    assert promised([1] + [0] * 9, size=67).verdict is Verdict.PASS


def test_a_broken_promise_fails() -> None:
    check = promised([4] * 10)
    assert check.verdict is Verdict.FAIL
    assert "40 of 460 parcels over 10 s" in check.reason


def test_violations_in_one_replication_are_worth_less() -> None:
    together, apart = promised([40] + [0] * 9), promised([4] * 10)
    assert "they come in clusters" in together.reason
    assert together.p > apart.p


def test_a_value_at_the_limit_keeps_it() -> None:
    times = np.full((10, 46, 2), 10.0)
    arm = evidence(np.ones((10, 46)), times={"in_system_s": tuple(times)})
    policy = one_metric(
        id="time_in_system.p95_s", margin=None, sla=ServicePromise(limit=10.0, quantile=0.99)
    )
    assert judge(arm, arm, policy)[0].verdict is Verdict.PASS


def test_a_baseline_file_has_no_times() -> None:
    arm = evidence(np.ones((10, 46)))
    policy = one_metric(
        id="time_in_system.p95_s", margin=None, sla=ServicePromise(limit=10.0, quantile=0.99)
    )
    assert judge(arm, arm, policy)[0].verdict is Verdict.NOT_COMPARABLE
