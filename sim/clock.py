"""The simulation clock: SimPy's environment, plus callbacks at exact times with fixed tie order."""

from collections.abc import Callable
from heapq import heappush
from typing import Any

import simpy
from simpy.events import EventPriority

__all__ = ["COMPLETION", "DECISION", "OCCURRENCE", "Appointment", "Clock", "Livelock"]

COMPLETION = 0
"""Ends of service: at one instant they come first, so that a freed server is seen to be free."""
OCCURRENCE = 1
"""Everything else that happens (SimPy's own normal priority)."""
DECISION = 2
"""Choices that must see all that happened at their instant, an answer exactly in time included."""

MOST_AT_ONE_INSTANT = 1_000_000
"""Events at one simulated instant beyond which a world is turning in circles.

Far above what honest worlds need: a whole day's parcels handed over in one second stay below it.
"""


class Livelock(RuntimeError):
    """Events cause each other for ever while the clock stands still."""


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

    def play(self) -> None:
        """Process events until none is left, as ``run`` does, but never stand still for ever.

        Raises
        ------
        Livelock
            If more than `MOST_AT_ONE_INSTANT` events happen at one instant; it names the station
            whose turn it was.
        """
        queue = self._queue
        instant, since = self._now, 0
        while queue:
            now, _, _, event = queue[0]
            if now != instant:
                instant, since = now, 0
            since += 1
            if since > MOST_AT_ONE_INSTANT:
                raise Livelock(
                    f"{MOST_AT_ONE_INSTANT:,} events happened at {instant} s and the clock does "
                    f"not move on; the last are due at {_stations(event)}"
                )
            self.step()


def _stations(event: simpy.Event) -> str:
    named = []
    for callback in event.callbacks or ():
        owner = getattr(callback, "__self__", None)
        station = getattr(owner, "name", None) or type(owner).__name__
        named.append(f"{station} ({getattr(callback, '__qualname__', callback)})")
    return ", ".join(named) or "a station that waits for nothing"
