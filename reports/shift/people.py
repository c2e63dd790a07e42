"""What each person of the review desk did over a shift."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.quantities import Unit, count, value
from reports.shift.spans import most_waiting
from reports.shift.tables import ShiftTables
from reports.tables import Cell, Column, Table, number_cell, table, text_cell

__all__ = ["Break", "Person", "clock", "images_waiting", "people", "people_table"]

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Break:
    """A break that was had."""

    start_s: float
    end_s: float
    late_s: float


@dataclass(frozen=True, slots=True)
class Person:
    """One person at the desk.

    Attributes
    ----------
    number : int
    came_s, went_s : float
        Those who are always there come with the first parcel and go with the last.
    overtime_s : float
        How much of that lies after the end of the shift.
    on_shift : bool
    start_s, end_s : ndarray, shape (images,)
        When each image was taken up, and answered.
    breaks : tuple of Break
    missed_s : tuple of float
        When breaks that were lost were due.
    """

    number: int
    came_s: float
    went_s: float
    overtime_s: float
    on_shift: bool
    start_s: Values
    end_s: Values
    breaks: tuple[Break, ...]
    missed_s: tuple[float, ...]

    @property
    def keying_share(self) -> float:
        """Share of the time at the desk, breaks left out, spent keying."""
        here_s = self.went_s - self.came_s - sum(rest.end_s - rest.start_s for rest in self.breaks)
        return float(np.sum(self.end_s - self.start_s)) / here_s if here_s > 0.0 else 0.0


def people(shift: ShiftTables, world: str, always: int, end_s: float) -> tuple[Person, ...]:
    """Everybody at the desk, in order of number.

    Parameters
    ----------
    shift : ShiftTables
    world : str
        ``lab`` or ``production``.
    always : int
        People without a shift; theirs are the first numbers.
    end_s : float
        When the last parcel has gone.
    """
    keyed = shift.columns("review_answered", world, "operator", "service_s")
    came = shift.columns("operator_came", world, "operator")
    went = shift.columns("operator_went", world, "operator", "overtime_s")
    rest = shift.columns("break_taken", world, "operator", "late_s", "duration_s")
    lost = shift.columns("break_missed", world, "operator", "due_s")
    hours = dict.fromkeys(range(always), (0.0, end_s, 0.0))
    left = {
        int(number): (float(at_s), float(overtime_s))
        for number, at_s, overtime_s in zip(
            went["operator"], went["at_s"], went["overtime_s"], strict=True
        )
    }
    for number, at_s in zip(came["operator"], came["at_s"], strict=True):
        hours[int(number)] = (float(at_s), *left.get(int(number), (end_s, 0.0)))
    found = []
    for number, (came_s, went_s, overtime_s) in sorted(hours.items()):
        mine = keyed["operator"] == number
        ends = keyed["at_s"][mine]
        breaks = rest["operator"] == number
        found.append(
            Person(
                number,
                came_s,
                went_s,
                overtime_s,
                number >= always,
                ends - keyed["service_s"][mine],
                ends,
                tuple(
                    Break(float(start), float(start + length), float(late))
                    for start, length, late in zip(
                        rest["at_s"][breaks],
                        rest["duration_s"][breaks],
                        rest["late_s"][breaks],
                        strict=True,
                    )
                ),
                tuple(float(due_s) for due_s in lost["due_s"][lost["operator"] == number]),
            )
        )
    return tuple(found)


def images_waiting(shift: ShiftTables, world: str, edges: Values) -> NDArray[np.int64]:
    """Most images that waited at once for a person at the desk, by bin."""
    queued = shift.columns("review_queued", world, "parcel_id", "lap")
    started = shift.columns("review_started", world)["at_s"]
    # When the last person goes, what still waits is refused: those joined the queue before.
    refused = shift.columns("review_refused", world, "parcel_id", "lap")
    joined = set(zip(queued["parcel_id"], queued["lap"], strict=True))
    dropped = [
        at_s
        for at_s, *image in zip(refused["at_s"], refused["parcel_id"], refused["lap"], strict=True)
        if tuple(image) in joined
    ]
    gone = np.concatenate((started, np.array(dropped, dtype=np.float64)))
    return most_waiting(queued["at_s"], gone, edges)


def people_table(staff: tuple[Person, ...], caption: str) -> Table | None:
    """What each of them did, in numbers."""
    columns = [
        Column("Person"),
        Column("Came", True),
        Column("Went", True),
        Column("Images keyed", True),
        Column("Time spent keying", True),
    ]
    shifts = any(person.on_shift for person in staff)
    if shifts:
        columns += [Column("Overtime", True), Column("Breaks had"), Column("Breaks lost", True)]
    rows = []
    for person in staff:
        share = person.keying_share
        row = [
            number_cell(person.number, f"person {person.number + 1}"),
            number_cell(person.came_s, clock(person.came_s)),
            number_cell(person.went_s, clock(person.went_s)),
            number_cell(len(person.end_s), count(len(person.end_s))),
            number_cell(share, value(share, Unit.SHARE)),
        ]
        if shifts:
            minutes = person.overtime_s / 60.0
            row.append(number_cell(minutes, f"{minutes:.0f} min" if minutes > 0.0 else "none"))
            row.append(_breaks(person))
            row.append(number_cell(len(person.missed_s), count(len(person.missed_s))))
        rows.append(row)
    return table("people", caption, columns, rows) if rows else None


def clock(at_s: float) -> str:
    """Hours and minutes since the scenario began: ``3:05 h``."""
    minutes = round(at_s / 60.0)
    return f"{minutes // 60}:{minutes % 60:02d} h"


def _breaks(person: Person) -> Cell:
    said = ", ".join(
        clock(rest.start_s)
        + (f" ({rest.late_s / 60.0:.0f} min late)" if rest.late_s > 30.0 else "")
        for rest in person.breaks
    )
    return text_cell(said or "none")
