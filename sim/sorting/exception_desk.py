"""The exception desk: people who bring by hand what the belt could not."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.events import ParcelExcepted
from scenarios.floor_events import ExceptionHandled, ParcelRefused
from scenarios.model import ExceptionDesk as ExceptionDeskModel
from sim.sorting.cohort import per_parcel
from sim.sorting.crew import Crew, Job
from sim.sorting.parcel import Parcel
from sim.sorting.population import Population
from sim.sorting.service_times import gamma_times
from sim.streams import Streams
from sim.world import ConservationError

if TYPE_CHECKING:
    from sim.world import World

__all__ = ["ExceptionDesk"]


class ExceptionDesk:
    """One queue for all lanes, first come, first served, in front of the people of the desk.

    It hears ``ParcelExcepted`` and ``ParcelRefused`` and answers each with one
    ``ExceptionHandled``: the parcel's own chute, or by mistake any other.

    Parameters
    ----------
    desk : scenarios.model.ExceptionDesk
    population : Population
    chutes : int
        Chutes of a lane.
    streams : Streams
        Times and mistakes are drawn by parcel, not by order of service.
    """

    name = "exception_desk"

    def __init__(
        self, desk: ExceptionDeskModel, population: Population, chutes: int, streams: Streams
    ) -> None:
        self._people = desk.people
        self._error_rate = desk.error_rate
        self._chutes = chutes
        self._parcels: dict[str, Parcel] = {p.parcel_id: p for p in population.parcels}
        self._service_s = gamma_times(
            population.cohorts,
            streams,
            ("exception_desk", "service"),
            3600.0 / desk.parcels_per_h,
            desk.service_cv,
        )
        self._mistakes: NDArray[np.float64] = per_parcel(
            population.cohorts,
            streams,
            ("exception_desk", "mistake"),
            lambda rng, count: rng.random((count, 2)),
        )
        self._came = self._handled = 0

    def start(self, world: "World") -> None:
        """Listen for exceptions."""
        self._world = world
        self._crew = Crew(
            world.env,
            self._people,
            lambda event: float(self._service_s[self._parcels[event.parcel_id].number]),
            self._on_handled,
        )
        world.bus.subscribe(ParcelExcepted, self._on_came)
        world.bus.subscribe(ParcelRefused, self._on_came)

    def _on_came(self, event: ParcelExcepted | ParcelRefused) -> None:
        self._came += 1
        self._crew.ask(event, event.at_s)

    def _on_handled(self, job: Job) -> None:
        self._handled += 1
        event: ParcelExcepted | ParcelRefused = job.what
        self._world.bus.publish(
            ExceptionHandled(
                job.at_s,
                event.parcel_id,
                event.lane,
                job.person,
                job.wait_s,
                job.service_s,
                self._chute(self._parcels[event.parcel_id]),
            )
        )

    def _chute(self, parcel: Parcel) -> int:
        errs, which = self._mistakes[parcel.number].tolist()
        if errs >= self._error_rate:
            return parcel.chute
        step = 1 + int(which * (self._chutes - 1))
        return (parcel.chute + step) % self._chutes

    def drain(self) -> None:
        """Check that every exception was handled.

        Raises
        ------
        ConservationError
        """
        if not self._crew.idle or self._came != self._handled:
            raise ConservationError(
                f"exception desk: {self._came} parcels came, {self._handled} were handled"
            )
