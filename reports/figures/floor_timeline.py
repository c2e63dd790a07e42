"""The lanes over one shift: what waited for induction, when belts stood, when chutes were full."""

from collections.abc import Sequence

import numpy as np

from reports.figures.plain_svg import area, hatching, label, line, plain_drawing, rectangle
from reports.figures.svg import Drawing
from reports.figures.time_axis import LEFT, WIDTH, TimeAxis, halves
from reports.shift.lanes import LaneSpans, waiting_for_induction
from reports.shift.people import clock
from reports.shift.tables import ShiftTables
from scenarios.model import Surge

__all__ = ["MOST_LANES", "floor_timeline"]

MOST_LANES = 16
"""Lanes drawn; the table of stops holds them all."""
_MARKS, _QUEUE, _ROW, _GAP, _NARROWEST = 34.0, 130.0, 20.0, 8.0, 2.0


def floor_timeline(
    shift: ShiftTables, lanes: Sequence[LaneSpans], surges: Sequence[Surge], end_s: float
) -> Drawing:
    """Draw the backlog of both worlds above a bar a lane, with surges and stops marked.

    Parameters
    ----------
    shift : ShiftTables
    lanes : sequence of LaneSpans
        In production; without any, the backlog stands alone.
    surges : sequence of Surge
    end_s : float
        When the last parcel has gone.
    """
    axis = TimeAxis(end_s)
    name = "shift-floor"
    drawn = lanes[:MOST_LANES]
    rows_top = _MARKS + _QUEUE + (2.5 * _GAP if drawn else 0.0)
    bottom = rows_top + len(drawn) * (_ROW + _GAP)
    body = [hatching(f"{name}-out", "ink"), *axis.hours(_MARKS, bottom)]
    for surge in surges:
        left, right = axis.x(surge.start_s), axis.x(surge.end_s)
        body.append(line(f"M{left:.1f} {_MARKS:g}v-8H{right:.1f}v8", "ink", width=1.2))
        words = "surge" if right - left > 40.0 else ""
        body.append(label((left + right) / 2, _MARKS - 12.0, words, size=11.0, anchor="middle"))
    lab = waiting_for_induction(shift, "lab", axis.edges)
    production = waiting_for_induction(shift, "production", axis.edges)
    body.append(label(0.0, _MARKS + 12.0, "Waiting for"))
    body.append(label(0.0, _MARKS + 27.0, "induction"))
    body += axis.queue(lab, production, _MARKS, _QUEUE)
    marks = "".join(
        f"M{axis.x(stop.at_s):.1f} {_MARKS + 9:g}l-4-8h8Z" for lane in drawn for stop in lane.stops
    )
    body.append(area(marks, "ink"))
    for number, lane in enumerate(drawn):
        top = rows_top + number * (_ROW + _GAP)
        body.append(label(0.0, top + 14.0, f"Lane {lane.lane}"))
        if lane.full is not None:
            heights = halves(_ROW * np.minimum(lane.full, 1.0))
            body.append(area(axis.path(top + _ROW - heights, top + _ROW), "desk"))
        jams = ""
        for stop in lane.stops:
            left = axis.x(stop.at_s)
            width = max(axis.x(stop.until_s) - left, _NARROWEST)
            if stop.cause == "outage":
                hatch = f"{name}-out"
                body.append(rectangle(left, top, width, _ROW, edge="ink", hatch=hatch))
            else:
                jams += f"M{left:.1f} {top:g}h{width:.1f}v{_ROW:g}h{-width:.1f}Z"
        body.append(area(jams, "ink"))
        body.append(rectangle(LEFT, top, axis.x(end_s) - LEFT, _ROW, edge="axis"))
    told = [
        _most("lab", lab, axis),
        _most("production", production, axis),
        *(_lane_words(lane) for lane in drawn),
    ]
    title = f"The lanes over one shift, {shift.arm}, replication {shift.replication}"
    return plain_drawing(name, title, "; ".join(told) + ".", (WIDTH, bottom + 22.0), body)


def _most(world: str, levels: np.ndarray[tuple[int], np.dtype[np.int64]], axis: TimeAxis) -> str:
    at_s = float(axis.edges[int(np.argmax(levels))])
    return f"{world}: at most {int(levels.max(initial=0)):,} parcels waiting, at {clock(at_s)}"


def _lane_words(lane: LaneSpans) -> str:
    stops = ", ".join(f"{stop.cause} {clock(stop.at_s)}" for stop in lane.stops[:20])
    more = len(lane.stops) - 20
    stops += f" and {more} more" if more > 0 else ""
    return f"lane {lane.lane}: {'stopped for ' + stops if stops else 'never stopped'}"
