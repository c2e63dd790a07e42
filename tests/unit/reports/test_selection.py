import pytest

from metrics.records import Record
from reports.selection import Selection


def record(metric, condition, value, low=None, high=None, group="all", arm="a", n=10):
    return Record(metric, arm, condition, group, value, low, high, n, 10)


def test_arms_keep_the_scenarios_order_and_strangers_follow():
    found = Selection([record("rate.read", "lab", 0.5, arm=arm) for arm in "zyx"], ["y", "b"])
    assert found.arms == ("y", "b", "x", "z")


@pytest.mark.parametrize(
    ("metric", "loss"),
    [("accuracy.forced", (0.06, 0.05, 0.07)), ("rate.misroute", (-0.06, -0.07, -0.05))],
)
def test_a_loss_is_above_zero_where_production_is_worse(metric, loss):
    found = Selection([record(metric, "gap", 0.06, 0.05, 0.07)], ["a"])
    assert found.compare(metric, "a").loss == pytest.approx(loss)


def test_a_loss_without_interval_and_without_gap():
    found = Selection([record("rate.misroute", "gap", -0.01)], ["a"])
    assert found.compare("rate.misroute", "a").loss == (0.01, None, None)
    assert found.compare("rate.read", "a").loss is None
    assert found.compare("rate.read", "a").is_empty


def test_no_negative_zero():
    loss = (
        Selection([record("rate.misroute", "gap", 0.0, 0.0, 0.0)], ["a"])
        .compare("rate.misroute", "a")
        .loss
    )
    assert str(loss) == "(0.0, 0.0, 0.0)"


def test_groups_by_their_keys():
    groups = ("all", "kind=a", "kind=a,severity=1", "kind=b", "lane=0")
    found = Selection([record("rate.read", "lab", 0.5, group=group) for group in groups], ["a"])
    assert found.groups("kind") == ("kind=a", "kind=b")
    assert found.groups("kind", "severity") == ("kind=a,severity=1",)


def test_nothing_at_all():
    found = Selection([], ["a"])
    assert found.replications() == 0
    assert found.metrics == ()
    assert found.get("rate.read", "a", "lab") is None
