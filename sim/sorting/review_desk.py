"""The review desk: finitely many people who key what the reader was unsure of."""

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.events import (
    BreakMissed,
    BreakTaken,
    OperatorCame,
    OperatorWent,
    ReviewAnswered,
    ReviewQueued,
    ReviewRefused,
    ReviewRequested,
    ReviewStarted,
)
from scenarios.model import ReviewDesk as ReviewDeskModel
from sim.clock import COMPLETION, Appointment
from sim.sorting.keying import Keying
from sim.sorting.operator import Operator, roster
from sim.sorting.population import Population
from sim.sorting.service_times import gamma_times
from sim.sorting.strain import strain
from sim.streams import Streams
from sim.world import ConservationError

if TYPE_CHECKING:
    from sim.world import World

__all__ = ["ReviewDesk"]


class _Image(NamedTuple):
    request: ReviewRequested
    number: int


class _Keyed(NamedTuple):
    image: _Image
    operator: Operator
    service_s: float
    odds: float


class ReviewDesk:
    """One queue of images for all lanes, first come, first served, in front of the operators.

    It hears ``ReviewRequested`` and answers with ``ReviewRefused``, or with ``ReviewQueued``,
    ``ReviewStarted`` and ``ReviewAnswered``; nothing else joins it to the lanes, so a recorded
    stream of requests runs it alone.  An image refused is an image no operator was free for while
    `queue_limit` others waited, or one that nobody will ever come to key: when the last person
    goes, what waits is refused too.  Operators finish an image once taken and key those of parcels
    that have left meanwhile: nobody tells them.

    People of a shift come, take their breaks when they are due or, while many images wait, when
    they can, and go.  How fast and how well they key depends on what weighs on them
    (`sim.sorting.strain`).

    Parameters
    ----------
    desk : scenarios.model.ReviewDesk
    population : Population
        For the true codes that operators read off the images.
    streams : Streams
        Service times and slips are drawn by parcel and lap, not by order of service.
    legible : callable, optional
        ``legible(number, lap)`` says whether a person could read the label of that parcel in the
        image of that lap; the operator gives up on one that nobody could.  By default all can.
    damage : callable, optional
        ``damage(number, lap)``: sum of the severities of the degradations in that image.  By
        default there are none.
    """

    name = "review_desk"

    def __init__(
        self,
        desk: ReviewDeskModel,
        population: Population,
        streams: Streams,
        legible: Callable[[int, int], bool] = lambda number, lap: True,
        damage: Callable[[int, int], int] = lambda number, lap: 0,
    ) -> None:
        self._legible = legible
        self._damage = damage
        self._desk = desk
        self._cohorts = population.cohorts
        self._streams = streams
        self._numbers = {parcel.parcel_id: parcel.number for parcel in population.parcels}
        self._codes: Sequence[str] = [parcel.sort_code for parcel in population.parcels]
        self._keying = Keying(population.cohorts, streams, desk.error_rate)
        self._service_s: dict[int, NDArray[np.float64]] = {}
        self._staff = list(roster(desk))
        self._free = [operator.number for operator in self._staff if operator.idle]
        self._staying = len(self._staff)
        self._queue: deque[_Image] = deque()
        self._requested = self._refused = self._answered = 0

    def start(self, world: "World") -> None:
        """Listen for requests and make the appointments of the shifts."""
        self._world = world
        world.bus.subscribe(ReviewRequested, self._on_request)
        for operator in self._staff:
            if operator.shift is None:
                continue
            # who comes is there for what happens at that instant
            world.env.call_at(operator.start_s, self._come, operator, COMPLETION)
            for due_s, _ in operator.breaks:
                world.env.call_at(due_s, self._on_time, operator)
            world.env.call_at(operator.end_s, self._on_time, operator)

    def _on_request(self, request: ReviewRequested) -> None:
        self._requested += 1
        image = _Image(request, self._numbers[request.parcel_id])
        refused = not self._free and len(self._queue) >= self._desk.queue_limit
        if refused or not self._staying:
            self._refused += 1
            self._world.bus.publish(ReviewRefused(*request))
            return
        self._world.bus.publish(ReviewQueued(*request, len(self._queue)))
        if self._free:
            # The free operator with the lowest number: a fixed rule, so that ties never matter.
            self._take(self._staff[heapq.heappop(self._free)], image, request.at_s)
        else:
            self._queue.append(image)

    def _take(self, operator: Operator, image: _Image, at_s: float) -> None:
        operator.idle = False
        requested_s, parcel_id, lane, lap = image.request
        self._world.bus.publish(
            ReviewStarted(at_s, parcel_id, lane, lap, operator.number, at_s - requested_s)
        )
        level = 0 if self._desk.damage is None else self._damage(image.number, lap)
        weight = strain(self._desk, at_s - operator.fresh_s, len(self._queue), level)
        service_s = self._service(image.number, lap) * weight.time
        keyed = _Keyed(image, operator, service_s, weight.odds)
        self._world.env.call_at(at_s + service_s, self._finish, keyed, COMPLETION)

    def _finish(self, appointment: Appointment) -> None:
        (request, number), operator, service_s, odds = appointment.item
        at_s = appointment.at_s
        self._next(operator, at_s)
        code = None
        if self._legible(number, request.lap):
            code = self._keying.keyed(number, request.lap, self._codes[number], odds)
        self._answered += 1
        self._world.bus.publish(
            ReviewAnswered(
                at_s, request.parcel_id, request.lane, request.lap, operator.number, service_s, code
            )
        )

    def _next(self, operator: Operator, at_s: float) -> None:
        """Let a person without an image go home, have a break, take the next image or wait."""
        over = at_s >= operator.end_s
        if over and not (self._queue and at_s < operator.end_s + operator.overtime_max_s):
            self._go(operator, at_s)
        elif over or not self._has_break(operator, at_s):
            if self._queue:
                self._take(operator, self._queue.popleft(), at_s)
            else:
                operator.idle = True
                heapq.heappush(self._free, operator.number)

    def _has_break(self, operator: Operator, at_s: float) -> bool:
        """Begin the break that is due, unless it is lost or put off; whether it began."""
        while operator.breaks and operator.breaks[0][0] <= at_s:
            due_s, duration_s = operator.breaks[0]
            late_s = at_s - due_s
            if late_s > self._desk.break_grace_s:
                operator.breaks.popleft()
                self._world.bus.publish(BreakMissed(at_s, operator.number, due_s))
                continue
            waits_at = self._desk.break_waits_at
            if waits_at is not None and len(self._queue) >= waits_at:
                return False
            operator.breaks.popleft()
            # a break that begins late is cut short by the end of the shift
            duration_s = min(duration_s, operator.end_s - at_s)
            self._world.bus.publish(BreakTaken(at_s, operator.number, late_s, duration_s))
            self._world.env.call_at(at_s + duration_s, self._come_back, operator, COMPLETION)
            return True
        return False

    def _come(self, appointment: Appointment) -> None:
        operator: Operator = appointment.item
        assert operator.shift is not None
        self._world.bus.publish(OperatorCame(appointment.at_s, operator.number, operator.shift))
        self._come_back(appointment)

    def _come_back(self, appointment: Appointment) -> None:
        operator: Operator = appointment.item
        operator.fresh_s = appointment.at_s
        self._next(operator, appointment.at_s)

    def _on_time(self, appointment: Appointment) -> None:
        """A break is due or the shift ends; who is at work or on a break sees to it afterwards."""
        operator: Operator = appointment.item
        if operator.idle:
            operator.idle = False
            self._free.remove(operator.number)
            heapq.heapify(self._free)
            self._next(operator, appointment.at_s)

    def _go(self, operator: Operator, at_s: float) -> None:
        assert operator.shift is not None
        for due_s, _ in operator.breaks:
            self._world.bus.publish(BreakMissed(at_s, operator.number, due_s))
        operator.breaks.clear()
        overtime_s = at_s - operator.end_s
        self._world.bus.publish(OperatorWent(at_s, operator.number, operator.shift, overtime_s))
        self._staying -= 1
        if not self._staying:
            while self._queue:
                _, parcel_id, lane, lap = self._queue.popleft().request
                self._refused += 1
                self._world.bus.publish(ReviewRefused(at_s, parcel_id, lane, lap))

    def _service(self, number: int, lap: int) -> float:
        if lap not in self._service_s:
            self._service_s[lap] = gamma_times(
                self._cohorts,
                self._streams,
                ("review_desk", "service", lap),
                3600.0 / self._desk.images_per_h,
                self._desk.service_cv,
            )
        return float(self._service_s[lap][number])

    def drain(self) -> None:
        """Check that every image was refused or answered and every operator is free.

        Raises
        ------
        ConservationError
        """
        if (
            self._queue
            or len(self._free) != self._desk.operators
            or self._staying != self._desk.operators
            or self._requested != self._refused + self._answered
        ):
            raise ConservationError(
                f"review desk: {self._requested} images requested, {self._answered} answered, "
                f"{self._refused} refused, {len(self._queue)} in the queue, "
                f"{len(self._free)} of {self._desk.operators} operators free"
            )
