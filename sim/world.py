"""The world kernel: one clock, one bus, one log, the streams, and the subsystems that use them."""

from collections.abc import Iterable
from typing import Any

from sim.bus import EventBus
from sim.clock import Appointment, Clock
from sim.event_log import EventLog
from sim.streams import Streams
from sim.subsystem import Subsystem

__all__ = ["ConservationError", "World"]


class ConservationError(AssertionError):
    """Something that entered the world neither left it nor is accounted for."""


class World:
    """One replication of one cell of the experiment.

    Parameters
    ----------
    streams : Streams
        Random streams of the replication, shared by all arms and cells.
    events : iterable of type
        Event classes that may be published.
    """

    def __init__(self, streams: Streams, events: Iterable[type]) -> None:
        self.env = Clock()
        self.bus = EventBus()
        self.streams = streams
        self.log = EventLog(events)
        self.bus.tap(self.log.record)
        self._subsystems: list[Subsystem] = []

    def add(self, subsystem: Subsystem) -> None:
        """Add a subsystem; names are unique.

        Raises
        ------
        ValueError
            If a subsystem of that name is there already.
        """
        if any(other.name == subsystem.name for other in self._subsystems):
            raise ValueError(f"two subsystems are called {subsystem.name!r}")
        self._subsystems.append(subsystem)

    def announce(self, event: Any) -> None:
        """Publish an event that is certain already, at its own time, which is now or later.

        Subscribers always hear of it when the clock stands at its ``at_s``.  An event nobody
        subscribes to goes to the log at once, which saves an entry in the calendar; the log puts
        rows in order of time.  Announce only what nothing can call off.
        """
        if self.bus.is_heard(type(event)):
            self.env.call_at(event.at_s, self._publish, event)
        else:
            self.bus.publish(event)

    def _publish(self, appointment: Appointment) -> None:
        self.bus.publish(appointment.item)

    def run(self) -> None:
        """Start every subsystem, run until nothing is left to happen, then drain each.

        Raises
        ------
        ConservationError
            If a subsystem is not empty at the end.
        Livelock
            If events cause each other for ever at one instant.
        """
        for subsystem in self._subsystems:
            subsystem.start(self)
        self.env.play()
        for subsystem in self._subsystems:
            subsystem.drain()
