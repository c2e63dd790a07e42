"""The induction: one queue, a few stations with an operator or feeder, and one belt to merge on."""

from collections.abc import Callable, Sequence
from heapq import heappop, heappush

from sim.clock import Appointment, Clock
from sim.sorting.belt_clock import SteadyBelt, StoppingBelt
from sim.sorting.conveyor import Conveyor

__all__ = ["Induction"]


class Induction:
    """Takes parcels first come, first served, and places each on the belt when it is free.

    A parcel whose service is over but for whom the belt is occupied stays on its station and
    blocks it; what is ready first merges first.  With a belt that is always free this is a G/G/c
    queue.  A parcel that is turned away takes its service and no place on the belt.

    Parameters
    ----------
    clock : Clock
    conveyor : Conveyor
    arrival_s, service_s : sequence of float
        Of each parcel, in order of arrival.
    placed : callable (position, at_s, wait_s, blocked_s, front_s, rider)
        Called at the moment of placing the parcel at `position` in that order.  `wait_s` is all
        time since arrival but the service itself; `blocked_s` is the part of it spent on the
        station while the belt was occupied or stood; `front_s` is `at_s` in running time of the
        belt; `rider` is the position of a parcel that is dragged along, or None.
    stations : int
    belt : StoppingBelt
        Whose running time the conveyor is in.
    refuses : callable (position) -> bool
        Whether a parcel is turned away.
    refused : callable (position, at_s, wait_s)
        Called at the moment of turning it away.
    drags : callable (position, behind) -> bool
        Whether a parcel, when placed, drags the one behind it along, if that is there already.
    headway_s : callable (position) -> float
        How long a parcel takes to clear the induction point; by default one pitch each.
    """

    def __init__(
        self,
        clock: Clock,
        conveyor: Conveyor,
        arrival_s: Sequence[float],
        service_s: Sequence[float],
        placed: Callable[[int, float, float, float, float, int | None], None],
        *,
        stations: int = 1,
        belt: StoppingBelt | None = None,
        refuses: Callable[[int], bool] | None = None,
        refused: Callable[[int, float, float], None] | None = None,
        drags: Callable[[int, int], bool] | None = None,
        headway_s: Callable[[int], float] | None = None,
    ) -> None:
        self._clock = clock
        self._conveyor = conveyor
        self._arrival_s = arrival_s
        self._service_s = service_s
        self._placed = placed
        self._stations = stations
        self._belt = SteadyBelt() if belt is None else belt
        # Nothing to turn away and no stops: running time is clock time, one thing happens next.
        self._plain = refuses is None and isinstance(self._belt, SteadyBelt)
        self._refuses = refuses
        self._refused = refused
        self._drags = drags
        self._headway_s = headway_s
        self._next = 0
        # (when ready, position): parcels on a station that will merge, and that will be refused.
        self._merging: list[tuple[float, int]] = []
        self._refusing: list[tuple[float, int]] = []

    @property
    def waiting(self) -> int:
        """Parcels neither placed nor turned away."""
        left = len(self._arrival_s) - self._next
        return left + len(self._merging) + len(self._refusing)

    def start(self) -> None:
        """Begin with the first parcels, if there are any."""
        for _ in range(self._stations):
            self._take(0.0)
        self._plan()

    def _take(self, free_s: float) -> None:
        """Let a station that is free take the next parcel, which may be still to come."""
        position = self._next
        if position < len(self._arrival_s):
            self._next += 1
            ready_s = max(self._arrival_s[position], free_s) + self._service_s[position]
            turned_away = self._refuses is not None and self._refuses(position)
            heappush(self._refusing if turned_away else self._merging, (ready_s, position))

    def _plan(self) -> None:
        """Make the appointment for what happens next."""
        if self._plain:
            if self._merging:
                front_s = self._free_from(self._merging[0][0])
                self._clock.call_at(front_s, self._merge, front_s)
            return
        turning_away_s = self._refusing[0][0] if self._refusing else float("inf")
        if self._merging:
            at_s, front_s = self._earliest(self._merging[0][0])
            if at_s <= turning_away_s:
                # Rounding alone can put a place a hair before now.
                self._clock.call_at(max(at_s, self._clock.now), self._merge, front_s)
                return
        if self._refusing:
            self._clock.call_at(turning_away_s, self._refuse)

    def _earliest(self, at_s: float) -> tuple[float, float]:
        """When a place is free from `at_s` on, by the clock and in running time."""
        moving_s = self._belt.moving_from(at_s)
        running_s = self._belt.running_s(moving_s)
        front_s = self._free_from(running_s)
        if front_s == running_s:
            return moving_s, front_s
        return max(moving_s, self._belt.clock_s(front_s)), front_s

    def _free_from(self, at_s: float) -> float:
        """When the belt has room for the parcel that merges next, in running time."""
        return self._conveyor.free_from(at_s, self._headway_of(self._merging[0][1]))

    def _headway_of(self, position: int) -> float | None:
        return None if self._headway_s is None else self._headway_s(position)

    def _refuse(self, appointment: Appointment) -> None:
        at_s, position = heappop(self._refusing)
        assert self._refused is not None
        self._take(at_s)
        self._refused(position, at_s, max(0.0, self._waited_s(position, at_s)))
        self._plan()

    def _merge(self, appointment: Appointment) -> None:
        front_s: float = appointment.item
        if self._free_from(front_s) > front_s:  # a parcel came to return since
            self._plan()
            return
        at_s = appointment.at_s
        ready_s, position = heappop(self._merging)
        self._conveyor.place(front_s, self._headway_of(position))
        blocked_s = at_s - ready_s
        wait_s = max(0.0, self._waited_s(position, ready_s) + blocked_s)
        rider = None if self._drags is None else self._rider(position, at_s)
        self._placed(position, at_s, wait_s, blocked_s, front_s, rider)
        self._take(at_s)
        self._plan()

    def _rider(self, position: int, at_s: float) -> int | None:
        behind = self._next
        assert self._drags is not None
        if (
            behind >= len(self._arrival_s)
            or self._arrival_s[behind] > at_s
            or not self._drags(position, behind)
            or (self._refuses is not None and self._refuses(behind))
        ):
            return None
        self._next += 1
        return behind

    def _waited_s(self, position: int, ready_s: float) -> float:
        return ready_s - self._service_s[position] - self._arrival_s[position]
