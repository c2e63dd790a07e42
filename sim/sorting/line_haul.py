"""Line-haul trailers: which one a parcel is promised, and which one it is on."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scenarios.events import ParcelDiverted
from scenarios.floor_events import ExceptionHandled, ParcelLoaded
from scenarios.line_haul_model import DAY_S
from scenarios.model import LineHaul as LineHaulModel
from sim.sorting.cohort import per_parcel
from sim.sorting.parcel import Parcel
from sim.sorting.population import Population
from sim.sorting.service_times import gamma_times
from sim.streams import Streams

if TYPE_CHECKING:
    from sim.world import World

__all__ = ["LineHaul", "promised_cut_offs"]


def promised_cut_offs(line_haul: LineHaulModel, population: Population) -> NDArray[np.float64]:
    """Cut-off of the trailer each parcel is promised, in seconds, shape (n,).

    It depends on when the parcel comes in the calm and in the loaded cells, whichever is later,
    and on nothing that happens to it.
    """
    latest_s = population.loaded_arrival_s.copy()
    calm_s = population.calm_arrival_s
    latest_s[: len(calm_s)] = np.maximum(latest_s[: len(calm_s)], calm_s)
    routes = line_haul.chute_routes
    return np.array(
        [
            _next_cut_off(
                line_haul.routes[routes[parcel.chute]].cut_offs_s, came_s + line_haul.promise_s
            )
            for parcel, came_s in zip(population.parcels, latest_s.tolist(), strict=True)
        ]
    )


def _next_cut_off(cut_offs_s: Sequence[float], ready_s: float) -> float:
    """First cut-off at `ready_s` or later, day after day."""
    days = max(0.0, np.floor((ready_s - cut_offs_s[-1]) / DAY_S))
    while True:
        place = bisect_left(cut_offs_s, ready_s - days * DAY_S)
        if place < len(cut_offs_s):
            return float(cut_offs_s[place] + days * DAY_S)
        days += 1.0


class LineHaul:
    """Loads what lies in the chutes onto the next trailer of the chute's route.

    Nobody compares a parcel in a chute with its label again: a misroute goes where its chute goes.
    What stands part-full at a cut-off is swept onto the trailer, so cages do not hold parcels
    back.  It hears ``ParcelDiverted`` and ``ExceptionHandled`` and announces ``ParcelLoaded``.

    Parameters
    ----------
    line_haul : scenarios.model.LineHaul
    population : Population
    streams : Streams
        Loading times and misloads are drawn by parcel.
    """

    name = "line_haul"

    def __init__(self, line_haul: LineHaulModel, population: Population, streams: Streams) -> None:
        self._law = line_haul
        self._routes = line_haul.chute_routes
        self._parcels: dict[str, Parcel] = {p.parcel_id: p for p in population.parcels}
        self._promised_s = promised_cut_offs(line_haul, population).tolist()
        self._loading_s = gamma_times(
            population.cohorts,
            streams,
            ("line_haul", "loading"),
            line_haul.loading_s,
            line_haul.loading_cv,
        )
        self._misloads: NDArray[np.float64] = per_parcel(
            population.cohorts,
            streams,
            ("line_haul", "misload"),
            lambda rng, count: rng.random((count, 2)),
        )

    def start(self, world: "World") -> None:
        """Listen for parcels that lie in a chute."""
        self._world = world
        world.bus.subscribe(ParcelDiverted, self._on_chute)
        world.bus.subscribe(ExceptionHandled, self._on_chute)

    def _on_chute(self, event: ParcelDiverted | ExceptionHandled) -> None:
        number = self._parcels[event.parcel_id].number
        ready_s = event.at_s + float(self._loading_s[number])
        route = self._routes[event.chute]
        strays, which = self._misloads[number].tolist()
        misloaded = strays < self._law.misload_share
        if misloaded:
            others = len(self._law.routes) - 1
            route = (route + 1 + int(which * others)) % len(self._law.routes)
        self._world.announce(
            ParcelLoaded(
                ready_s,
                event.parcel_id,
                event.lane,
                event.chute,
                route,
                _next_cut_off(self._law.routes[route].cut_offs_s, ready_s),
                self._promised_s[number],
                misloaded,
            )
        )

    def drain(self) -> None:
        """Nothing waits here: a parcel is certain of a trailer as soon as it lies in a chute."""
