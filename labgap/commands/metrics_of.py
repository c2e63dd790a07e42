"""``labgap metrics``: the numbers of a run."""

from dataclasses import asdict
from typing import Annotated

import typer

from labgap.commands.options import Json, Smoke
from labgap.conclusion import measure
from labgap.console import emit, emit_json
from labgap.errors import InvalidUse
from labgap.run_contents import read_metrics
from labgap.run_folder import RunFolder
from labgap.run_lookup import find_run
from labgap.smoke import smoke_run
from metrics.records import Metrics

__all__ = ["metrics_of"]


def metrics_of(
    run: Annotated[str, typer.Argument(metavar="RUN")] = "latest",
    recompute: Annotated[
        bool, typer.Option("--recompute", help="Compute again from events and truth.")
    ] = False,
    group: Annotated[
        str, typer.Option(help="Show this group only (text output), e.g. 'all' or 'kind=torn'.")
    ] = "all",
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """Print records {metric, arm, condition, group, value, low, high, n, replications}."""
    if smoke:
        with smoke_run() as folder:
            _print(_metrics(folder, recompute), group, json_output)
    else:
        _print(_metrics(find_run(run), recompute), group, json_output)


def _metrics(folder: RunFolder, recompute: bool) -> Metrics:
    return measure(folder) if recompute else read_metrics(folder)


def _print(measured: Metrics, group: str, json_output: bool) -> None:
    if json_output:
        emit_json([asdict(record) for record in measured.records])
        return
    groups = list(dict.fromkeys(record.group for record in measured.records))
    if groups and group not in groups:
        raise InvalidUse(
            f"the run has no group {group!r}", where="--group", fix=f"groups: {', '.join(groups)}"
        )
    emit(f"{'metric':<28} {'arm':<14} {'condition':<11} {'value':>12}  interval (95 %)")
    for record in measured.records:
        if record.group == group:
            value = "-" if record.value is None else f"{record.value:.6g}"
            bounds = (
                ""
                if record.low is None or record.high is None
                else f"[{record.low:.6g}, {record.high:.6g}]"
            )
            emit(
                f"{record.metric:<28} {record.arm:<14} {record.condition:<11} {value:>12}  {bounds}"
            )
