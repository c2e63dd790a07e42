"""The induction station: one queue, one operator or feeder, and a belt that may be occupied."""

from collections.abc import Callable, Sequence

from sim.clock import Appointment, Clock
from sim.sorting.conveyor import Conveyor

__all__ = ["Induction"]


class Induction:
    """Takes parcels first come, first served, and places each on the belt when it is free.

    A parcel whose service is over but for whom the belt is occupied stays on the station and
    blocks it.  With a belt that is always free this is a G/G/1 queue.

    Parameters
    ----------
    clock : Clock
    conveyor : Conveyor
    arrival_s, service_s : sequence of float
        Of each parcel, in order of arrival.
    placed : callable (position in that order, at_s, wait_s, blocked_s)
        Called at the moment of placing.  `wait_s` is all time since arrival but the service
        itself; `blocked_s` is the part of it spent on the station with the belt occupied.
    """

    def __init__(
        self,
        clock: Clock,
        conveyor: Conveyor,
        arrival_s: Sequence[float],
        service_s: Sequence[float],
        placed: Callable[[int, float, float, float], None],
    ) -> None:
        self._clock = clock
        self._conveyor = conveyor
        self._arrival_s = arrival_s
        self._service_s = service_s
        self._placed = placed
        self._next = 0
        self._ready_s = 0.0

    @property
    def waiting(self) -> int:
        """Parcels not yet placed."""
        return len(self._arrival_s) - self._next

    def start(self) -> None:
        """Begin with the first parcel, if there is any."""
        self._serve(0.0)

    def _serve(self, free_s: float) -> None:
        if self._next < len(self._arrival_s):
            begin = max(self._arrival_s[self._next], free_s)
            self._ready_s = begin + self._service_s[self._next]
            self._clock.call_at(self._conveyor.free_from(self._ready_s), self._attempt)

    def _attempt(self, appointment: Appointment) -> None:
        at_s = appointment.at_s
        free_s = self._conveyor.free_from(at_s)
        if free_s > at_s:  # a parcel came to return since
            self._clock.call_at(free_s, self._attempt)
            return
        position = self._next
        self._next += 1
        self._conveyor.place(at_s)
        blocked_s = at_s - self._ready_s
        wait_s = self._ready_s - self._service_s[position] - self._arrival_s[position] + blocked_s
        self._placed(position, at_s, max(0.0, wait_s), blocked_s)
        self._serve(at_s)
