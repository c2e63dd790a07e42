"""What each lane did over a shift: when it stood, how many chutes were full, what waited for it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.incidents import ALL_LANES
from metrics.recovery import Recovery
from reports.quantities import count
from reports.recovery_words import CAUSE_WORDS
from reports.shift.people import clock
from reports.shift.spans import covered, most_waiting
from reports.shift.tables import ShiftTables
from reports.tables import Column, Table, number_cell, table, text_cell
from scenarios.model import Sorting

__all__ = ["LaneSpans", "Stop", "lane_spans", "stops_table", "waiting_for_induction"]

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of a belt; `cause` is ``jam`` or ``outage``."""

    at_s: float
    until_s: float
    cause: str


@dataclass(frozen=True, slots=True)
class LaneSpans:
    """One lane.

    Attributes
    ----------
    lane : int
    stops : tuple of Stop
    full : ndarray or None
        Share of its chutes that take nothing, by bin; None where chutes never fill.
    """

    lane: int
    stops: tuple[Stop, ...]
    full: Values | None


def lane_spans(
    shift: ShiftTables, sorting: Sorting, edges: Values, world: str = "production"
) -> tuple[LaneSpans, ...]:
    """Every lane of a scenario with faults or chutes that fill; empty for any other."""
    if sorting.faults is None and sorting.chutes is None:
        return ()
    stood = shift.columns("belt_stopped", world, "lane", "until_s", "cause")
    found = []
    for lane in range(sorting.lanes):
        mine = stood["lane"] == lane
        stops = tuple(
            Stop(float(at_s), float(until_s), str(cause))
            for at_s, until_s, cause in zip(
                stood["at_s"][mine], stood["until_s"][mine], stood["cause"][mine], strict=True
            )
        )
        full = None
        if sorting.chutes is not None:
            full = _full(shift, world, lane, edges) / sorting.lane.chutes
        found.append(LaneSpans(lane, stops, full))
    return tuple(found)


def _full(shift: ShiftTables, world: str, lane: int, edges: Values) -> Values:
    """Chutes of a lane that are full, by bin: from each filling to the chute's next emptying."""
    filled = shift.columns("chute_filled", world, "lane", "chute")
    emptied = shift.columns("chute_emptied", world, "lane", "chute")
    starts, ends = [], []
    for chute in sorted(set(filled["chute"][filled["lane"] == lane].tolist())):
        of_chute = (emptied["lane"] == lane) & (emptied["chute"] == chute)
        opened = emptied["at_s"][of_chute]
        for at_s in filled["at_s"][(filled["lane"] == lane) & (filled["chute"] == chute)]:
            after = int(np.searchsorted(opened, at_s, "right"))
            starts.append(float(at_s))
            ends.append(float(opened[after]) if after < len(opened) else float(edges[-1]))
    return covered(np.array(starts), np.array(ends), edges)


def waiting_for_induction(shift: ShiftTables, world: str, edges: Values) -> NDArray[np.int64]:
    """Most parcels that waited at once for induction on all lanes together, by bin."""
    came = shift.columns("parcel_arrived", world)["at_s"]
    gone = [shift.columns(topic, world)["at_s"] for topic in ("parcel_inducted", "parcel_refused")]
    return most_waiting(came, np.concatenate(gone), edges)


def stops_table(recoveries: list[Recovery], caption: str) -> Table | None:
    """Every incident in production and what followed, in order of time."""
    columns = (
        Column("Incident"),
        Column("Lane", True),
        Column("From", True),
        Column("Lasted", True),
        Column("Waiting before", True),
        Column("At most after", True),
        Column("Backlog gone after", True),
        Column("Parcels that lost their trailer", True),
    )
    rows = []
    for stop in sorted(recoveries, key=lambda each: (each.at_s, each.lane)):
        if stop.cell != "production":
            continue
        stood_min = (stop.until_s - stop.at_s) / 60.0
        gone_min = None if stop.recovery_s is None else stop.recovery_s / 60.0
        rows.append(
            (
                text_cell(CAUSE_WORDS[stop.cause]),
                number_cell(stop.lane, "all" if stop.lane == ALL_LANES else count(stop.lane)),
                number_cell(stop.at_s, clock(stop.at_s)),
                number_cell(stood_min, f"{stood_min:.1f} min"),
                number_cell(stop.queue_before, count(stop.queue_before)),
                number_cell(stop.queue_most, count(stop.queue_most)),
                number_cell(
                    gone_min, "it had no end" if gone_min is None else f"{gone_min:.1f} min"
                ),
                number_cell(stop.late_parcels, count(stop.late_parcels)),
            )
        )
    return table("stops", caption, columns, rows) if rows else None
