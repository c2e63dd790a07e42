"""From the tables of a run to its records and notes."""

from collections.abc import Iterator

from metrics.accumulation import ArmSums
from metrics.catalogue import CATALOGUE, MetricKind, MetricSpec
from metrics.cells import CELLS, CONTRASTS, LAB, PRODUCTION
from metrics.errors import InconsistentRunError, MissingTableError
from metrics.estimates import Estimate, mean, proportion, replication_mean
from metrics.exploration import explore
from metrics.funnel import STAGES, FunnelCount
from metrics.groups import group_order
from metrics.noticing import noticed
from metrics.records import Metrics, Note, Record
from metrics.tables import RunTables
from scenarios.model import Sampled, Scenario

__all__ = ["compute"]

_SHARE = "accuracy.forced"
"""Any share is counted in every group of parcels."""

_ENOUGH = 10
"""Replications below which intervals are for exploring only."""


def compute(tables: RunTables, scenario: Scenario) -> Metrics:
    """Score a run.

    Parameters
    ----------
    tables : RunTables
        Of every arm and replication of the run.
    scenario : Scenario
        The one that ran.

    Returns
    -------
    Metrics
        Records in the order of the catalogue, then arms as in the scenario, groups, conditions.

    Raises
    ------
    MissingTableError
        If an arm, a replication or a table is missing.
    WrongSchemaError
        If a table is not one this version wrote.
    InconsistentRunError
        If tables contradict each other or the scenario.
    """
    arms = [arm.name for arm in scenario.arms]
    _check(tables, scenario, arms)
    scored = {arm: ArmSums(tables, arm, scenario.sorting) for arm in arms}
    records: list[Record] = []
    notes = list(_run_notes(scenario, scored))
    for spec in CATALOGUE.values():
        for arm, sums in scored.items():
            for condition, group, estimate in _estimates(spec, sums):
                key = (spec.name, arm, condition, group)
                records.append(
                    Record(
                        *key,
                        estimate.value,
                        estimate.low,
                        estimate.high,
                        estimate.n,
                        estimate.replications,
                    )
                )
                if estimate.remark is not None:
                    notes.append(Note(*key, estimate.remark))
    explored = [each for arm, sums in scored.items() for each in explore(arm, sums.explored())]
    return Metrics(
        tuple(records),
        tuple(notes),
        explored=tuple(explored),
        funnel=tuple(
            FunnelCount(arm, cell, stage, sums.reached[cell, stage], scenario.replications)
            for arm, sums in scored.items()
            for cell in ("lab", "production")
            for stage in STAGES
        ),
        noticed=tuple(each for arm, sums in scored.items() for each in noticed(arm, sums.nights)),
    )


def _check(tables: RunTables, scenario: Scenario, arms: list[str]) -> None:
    foreign = sorted(set(tables.arms) - set(arms))
    if foreign:
        raise InconsistentRunError(f"the run has arms the scenario does not name: {foreign}")
    for arm in arms:
        found = tables.replications(arm)
        expected = tuple(range(scenario.replications))
        if found != expected:
            missing = sorted(set(expected) - set(found))
            if missing:
                raise MissingTableError(
                    f"arm {arm!r} has {len(found)} of {len(expected)} replications (first missing: "
                    f"{missing[0]}); finish the run with --resume"
                )
            raise InconsistentRunError(
                f"arm {arm!r} has {len(found)} replications, the scenario {len(expected)}"
            )


def _estimates(spec: MetricSpec, sums: ArmSums) -> Iterator[tuple[str, str, Estimate]]:
    for group in sorted(sums.groups(spec.name), key=group_order):
        for condition, cell in (("lab", LAB), ("production", PRODUCTION)):
            weights = tuple(int(number == cell) for number in range(len(CELLS)))
            yield condition, group, _estimate(spec, sums, group, weights)
        if spec.has_gap:
            yield "gap", group, _estimate(spec, sums, group, CONTRASTS["gap"], "gap")
            if group == "all":
                for factor in ("degradation", "load", "interaction"):
                    estimate = _estimate(spec, sums, group, CONTRASTS[factor], factor)
                    yield "gap", f"factor={factor}", estimate


def _estimate(
    spec: MetricSpec,
    sums: ArmSums,
    group: str,
    weights: tuple[int, ...],
    contrast: str | None = None,
) -> Estimate:
    counted = sums.sums(spec.name, group)
    if spec.kind is MetricKind.MEAN:
        return mean(counted, weights, spec.bounds)
    if spec.kind is MetricKind.QUANTILE:
        return replication_mean(counted, weights, spec.bounds)
    moves = None if contrast is None else sums.moves(spec.name, group, contrast)
    return proportion(counted, weights, spec.bounds, moves)


def _run_notes(scenario: Scenario, scored: dict[str, ArmSums]) -> Iterator[Note]:
    def about_run(text: str, arm: str = "*") -> Note:
        return Note("*", arm, "*", "*", text)

    yield about_run(
        "A gap is lab minus production. Where higher is better a positive gap means worse in "
        "production; where lower is better a negative one does."
    )
    if scenario.replications < _ENOUGH:
        yield about_run(
            f"{scenario.replications} replications: intervals are for exploring; a gate needs "
            f"{_ENOUGH}."
        )
    if isinstance(scenario.fidelity, Sampled):
        yield about_run(
            f"Sampled fidelity: shares and times rest on the {scenario.fidelity.parcels} parcels "
            "of each replication that the real model read; the others moved with outcomes drawn "
            "from theirs and count only for stations (throughput, queues, utilisation)."
        )
    if any(group[:5] == "kind=" for sums in scored.values() for group in sums.groups(_SHARE)):
        yield about_run(
            "kind=K holds every parcel that K hits, whatever else hits it; with alone=yes, those "
            "whose first pass nothing else hits. Only the latter tell what K does by itself."
        )
    for arm, sums in scored.items():
        if sums.unanswered:
            yield about_run(f"{sums.unanswered} answers are missing and count as no-reads.", arm)
