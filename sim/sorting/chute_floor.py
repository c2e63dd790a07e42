"""The floor under the chutes: bags and cages that fill, and the attendants who swap them."""

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from scenarios.events import ParcelDiverted
from scenarios.floor_events import ChuteEmptied, ChuteFilled
from scenarios.model import Chutes
from sim.sorting.crew import Crew, Job
from sim.streams import Streams
from sim.world import ConservationError

if TYPE_CHECKING:
    from sim.world import World

__all__ = ["ChuteFloor"]

Place = tuple[int, int]
"""Lane and chute."""


class ChuteFloor:
    """Counts what lies in every chute, says when one is full and has it emptied.

    At `call_at` parcels an attendant is called, once.  What lies there when the attendant comes is
    gone when the swap is over; what slides down meanwhile waits behind the flap and is the first
    of the new cage.  A full chute stays shut until then.  Attendants serve calls of all lanes
    first come, first served.

    It hears ``ParcelDiverted`` and answers with ``ChuteFilled`` and ``ChuteEmptied``.

    Parameters
    ----------
    chutes : scenarios.model.Chutes
    streams : Streams
        Each chute's swaps stand on a stream of their own.
    """

    name = "chutes"

    def __init__(self, chutes: Chutes, streams: Streams) -> None:
        self._capacity = chutes.capacity
        self._call_at = chutes.capacity if chutes.call_at is None else chutes.call_at
        self._law = chutes
        self._streams = streams
        self._rngs: dict[Place, np.random.Generator] = {}
        self._content: Counter[Place] = Counter()
        self._called: set[Place] = set()
        self._taken: dict[Place, int] = {}
        self._slid = self._removed = 0

    def start(self, world: "World") -> None:
        """Listen for parcels that slide down."""
        self._world = world
        self._crew = Crew(
            world.env, self._law.attendants, self._swap_s, self._on_swapped, self._on_taken
        )
        world.bus.subscribe(ParcelDiverted, self._on_diverted)

    def _on_diverted(self, event: ParcelDiverted) -> None:
        place = (event.lane, event.chute)
        self._slid += 1
        self._content[place] += 1
        if self._content[place] == self._capacity:
            self._world.bus.publish(ChuteFilled(event.at_s, *place, self._capacity))
        self._call(place, event.at_s)

    def _call(self, place: Place, at_s: float) -> None:
        if self._content[place] >= self._call_at and place not in self._called:
            self._called.add(place)
            self._crew.ask(place, at_s)

    def _on_taken(self, place: Place, at_s: float) -> None:
        self._taken[place] = self._content[place]

    def _on_swapped(self, job: Job) -> None:
        place: Place = job.what
        removed = self._taken.pop(place)
        self._content[place] -= removed
        self._removed += removed
        self._called.discard(place)
        self._world.bus.publish(
            ChuteEmptied(job.at_s, *place, job.person, removed, job.wait_s, job.service_s)
        )
        if self._content[place] >= self._capacity:  # filled again while the cage was swapped
            self._world.bus.publish(ChuteFilled(job.at_s, *place, self._content[place]))
        self._call(place, job.at_s)

    def _swap_s(self, place: Place) -> float:
        cv = self._law.swap_cv
        if cv == 0.0:
            return self._law.swap_s
        if place not in self._rngs:
            self._rngs[place] = self._streams.generator("chutes", "swap", *place)
        shape = cv**-2.0
        return float(self._law.swap_s * self._rngs[place].standard_gamma(shape) / shape)

    def drain(self) -> None:
        """Check that nobody works and that what slid down was taken away or still lies there.

        Raises
        ------
        ConservationError
        """
        if not self._crew.idle or self._slid != self._removed + self._content.total():
            raise ConservationError(
                f"chutes: {self._slid} parcels slid down, {self._removed} were taken away, "
                f"{self._content.total()} lie there, attendants idle: {self._crew.idle}"
            )
