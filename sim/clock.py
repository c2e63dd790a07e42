"""The simulation clock: SimPy's environment, plus callbacks at exact times with fixed tie order."""

from collections.abc import Callable
from heapq import heappush
from typing import Any

import simpy
from simpy.events import EventPriority

__all__ = ["COMPLETION", "DECISION", "OCCURRENCE", "Appointment", "Clock"]

COMPLETION = 0
"""Ends of service: at one instant they come first, so that a freed server is seen to be free."""
OCCURRENCE = 1
"""Everything else that happens (SimPy's own normal priority)."""
DECISION = 2
"""Choices that must see all that happened at their instant, an answer exactly in time included."""


class Appointment(simpy.Event):
    """A triggered event with one callback and nothing else: about half the cost of a ``Timeout``.

    Attributes
    ----------
    at_s : float
        The exact time it was made for.
    item : object
        Whatever the callback needs.
    """

    def __init__(
        self, env: "Clock", at_s: float, callback: Callable[["Appointment"], None], item: Any
    ) -> None:
        self.env = env
        self.callbacks = [callback]
        self._ok = True
        self._value = None
        self.at_s = at_s
        self.item = item


class Clock(simpy.Environment):
    """SimPy's environment with appointments at absolute times.

    A ``Timeout`` of ``at_s - now`` fires at ``now + (at_s - now)``, which floating point may put
    one unit in the last place away from `at_s`; an appointment fires at `at_s` exactly, whoever
    made it and whenever.  Ties are broken by priority, then by the order of making.
    """

    def call_at(
        self,
        at_s: float,
        callback: Callable[[Appointment], None],
        item: Any = None,
        priority: int = OCCURRENCE,
    ) -> None:
        """Call `callback` with an appointment at `at_s`, carrying `item`.

        Raises
        ------
        ValueError
            If `at_s` lies in the past or is not a number.
        """
        if not at_s >= self._now:
            raise ValueError(f"cannot call at {at_s} s: it is {self._now} s already")
        appointment = Appointment(self, at_s, callback, item)
        heappush(self._queue, (at_s, EventPriority(priority), next(self._eid), appointment))
