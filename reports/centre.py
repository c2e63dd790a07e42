"""The centre around the reader: worst groups, funnel, one shift, time to detect, people, camera."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.recovery import recoveries
from reports.camera_figures import camera_sentences, camera_table
from reports.desk_words import DeskWords, desk_table, desk_words
from reports.figures.desk_timeline import MOST_PEOPLE, desk_timeline
from reports.figures.floor_timeline import MOST_LANES, floor_timeline
from reports.figures.funnel import funnel_bars
from reports.figures.signals import signal_timeline
from reports.figures.svg import Drawing
from reports.funnel import funnel_stages, funnel_table, narrowing
from reports.inputs import ReportInputs
from reports.noticing import how_watched, noticing_table, noticing_words
from reports.recovery_words import recovery_words
from reports.selection import Selection
from reports.shift.lanes import lane_spans, stops_table
from reports.shift.people import people, people_table
from reports.shift.spans import BINS
from reports.shift.tables import ShiftTables
from reports.tables import Table
from reports.worst_groups import worst_groups
from scenarios.model import Sorting

__all__ = ["Centre", "Detecting", "Funnel", "Shift", "centre", "is_drawn"]

_MOST_FUNNELS = 8
_GONE = ("parcel_diverted", "parcel_excepted", "parcel_refused", "operator_went")


@dataclass(frozen=True, slots=True)
class Funnel:
    """One arm's funnel, drawn and in numbers."""

    arm: str
    drawing: Drawing
    table: Table | None


@dataclass(frozen=True, slots=True)
class Shift:
    """One replication of one arm, drawn.

    Attributes
    ----------
    arm : str
    replication : int
    floor : Drawing
    stops : Table or None
    has_chutes, has_surges, has_stops : bool
        What the legend has to explain.
    desk : Drawing or None
        None where nobody works at the desk.
    people : Table or None
    left_out : tuple of str
        What the drawings had no room for.
    """

    arm: str
    replication: int
    floor: Drawing
    stops: Table | None
    has_chutes: bool
    has_surges: bool
    has_stops: bool
    desk: Drawing | None
    people: Table | None
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Detecting:
    """How long lasting faults went unnoticed.

    Attributes
    ----------
    how : str
        What an alarm is.
    sentences : tuple of str
    table : Table or None
    drawing : Drawing or None
        One lane's signals; None where its events are gone.
    arm : str
    replication : int
        Of the drawing.
    """

    how: str
    sentences: tuple[str, ...]
    table: Table | None
    drawing: Drawing | None
    arm: str
    replication: int


@dataclass(frozen=True, slots=True)
class Centre:
    """Sections on the centre; absent parts are None or empty, and so are their sections."""

    worst: tuple[Table, ...]
    funnels: tuple[Funnel, ...]
    shift: Shift | None
    recovery: tuple[str, ...]
    detecting: Detecting | None
    desk: tuple[DeskWords, ...]
    desk_table: Table | None
    camera: tuple[str, ...]
    camera_table: Table | None


def centre(inputs: ReportInputs, selection: Selection) -> Centre:
    """Draw and tabulate what the run knows of the centre."""
    camera = inputs.camera
    return Centre(
        worst=worst_groups(inputs.metrics.explored, selection),
        funnels=_funnels(inputs, selection.arms),
        shift=None if inputs.shift is None else _shift(inputs.shift, inputs.scenario.sorting),
        recovery=recovery_words(selection),
        detecting=_detecting(inputs, selection),
        desk=desk_words(selection),
        desk_table=desk_table(selection),
        camera=() if camera is None else camera_sentences(camera),
        camera_table=None if camera is None else camera_table(camera),
    )


def is_drawn(sorting: Sorting) -> bool:
    """Whether a scenario has anything that a plain lane and desk do not: then a shift is drawn."""
    parts = (sorting.faults, sorting.chutes, sorting.exception_desk, sorting.line_haul)
    return (
        any(part is not None for part in parts)
        or bool(sorting.review_desk.shifts)
        or bool(sorting.arrivals.surges)
    )


def _detecting(inputs: ReportInputs, selection: Selection) -> Detecting | None:
    found, seen = inputs.metrics.noticed, inputs.watched
    if not found:
        return None
    several = len(selection.arms) > 1
    return Detecting(
        how_watched(),
        noticing_words(found, several),
        noticing_table(found, several),
        None if seen is None or not len(seen.at_s) else signal_timeline(seen),
        "" if seen is None else seen.arm,
        0 if seen is None else seen.replication,
    )


def _funnels(inputs: ReportInputs, arms: Sequence[str]) -> tuple[Funnel, ...]:
    found = []
    for number, arm in enumerate(arms[:_MOST_FUNNELS]):
        stages = funnel_stages(inputs.metrics.funnel, arm)
        if stages:
            drawing = funnel_bars(arm, narrowing(stages), f"funnel{number}")
            found.append(Funnel(arm, drawing, funnel_table(arm, stages, f"stages{number}")))
    return tuple(found)


def _shift(shift: ShiftTables, sorting: Sorting) -> Shift | None:
    ends = [
        float(times.max())
        for world in ("lab", "production")
        for topic in _GONE
        if len(times := shift.columns(topic, world)["at_s"])
    ]
    end_s = max(ends, default=0.0)
    if end_s <= 0.0:
        return None
    lanes = lane_spans(shift, sorting, np.linspace(0.0, end_s, BINS + 1))
    staff = people(shift, "production", sorting.review_desk.operators, end_s)
    surges = sorting.arrivals.surges
    left_out = [
        f"{more} more {what}"
        for more, what in (
            (len(lanes) - MOST_LANES, "lanes"),
            (len(staff) - MOST_PEOPLE, "people"),
        )
        if more > 0
    ]
    stops = stops_table(
        recoveries(shift.tables, sorting), "Every incident in production, and what piled up"
    )
    caption = "What each person did in production"
    return Shift(
        shift.arm,
        shift.replication,
        floor_timeline(shift, lanes, surges, end_s),
        stops,
        sorting.chutes is not None,
        bool(surges),
        any(lane.stops for lane in lanes),
        desk_timeline(shift, staff, end_s) if staff else None,
        people_table(staff, caption),
        tuple(left_out),
    )
