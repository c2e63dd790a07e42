"""Operating characteristics in small: the promises of docs/statistics.md, seeded."""

import pytest
from scipy import stats

from metrics.gate.characteristics import Design, Flake, coverage, flake, power
from metrics.gate.policy_file import default_policy
from tests.gate_specimen import one_metric


def test_an_arm_against_itself_never_fails() -> None:
    found = flake(default_policy()[0], 60)
    assert found.false_fails == 0
    assert found.failed_checks == {}
    assert found.verdicts["pass"] > 40


def test_the_limit_of_none_in_300_is_just_below_one_percent() -> None:
    assert Flake(300, {}, {}).most == pytest.approx(1 - 0.05 ** (1 / 300))
    assert Flake(300, {}, {}).most < 0.01
    assert Flake(10, {"fail": 10}, {}).most == 1.0


def test_power_has_the_shape_it_must() -> None:
    none, half, at, above, twice = power(one_metric(), 120, seed=4)
    assert none.passed >= 0.93
    assert none.failed == 0.0
    # Nominally alpha, 0.03; a seeded draw of 120 stays below this nearly always.
    assert at.passed <= stats.binom.ppf(0.999, 120, 0.05) / 120
    assert twice.failed >= 0.99
    assert none.passed > half.passed > at.passed >= above.passed == twice.passed == 0.0
    assert [row.harm for row in (none, at, twice)] == [0.0, 0.01, 0.02]


def test_the_same_margin_is_played_once() -> None:
    policy = one_metric()
    metrics = (*policy.metrics, policy.metrics[0].model_copy(update={"id": "rate.exception"}))
    rows = list(power(policy.model_copy(update={"metrics": metrics}), 2))
    assert len(rows) == 5
    assert rows[0].metrics == ("accuracy.forced", "rate.exception")


@pytest.mark.parametrize(
    ("accuracy", "gap"), [(0.95, 0.0), (0.95, 0.03), (0.99, 0.006), (0.999, 0.006), (0.999, 0.03)]
)
def test_intervals_cover(accuracy: float, gap: float) -> None:
    found = coverage(accuracy, gap, 300)
    low, high = stats.binom.ppf([0.001, 0.999], 300, [0.93, 0.97]) / 300
    assert low <= found.covered <= high
    assert found.exact < 0.5


def test_where_next_to_nothing_moves_intervals_are_long_rather_than_short() -> None:
    found = coverage(0.999, 0.0, 200)
    assert found.exact > 0.5
    assert found.covered >= 0.97


def test_a_seed_is_a_result() -> None:
    design = Design(parcels=50)
    assert coverage(0.95, 0.0, 20, design=design) == coverage(0.95, 0.0, 20, design=design)
    assert coverage(0.95, 0.0, 20, design=design) != coverage(0.95, 0.0, 20, seed=9, design=design)
