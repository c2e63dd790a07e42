"""One person at the review desk: since when at work, which breaks are still due, until when."""

import math
from collections import deque
from collections.abc import Iterator

from scenarios.desk_model import ReviewDesk, Shift

__all__ = ["Operator", "roster"]


class Operator:
    """A person at the desk.

    Attributes
    ----------
    number : int
    shift : int or None
        Number of the shift; None for one who is always there.
    start_s, end_s : float
        Of the shift; 0 and infinite for one who is always there.
    overtime_max_s : float
    breaks : deque of (float, float)
        When each is due and how long it lasts; neither had nor lost yet.
    fresh_s : float
        When this person came or came back from the last break.
    idle : bool
        At the desk without an image.
    """

    __slots__ = (
        "breaks",
        "end_s",
        "fresh_s",
        "idle",
        "number",
        "overtime_max_s",
        "shift",
        "start_s",
    )

    def __init__(
        self, number: int, shift: int | None = None, of: Shift | None = None, place: int = 0
    ) -> None:
        self.number = number
        self.shift = shift
        self.start_s = 0.0 if of is None else of.start_s
        self.end_s = math.inf if of is None else of.end_s
        self.overtime_max_s = 0.0 if of is None else of.overtime_max_s
        self.breaks: deque[tuple[float, float]] = deque()
        if of is not None:
            later_s = place * of.break_stagger_s
            self.breaks.extend((rest.start_s + later_s, rest.duration_s) for rest in of.breaks)
        self.fresh_s = self.start_s
        self.idle = of is None


def roster(desk: ReviewDesk) -> Iterator[Operator]:
    """Everyone who works at the desk, in order of number: first those who are always there."""
    for number in range(desk.operators):
        yield Operator(number)
    number = desk.operators
    for index, shift in enumerate(desk.shifts):
        for place in range(shift.operators):
            yield Operator(number, index, shift, place)
            number += 1
