"""A service level promised of the candidate, judged by early stopping."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from metrics.catalogue import CATALOGUE
from metrics.gate.early_stopping import service_level
from metrics.gate.evidence import ArmEvidence, family
from metrics.gate.policy import GateMetric, Policy, ServicePromise
from metrics.gate.verdict import Check, Level, Verdict
from metrics.groups import group_order
from metrics.intervals import design_effect

__all__ = ["RULE", "judge_promise"]

RULE = "early stopping"
"""What `Check.rule` says of a promise."""
_COLUMN = {"lab": 0, "production": 1}


def judge_promise(candidate: ArmEvidence, metric: GateMetric, policy: Policy) -> Iterator[Check]:
    """Judge a promise in every group it is made for.

    Parcels of one replication queue together, so samples and violations are first cut down by the
    design effect of the violations; the limit itself is a sample within it.
    """
    assert metric.sla is not None
    known = ["all", *candidate.population.groups]
    for wanted in metric.by:
        found = sorted((group for group in known if family(group) == wanted), key=group_order)
        for group in found or [wanted]:
            yield _judge(candidate, metric, metric.sla, group, policy)


def _judge(
    candidate: ArmEvidence,
    metric: GateMetric,
    promise: ServicePromise,
    group: str,
    policy: Policy,
) -> Check:
    empty = Check(
        metric.id,
        metric.condition,
        group,
        Level(metric.level),
        Verdict.NOT_COMPARABLE,
        "no parcel of this group was timed",
        rule=RULE,
        replications=candidate.replications,
    )
    column = CATALOGUE[metric.id].numerator
    if column is None or column not in candidate.times:
        return replace(
            empty,
            reason="a baseline file holds no times of single parcels; give the candidate's run",
        )
    try:
        members = candidate.population.members(group)
    except KeyError:
        return empty
    late = [
        times[chosen, _COLUMN[metric.condition]] > promise.limit
        for times, chosen in zip(candidate.times[column], members, strict=True)
    ]
    sizes = np.array([len(row) for row in late], dtype=np.float64)
    counts = np.array([np.count_nonzero(row) for row in late], dtype=np.float64)
    parcels, violations = int(sizes.sum()), int(counts.sum())
    if parcels == 0:
        return empty
    effect = design_effect(counts, counts, sizes) or 1.0
    stands = service_level(
        math.floor(parcels / effect),
        math.ceil(violations / effect),
        promise.quantile,
        promise.confidence,
    )
    counted = f"{violations:,} of {parcels:,} parcels over {promise.limit:g} s"
    if effect > 1.0:
        counted += f" (worth {stands.violations:,} of {stands.samples:,}: they come in clusters)"
    allowed, share = 1.0 - promise.quantile, violations / parcels
    promised = f"{100 * promise.quantile:g} % within it"
    judged = replace(
        empty,
        verdict=Verdict.INCONCLUSIVE,
        reason=f"{counted}; to show {promised} takes {stands.needed:,} samples",
        candidate=share,
        # No better or worse than a base: the harm is what exceeds the promise.
        harm=share - allowed,
        margin=0.0,
        p=stands.p_broken,
        parcels=parcels,
    )
    if candidate.replications < policy.min_replications:
        decides = f"the policy decides on {policy.min_replications} replications or more"
        return replace(judged, reason=f"{counted}; {decides}")
    if stands.is_shown:
        reason = f"{counted}; {stands.needed:,} samples show {promised}"
        return replace(judged, verdict=Verdict.PASS, reason=reason)
    return judged
