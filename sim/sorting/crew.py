"""A few people who take jobs first come, first served."""

import heapq
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from sim.clock import COMPLETION, Appointment, Clock

__all__ = ["Crew", "Job"]


class Job(NamedTuple):
    """A job that is done.

    Attributes
    ----------
    at_s : float
        When it was done.
    what : object
    person : int
    wait_s, service_s : float
    """

    at_s: float
    what: Any
    person: int
    wait_s: float
    service_s: float


class Crew:
    """A G/G/c queue with unlimited room; the free person with the lowest number takes the job.

    Parameters
    ----------
    clock : Clock
    people : int
    service_s : callable (what) -> float
        Asked once a job, when it is taken.
    done : callable (Job)
    taken : callable (what, at_s), optional
    """

    def __init__(
        self,
        clock: Clock,
        people: int,
        service_s: Callable[[Any], float],
        done: Callable[[Job], None],
        taken: Callable[[Any, float], None] | None = None,
    ) -> None:
        self._clock = clock
        self._people = people
        self._service_s = service_s
        self._done = done
        self._taken = taken
        self._free = list(range(people))
        self._queue: deque[tuple[Any, float]] = deque()

    @property
    def idle(self) -> bool:
        """Whether nobody works and nothing waits."""
        return len(self._free) == self._people and not self._queue

    def ask(self, what: Any, at_s: float) -> None:
        """Bring a job, now."""
        if self._free:
            self._begin(what, at_s, at_s)
        else:
            self._queue.append((what, at_s))

    def _begin(self, what: Any, asked_s: float, at_s: float) -> None:
        person = heapq.heappop(self._free)
        service_s = self._service_s(what)
        if self._taken is not None:
            self._taken(what, at_s)
        end_s = at_s + service_s
        job = Job(end_s, what, person, at_s - asked_s, service_s)
        self._clock.call_at(end_s, self._end, job, COMPLETION)

    def _end(self, appointment: Appointment) -> None:
        job: Job = appointment.item
        heapq.heappush(self._free, job.person)
        if self._queue:
            self._begin(*self._queue.popleft(), job.at_s)
        self._done(job)
