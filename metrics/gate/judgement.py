"""From two arms and a policy to a verdict on every check."""

from collections.abc import Iterator
from dataclasses import replace

from metrics.gate.evidence import ArmEvidence
from metrics.gate.harm import Harm, measure_harm
from metrics.gate.harm_interval import HarmInterval, Rule, harm_interval
from metrics.gate.multiplicity import holm
from metrics.gate.policy import GateMetric, Margin, Policy
from metrics.gate.promise import RULE as PROMISE
from metrics.gate.promise import judge_promise
from metrics.gate.replications_needed import MOST, replications_needed
from metrics.gate.verdict import Check, Level, Verdict

__all__ = ["judge"]


def judge(base: ArmEvidence, candidate: ArmEvidence, policy: Policy) -> tuple[Check, ...]:
    """Judge every metric and group of a policy.

    The arms must have met the same parcels; see `labgap.comparability`.

    Pass: the upper limit of the harm is below the margin.  Fail: the harm reaches the margin and,
    after Holm over the blocking checks, is surely above zero.  Everything else is inconclusive.
    Arms that agree in every outcome and sum pass as identical.

    Returns
    -------
    tuple of Check
        In the order of the policy.
    """
    identical = base.digest == candidate.digest
    checks: list[Check] = []
    for metric in policy.metrics:
        if metric.sla is not None:
            checks += judge_promise(candidate, metric, policy)
            continue
        for group in _groups(base, candidate, metric):
            checks.append(_compare(base, candidate, metric, group, policy, identical))
    return _with_failures(checks, policy)


def _groups(base: ArmEvidence, candidate: ArmEvidence, metric: GateMetric) -> Iterator[str]:
    for family in metric.by:
        found = [
            group
            for group in base.groups(metric.id, (family,))
            if group in candidate.groups(metric.id, (family,))
        ]
        yield from found or [family]


def _compare(
    base: ArmEvidence,
    candidate: ArmEvidence,
    metric: GateMetric,
    group: str,
    policy: Policy,
    identical: bool,
) -> Check:
    empty = Check(
        metric.id,
        metric.condition,
        group,
        Level(metric.level),
        Verdict.NOT_COMPARABLE,
        "nothing was measured here in one of the two, so there is nothing to compare",
    )
    try:
        harm = measure_harm(base, candidate, metric.id, metric.condition, group, metric.good)
    except KeyError:
        harm = None
    if harm is None or (harm.parcels == 0 and harm.base == harm.candidate == 0.0):
        return empty
    assert metric.margin is not None
    interval = harm_interval(harm, 1.0 - 2.0 * policy.alpha)
    margin = _absolute(metric.margin, harm)
    measured = replace(
        empty,
        base=harm.base,
        candidate=harm.candidate,
        harm=harm.value,
        low=interval.low,
        high=interval.high,
        margin=margin,
        p=interval.p,
        rule=str(interval.rule),
        parcels=harm.parcels,
        replications=len(harm.replications),
    )
    if identical:
        return replace(
            measured,
            verdict=Verdict.PASS,
            reason="identical: every outcome and sum of the two arms is the same",
        )
    if measured.replications < policy.min_replications:
        return replace(
            measured,
            verdict=Verdict.INCONCLUSIVE,
            reason=f"{measured.replications} replications; the policy decides on "
            f"{policy.min_replications} or more",
            replications_needed=policy.min_replications,
        )
    if interval.high is not None and interval.high < margin:
        return replace(measured, verdict=Verdict.PASS, reason="the interval lies within the margin")
    return _undecided(measured, interval, policy)


def _absolute(margin: Margin, harm: Harm) -> float:
    """The margin in the metric's unit; a relative one takes the base's value for known."""
    if margin.absolute is not None:
        return margin.absolute
    assert margin.relative is not None
    return margin.relative * abs(harm.base)


def _undecided(check: Check, interval: HarmInterval, policy: Policy) -> Check:
    assert check.harm is not None
    assert check.margin is not None
    if interval.rule is Rule.NONE:
        return replace(
            check,
            verdict=Verdict.INCONCLUSIVE,
            reason="nothing varies between replications, and that is no certainty",
        )
    assert interval.high is not None
    needed = replications_needed(
        check.harm,
        interval.high - check.harm,
        check.replications,
        check.margin,
        policy.alpha,
    )
    takes = (
        f"about {needed} replications would decide"
        if needed is not None
        else f"not even {MOST:,} replications would decide: the harm lies on the margin"
    )
    return replace(
        check,
        verdict=Verdict.INCONCLUSIVE,
        reason=f"the interval reaches across the margin; {takes}",
        replications_needed=needed,
    )


def _with_failures(checks: list[Check], policy: Policy) -> tuple[Check, ...]:
    """Turn undecided checks into failures where Holm, over all blocking ones, lets it."""
    family = [
        number
        for number, check in enumerate(checks)
        if check.level is Level.ERROR and check.p is not None
    ]
    adjusted = dict(zip(family, holm([checks[n].p or 0.0 for n in family]), strict=True))
    return tuple(
        _failed(replace(check, p_adjusted=adjusted.get(number, check.p)), policy)
        for number, check in enumerate(checks)
    )


def _failed(check: Check, policy: Policy) -> Check:
    if (
        check.verdict is not Verdict.INCONCLUSIVE
        or check.replications < policy.min_replications
        or check.harm is None
        or check.margin is None
        or check.p_adjusted is None
        or check.harm < check.margin
        or check.p_adjusted > policy.alpha
    ):
        return check
    reason = (
        f"{check.reason}; that breaks the promise"
        if check.rule == PROMISE
        else "the harm reaches the margin and is surely above zero"
    )
    return replace(
        check,
        verdict=Verdict.FAIL,
        reason=reason,
        replications_needed=None,
    )
