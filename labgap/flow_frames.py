"""Funnel, recovery and detection of a run as data frames."""

from dataclasses import asdict
from pathlib import Path

import pandas as pd

from labgap.errors import InvalidUse
from metrics.cells import CELLS
from metrics.detection import UNDAMAGED, calibrate, chart_points
from metrics.funnel import funnel
from metrics.recovery import recoveries
from metrics.tables import RunTables
from scenarios.model import Sorting

__all__ = ["detection_frame", "funnel_frame", "recovery_frame"]


def funnel_frame(path: Path, sorting: Sorting) -> pd.DataFrame:
    """One row an arm, replication, cell, lane and stage: ``parcels`` that reach it."""
    return _frame(
        [
            {"arm": arm, "rep": _digits(number), **row}
            for tables, arm, number in _units(path)
            for row in funnel(tables.load(arm, number), sorting.line_haul).to_pylist()
        ],
        ("arm", "rep", "cell", "lane", "stage", "parcels"),
    )


def recovery_frame(path: Path, sorting: Sorting) -> pd.DataFrame:
    """One row an arm, replication and incident, as `metrics.recovery.Recovery`."""
    rows = [
        {"arm": arm, "rep": _digits(number), **asdict(stop), "recovery_s": stop.recovery_s}
        for tables, arm, number in _units(path)
        for stop in recoveries(tables.load(arm, number), sorting)
    ]
    return _frame(rows, ("arm", "rep", "cell", "lane", "cause", "at_s", "until_s"))


def detection_frame(
    path: Path, sorting: Sorting, *, lane: int, onset_s: float, cell: str
) -> pd.DataFrame:
    """One row an arm and replication, as `metrics.detection.Detection`.

    The charts for a replication are set on the arm's other replications, under load and without
    damage.  ``false_alarm_rate`` is given where it holds: in that cell, with three replications or
    more.

    Raises
    ------
    InvalidUse
        If there is no such cell, or the lane was not read often enough in other replications to
        set a chart.
    """
    if cell not in CELLS:
        raise InvalidUse(
            f"no cell is called {cell!r}", where=str(path), fix=f"cells: {', '.join(CELLS)}"
        )
    rows = []
    tables = RunTables.open(path)
    for arm in tables.arms:
        numbers = tables.replications(arm)
        points = {number: chart_points(tables.load(arm, number), lane) for number in numbers}
        for number in numbers:
            try:
                monitor = calibrate([points[other] for other in numbers if other != number])
            except ValueError as error:
                raise InvalidUse(
                    f"no chart can be set: {error}",
                    where=f"{path}, arm {arm}, lane {lane}, replication {number} left out",
                    fix="name a lane of the scenario, or run longer and more replications",
                ) from None
            found = monitor.watch(tables.load(arm, number), cell, lane, onset_s, sorting.line_haul)
            rows.append(
                {
                    "arm": arm,
                    "rep": _digits(number),
                    **asdict(found),
                    "time_to_detect_s": found.time_to_detect_s,
                    "false_alarm_rate": monitor.false_alarm_rate if cell == UNDAMAGED else None,
                }
            )
    return _frame(rows, ("arm", "rep", "onset_s", "alarm_s", "signal"))


def _units(path: Path) -> list[tuple[RunTables, str, int]]:
    tables = RunTables.open(path)
    return [(tables, arm, number) for arm in tables.arms for number in tables.replications(arm)]


def _digits(replication: int) -> str:
    """A replication as the run's folders, and so its other frames, name it."""
    return f"{replication:04d}"


def _frame(rows: list[dict[str, object]], columns: tuple[str, ...]) -> pd.DataFrame:
    """A frame that has its first columns even without a row."""
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=list(columns))
