"""Policies: what is refused, where, and with which way out."""

import pytest

from metrics.gate.policy_file import default_policy, parse_policy
from scenarios.errors import InvalidScenario

GOOD = """\
version: 1
alpha: 0.05
min_replications: 12
metrics:
  - id: accuracy.forced
    condition: gap
    margin: {absolute: 0.01}
    by: [all, "kind,severity"]
  - {id: throughput.per_lane_h, margin: {relative: 0.02}, level: warn}
  - {id: utilisation.induction, better: lower, margin: {absolute: 0.1}}
  - {id: time_in_system.p95_s, sla: {limit: 600, quantile: 0.99}}
"""


def refused(text: str) -> str:
    with pytest.raises(InvalidScenario) as caught:
        parse_policy(text, "gate.yaml")
    return str(caught.value)


def test_a_policy_is_read() -> None:
    policy = parse_policy(GOOD, "gate.yaml")
    assert policy.alpha == 0.05
    assert policy.metrics[0].by == ("all", "kind,severity")
    assert str(policy.metrics[0].good) == "higher"
    assert str(policy.metrics[2].good) == "lower"
    assert policy.metrics[3].sla.confidence == 0.99


def test_the_default_policy_is_valid_and_blocks_on_accuracy() -> None:
    policy, text = default_policy()
    assert parse_policy(text, "x") == policy
    assert any(m.id == "accuracy.forced" and m.level == "error" for m in policy.metrics)


def with_metric(line: str) -> str:
    return f"version: 1\nmetrics:\n  - {line}\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["gate.yaml"]),
        ("- 1\n", ["gate.yaml:1"]),
        ("version: 1\n", ["metrics", "missing"]),
        ("version: 2\nmetrics: []\n", ["gate.yaml:1", "version"]),
        (with_metric("{id: accuracy.forced}"), ["gate.yaml:3", "margin or an sla"]),
        (with_metric("{id: accuracy.forcd, margin: {absolute: 0.1}}"), ["accuracy.forced?"]),
        (with_metric("{id: accuracy.forced, margin: {absolute: 0}}"), ["absolute", "greater"]),
        (with_metric("{id: accuracy.forced, margin: {absolute: '1'}}"), ["absolute", "number"]),
        (with_metric("{id: accuracy.forced, margin: {}}"), ["keep one of the two"]),
        (
            with_metric("{id: accuracy.forced, margin: {absolute: 0.1, relative: 0.1}}"),
            ["gate.yaml:3", "keep one of the two"],
        ),
        (with_metric("{id: accuracy.forced, margn: {absolute: 0.1}}"), ["did you mean `margin`?"]),
        (
            with_metric("{id: accuracy.forced, margin: {absolut: 0.1}}"),
            ["did you mean `absolute`?"],
        ),
        (
            with_metric("{id: accuracy.forced, condition: prod, margin: {absolute: 0.1}}"),
            ["'prod' is not accepted", "'lab', 'production' or 'gap'"],
        ),
        (
            with_metric("{id: accuracy.forced, margin: {absolute: 0.1}, by: [factor]}"),
            ["'factor' cannot be used here"],
        ),
        (
            with_metric(
                "{id: surge.parcels, better: lower, condition: gap, margin: {absolute: 1}}"
            ),
            ["has no gap"],
        ),
        (with_metric("{id: surge.parcels, margin: {absolute: 1}}"), ["say better"]),
        (
            with_metric("{id: rate.misread, sla: {limit: 1, quantile: 0.99}}"),
            ["no time of a parcel", "time_in_system.mean_s"],
        ),
        (
            "version: 1\nmin_replications: 5\nmetrics:\n"
            "  - {id: accuracy.forced, margin: {absolute: 0.1}}\n",
            ["gate.yaml:2", "nothing may block on 5 replications"],
        ),
        (
            with_metric("{id: accuracy.forced, margin: {absolute: 0.1}}")
            + "  - {id: accuracy.forced, margin: {absolute: 0.2}}\n",
            ["gate.yaml:4", "listed twice"],
        ),
        ("version: 1\nversion: 1\nmetrics: []\n", ["given twice"]),
        ("version: 1\nalpha: .nan\nmetrics: []\n", ["alpha"]),
        ("metrics: !!python/object:os.system []\n", ["tag"]),
        ("a: &a [*a]\n", ["anchor"]),
    ],
)
def test_what_is_wrong_is_said_with_where_and_how_to_mend_it(text: str, words: list[str]) -> None:
    said = refused(text)
    for word in words:
        assert word in said, said
    assert "To mend it" in said


def test_five_replications_may_warn() -> None:
    text = GOOD.replace("min_replications: 12", "min_replications: 5")
    with pytest.raises(InvalidScenario):
        parse_policy(text, "x")
    only_warn = (
        "version: 1\nmin_replications: 5\nmetrics:\n"
        "  - {id: accuracy.forced, margin: {absolute: 0.1}, level: warn}\n"
    )
    assert parse_policy(only_warn, "x").min_replications == 5
