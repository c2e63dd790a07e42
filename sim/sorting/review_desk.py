"""The review desk: finitely many people who key what the reader was unsure of."""

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.events import (
    ReviewAnswered,
    ReviewQueued,
    ReviewRefused,
    ReviewRequested,
    ReviewStarted,
)
from scenarios.model import ReviewDesk as ReviewDeskModel
from sim.clock import COMPLETION, Appointment
from sim.sorting.keying import Keying
from sim.sorting.population import Population
from sim.sorting.service_times import gamma_times
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
    operator: int
    service_s: float


class ReviewDesk:
    """One queue of images for all lanes, first come, first served, in front of the operators.

    It hears ``ReviewRequested`` and answers with ``ReviewRefused``, or with ``ReviewQueued``,
    ``ReviewStarted`` and ``ReviewAnswered``; nothing else joins it to the lanes, so a recorded
    stream of requests runs it alone.  An image refused is an image no operator was free for while
    `queue_limit` others waited; a desk without operators refuses all.  Operators finish an image
    once taken and key those of parcels that have left meanwhile: nobody tells them.

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
    """

    name = "review_desk"

    def __init__(
        self,
        desk: ReviewDeskModel,
        population: Population,
        streams: Streams,
        legible: Callable[[int, int], bool] = lambda number, lap: True,
    ) -> None:
        self._legible = legible
        self._desk = desk
        self._cohorts = population.cohorts
        self._streams = streams
        self._numbers = {parcel.parcel_id: parcel.number for parcel in population.parcels}
        self._codes: Sequence[str] = [parcel.sort_code for parcel in population.parcels]
        self._keying = Keying(population.cohorts, streams, desk.error_rate)
        self._service_s: dict[int, NDArray[np.float64]] = {}
        self._free = list(range(desk.operators))
        self._queue: deque[_Image] = deque()
        self._requested = self._refused = self._answered = 0

    def start(self, world: "World") -> None:
        """Listen for requests."""
        self._world = world
        world.bus.subscribe(ReviewRequested, self._on_request)

    def _on_request(self, request: ReviewRequested) -> None:
        self._requested += 1
        image = _Image(request, self._numbers[request.parcel_id])
        refused = not self._free and len(self._queue) >= self._desk.queue_limit
        if refused or not self._desk.operators:
            self._refused += 1
            self._world.bus.publish(ReviewRefused(*request))
            return
        self._world.bus.publish(ReviewQueued(*request, len(self._queue)))
        if self._free:
            self._take(image, request.at_s)
        else:
            self._queue.append(image)

    def _take(self, image: _Image, at_s: float) -> None:
        # The free operator with the lowest number: a fixed rule, so that ties never matter.
        operator = heapq.heappop(self._free)
        requested_s, parcel_id, lane, lap = image.request
        self._world.bus.publish(
            ReviewStarted(at_s, parcel_id, lane, lap, operator, at_s - requested_s)
        )
        service_s = self._service(image.number, lap)
        keyed = _Keyed(image, operator, service_s)
        self._world.env.call_at(at_s + service_s, self._finish, keyed, COMPLETION)

    def _finish(self, appointment: Appointment) -> None:
        (request, number), operator, service_s = appointment.item
        at_s = appointment.at_s
        heapq.heappush(self._free, operator)
        if self._queue:
            self._take(self._queue.popleft(), at_s)
        code = None
        if self._legible(number, request.lap):
            code = self._keying.keyed(number, request.lap, self._codes[number])
        self._answered += 1
        self._world.bus.publish(
            ReviewAnswered(
                at_s, request.parcel_id, request.lane, request.lap, operator, service_s, code
            )
        )

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
            or self._requested != self._refused + self._answered
        ):
            raise ConservationError(
                f"review desk: {self._requested} images requested, {self._answered} answered, "
                f"{self._refused} refused, {len(self._queue)} in the queue, "
                f"{len(self._free)} of {self._desk.operators} operators free"
            )
