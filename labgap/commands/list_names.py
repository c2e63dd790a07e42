"""``labgap list``: what can be named."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from labgap.commands.degradations import degradation_rows, draw_sheet
from labgap.commands.options import Json, Smoke
from labgap.console import emit, emit_json
from labgap.errors import InvalidUse
from metrics.catalogue import CATALOGUE
from metrics.network_catalogue import NETWORK_CATALOGUE
from scenarios import library
from scenarios.loading import load_any
from systems import registry
from systems.kinds import KINDS as SYSTEM_KINDS

__all__ = ["list_names"]


class Topic(StrEnum):
    """What to list."""

    SCENARIOS = "scenarios"
    SYSTEMS = "systems"
    METRICS = "metrics"
    DEGRADATIONS = "degradations"


def list_names(
    topic: Annotated[Topic, typer.Argument()] = Topic.SCENARIOS,
    sheet: Annotated[
        Path | None,
        typer.Option(help="With degradations: draw a contact sheet of every kind and severity."),
    ] = None,
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """List scenarios, systems, metrics or degradations."""
    rows = _ROWS[topic]()
    if json_output:
        emit_json(rows)
    else:
        width = max(len(row["name"]) for row in rows)
        for row in rows:
            emit(f"{row['name']:<{width}}  {row['summary']}")
    if sheet is not None:
        if topic is not Topic.DEGRADATIONS:
            raise InvalidUse("only degradations have a sheet", where="--sheet", fix="drop --sheet")
        draw_sheet(sheet)


def _scenarios() -> list[dict[str, Any]]:
    return [{"name": name, "summary": load_any(name).scenario.title} for name in library.names()]


def _systems() -> list[dict[str, Any]]:
    found = [
        registry.describe(kind, name) for kind in SYSTEM_KINDS for name in registry.names(kind)
    ]
    return [
        {
            "name": f"{system.kind}.{system.name}",
            "summary": system.summary
            + (f" [not usable: {system.problem}]" if system.problem else ""),
            "origin": system.origin,
            "usable": system.problem is None,
        }
        for system in found
    ]


def _metrics() -> list[dict[str, Any]]:
    return [
        {
            "name": metric,
            "summary": entry.description,
            "unit": entry.unit,
            "better": entry.better.value,
        }
        for metric, entry in {**CATALOGUE, **NETWORK_CATALOGUE}.items()
    ]


_ROWS = {
    Topic.SCENARIOS: _scenarios,
    Topic.SYSTEMS: _systems,
    Topic.METRICS: _metrics,
    Topic.DEGRADATIONS: degradation_rows,
}
