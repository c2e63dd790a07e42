"""The review desk over one shift: the images that waited, and what each person did."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from reports.figures.plain_svg import area, hatching, label, line, plain_drawing, rectangle
from reports.figures.svg import Drawing
from reports.figures.time_axis import WIDTH, TimeAxis, halves
from reports.quantities import Unit, value
from reports.shift.people import Person, clock, images_waiting
from reports.shift.spans import covered
from reports.shift.tables import ShiftTables

__all__ = ["MOST_PEOPLE", "desk_timeline"]

MOST_PEOPLE = 20
"""People drawn; the table holds them all."""
_TOP, _QUEUE, _ROW, _GAP = 10.0, 100.0, 22.0, 9.0
_NAME = "shift-desk"


def desk_timeline(shift: ShiftTables, staff: Sequence[Person], end_s: float) -> Drawing:
    """Draw the images waiting in both worlds above a bar a person in production.

    Parameters
    ----------
    shift : ShiftTables
    staff : sequence of Person
        In production.
    end_s : float
        When the last parcel has gone.
    """
    axis = TimeAxis(end_s)
    drawn = staff[:MOST_PEOPLE]
    rows_top = _TOP + _QUEUE + 2.5 * _GAP
    bottom = rows_top + len(drawn) * (_ROW + _GAP)
    body = [hatching(f"{_NAME}-rest", "axis"), *axis.hours(_TOP, bottom)]
    lab, production = (images_waiting(shift, world, axis.edges) for world in ("lab", "production"))
    body.append(label(0.0, _TOP + 12.0, "Images waiting"))
    body += axis.queue(lab, production, _TOP, _QUEUE)
    told = [
        f"{world}: at most {int(levels.max(initial=0)):,} images waiting"
        for world, levels in (("lab", lab), ("production", production))
    ]
    for number, person in enumerate(drawn):
        body += _row(person, rows_top + number * (_ROW + _GAP), axis)
        told.append(_person_words(person))
    title = f"The review desk over one shift, {shift.arm}, replication {shift.replication}"
    return plain_drawing(_NAME, title, "; ".join(told) + ".", (WIDTH, bottom + 22.0), body)


def _row(person: Person, top: float, axis: TimeAxis) -> list[Markup]:
    bottom = top + _ROW
    row = [label(0.0, top + 15.0, f"Person {person.number + 1}")]
    busy = np.minimum(covered(person.start_s, person.end_s, axis.edges), 1.0)
    row.append(area(axis.path(bottom - halves(_ROW * busy), bottom), "right"))
    for rest in person.breaks:
        left, right = axis.x(rest.start_s), axis.x(rest.end_s)
        hatch = f"{_NAME}-rest"
        row.append(rectangle(left, top, right - left, _ROW, edge="axis", hatch=hatch))
    left, right = axis.x(person.came_s), axis.x(person.went_s)
    row.append(rectangle(left, top, right - left, _ROW, edge="axis"))
    if person.overtime_s > 0.0:
        over = axis.x(person.went_s - person.overtime_s)
        row.append(line(f"M{over:.1f} {top - 4:g}V{bottom + 3:g}", "wrong", width=1.6))
        row.append(line(f"M{over:.1f} {bottom + 3:g}H{right:.1f}", "wrong", width=3.0))
    for due_s in person.missed_s:
        x, y = axis.x(due_s), top + _ROW / 2
        row.append(line(f"M{x - 5:.1f} {y - 5:g}l10 10m0 -10l-10 10", "wrong", width=2.2))
    return row


def _person_words(person: Person) -> str:
    said = (
        f"person {person.number + 1}: {clock(person.came_s)} to {clock(person.went_s)}, keying "
        f"{value(person.keying_share, Unit.SHARE)} of the time"
    )
    if person.breaks:
        said += ", breaks at " + ", ".join(clock(rest.start_s) for rest in person.breaks)
    if person.missed_s:
        said += f", breaks lost {len(person.missed_s)}"
    return said + (f", overtime {clock(person.overtime_s)}" if person.overtime_s > 0.0 else "")
