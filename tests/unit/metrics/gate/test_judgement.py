"""The rules of the verdict, one by one."""

import numpy as np
import pytest

from metrics.gate.judgement import judge
from metrics.gate.policy import Margin
from metrics.gate.verdict import Check, Level, Verdict, overall
from tests.gate_specimen import evidence, losing, one_metric

PASS, FAIL = Verdict.PASS, Verdict.FAIL
OPEN, NEITHER = Verdict.INCONCLUSIVE, Verdict.NOT_COMPARABLE


def verdict(base, candidate, **changes):
    (check,) = judge(base, candidate, one_metric(**changes))
    return check


def spread(mean, step=1):
    return [mean - step, mean + step] * 5


@pytest.mark.parametrize(
    ("loss", "step", "expected"),
    [
        (0, 0, PASS),  # identical
        (3, 1, PASS),  # 0.6 pp, surely below 1 pp
        (4, 3, OPEN),  # reaches across the margin from below
        (5, 1, FAIL),  # at the margin and surely above zero
        (10, 1, FAIL),
        (20, 19, FAIL),
    ],
)
def test_losses_of_500_against_a_margin_of_one_point(loss, step, expected) -> None:
    check = verdict(losing([0] * 10), losing(spread(loss, step)))
    assert check.verdict is expected, check


def test_a_better_candidate_passes() -> None:
    assert verdict(losing(spread(20)), losing(spread(10))).verdict is PASS


def test_harm_above_the_margin_that_may_be_nothing_is_not_a_failure() -> None:
    check = verdict(losing([0] * 10, 100), losing([0] * 9 + [25], 100))
    assert check.harm > check.margin
    assert check.verdict is OPEN


def test_identical_arms_pass_and_say_so_at_any_number_of_replications() -> None:
    check = verdict(losing([3, 3]), losing([3, 3]))
    assert check.verdict is PASS
    assert check.reason.startswith("identical")


def test_zero_variance_alone_never_passes() -> None:
    # Not one parcel of this metric moved, but the lab did: the arms are not identical.
    lab = np.ones((10, 20))
    lab[0, 0] = 0
    check = verdict(evidence(np.ones((10, 20))), evidence(np.ones((10, 20)), lab))
    assert check.harm == 0.0
    assert check.verdict is OPEN
    assert check.high > check.margin


def test_zero_variance_of_a_time_is_inconclusive_below_the_margin_and_fails_above() -> None:
    key, right = ("time_in_system.mean_s", "all"), np.ones((10, 5))
    base = evidence(right, sums={key: np.full(10, 50.0)})
    changes = {"id": key[0], "margin": Margin(absolute=5.0)}
    slower = evidence(right, sums={key: np.full(10, 52.0)})
    assert verdict(base, slower, **changes).verdict is OPEN
    far_slower = evidence(right, sums={key: np.full(10, 60.0)})
    assert verdict(base, far_slower, **changes).verdict is FAIL


def test_nine_replications_decide_nothing() -> None:
    good, bad = (
        verdict(losing([0] * 9), losing([1] * 9)),
        verdict(losing([0] * 9), losing([90] * 9)),
    )
    assert good.verdict is bad.verdict is OPEN
    assert bad.replications_needed == 10


def test_inconclusive_says_what_it_takes_and_that_would_do() -> None:
    check = verdict(losing([0] * 10), losing(spread(4, 3)))
    assert 10 < check.replications_needed < 100
    assert f"about {check.replications_needed} replications" in check.reason
    pattern = [1, 7] * check.replications_needed
    longer = losing(pattern[: check.replications_needed // 2 * 2])
    assert verdict(losing([0] * longer.replications), longer).verdict is PASS


def test_a_relative_margin_is_of_the_base() -> None:
    base, candidate = losing([100] * 10), losing(spread(104))
    check = verdict(base, candidate, id="rate.misread", margin=Margin(relative=0.1))
    assert check.margin == pytest.approx(0.02)
    assert check.verdict is PASS
    tight = verdict(base, candidate, id="rate.misread", margin=Margin(relative=0.02))
    assert tight.verdict is FAIL


def test_holm_asks_more_of_each_of_many() -> None:
    loss = [0, 18, 2, 15, 0, 12, 1, 9, 0, 3]
    base, candidate = losing([0] * 10), losing(loss)
    alone = verdict(base, candidate)
    assert alone.verdict is FAIL
    policy = one_metric()
    many = policy.metrics + tuple(
        policy.metrics[0].model_copy(update={"id": name, "condition": "lab"})
        for name in ("accuracy.forced", "rate.misread", "rate.no_read", "rate.misroute") * 3
    )
    first = judge(base, candidate, policy.model_copy(update={"metrics": many}))[0]
    assert first.p == alone.p
    assert first.p_adjusted == pytest.approx(13 * alone.p)
    assert first.verdict is OPEN


def test_warnings_are_no_part_of_the_family_and_do_not_block() -> None:
    base, candidate = losing([0] * 10), losing(spread(20))
    checks = judge(base, candidate, one_metric(level="warn"))
    assert checks[0].verdict is FAIL
    assert overall(checks) is PASS


def test_groups_are_judged_by_themselves() -> None:
    groups = {
        "kind=torn": np.tile(np.arange(500) < 100, (10, 1)),
        "kind=glare": np.tile(np.arange(500) >= 100, (10, 1)),
    }
    base = evidence(np.ones((10, 500)), groups=groups)
    right = np.array([np.arange(500) >= count for count in spread(9)])
    candidate = evidence(right, groups=groups)
    checks = judge(base, candidate, one_metric(by=("kind",)))
    assert [(check.group, check.verdict) for check in checks] == [
        ("kind=glare", PASS),
        ("kind=torn", FAIL),
    ]


def test_a_missing_group_is_not_comparable_and_never_a_pass() -> None:
    checks = judge(losing([0] * 10), losing(spread(2)), one_metric(by=("all", "kind")))
    assert [check.verdict for check in checks] == [PASS, NEITHER]
    assert overall(checks) is NEITHER


def made(verdict, level=Level.ERROR):
    return Check("accuracy.forced", "lab", "all", level, verdict, "")


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], NEITHER),
        ([PASS], PASS),
        ([PASS, OPEN], OPEN),
        ([PASS, OPEN, FAIL], FAIL),
        ([PASS, FAIL, NEITHER], NEITHER),
    ],
)
def test_the_whole_is_its_worst_blocking_check(verdicts, expected) -> None:
    assert overall([made(verdict) for verdict in verdicts]) is expected


def test_a_warning_that_measured_nothing_does_not_hide_that_nothing_was_measured() -> None:
    assert overall([made(NEITHER, Level.WARN)]) is NEITHER
    assert overall([made(PASS), made(NEITHER, Level.WARN)]) is PASS
