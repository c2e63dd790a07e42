"""Chutes and attendants against the theory of machines that wait for repairmen."""

import math
from typing import Any

import numpy as np
import pytest

from scenarios.events import EVENTS, ParcelDiverted
from scenarios.floor_events import ChuteEmptied, ChuteFilled
from scenarios.model import Chutes
from sim.clock import Appointment
from sim.sorting.chute_floor import ChuteFloor
from sim.streams import Streams
from sim.world import World


class Feeder:
    """Poisson streams of parcels, one a chute; what finds a full chute is turned away."""

    name = "feeder"

    def __init__(self, chutes: int, mean_s: float, end_s: float, seed: int) -> None:
        rng = np.random.default_rng([71, seed])
        n = int(2 * end_s / mean_s)
        self._times = [np.cumsum(rng.exponential(mean_s, size=n)) for _ in range(chutes)]
        self._end_s = end_s
        self._full: set[int] = set()
        self.offered = self.blocked = 0

    def start(self, world: World) -> None:
        self._world = world
        world.bus.subscribe(ChuteFilled, lambda event: self._full.add(event.chute))
        world.bus.subscribe(ChuteEmptied, lambda event: self._full.discard(event.chute))
        for chute, times in enumerate(self._times):
            for at_s in times[times < self._end_s].tolist():
                world.env.call_at(at_s, self._arrive, chute)

    def _arrive(self, appointment: Appointment) -> None:
        chute = appointment.item
        self.offered += 1
        if chute in self._full:
            self.blocked += 1
        else:
            at_s = appointment.at_s
            self._world.bus.publish(ParcelDiverted(at_s, "P", 0, 1, chute, "reader"))

    def drain(self) -> None:
        pass


def blocked_share(chutes: int, mean_s: float, seed: int, **law: Any) -> float:
    world = World(Streams(9, seed), EVENTS)
    feeder = Feeder(chutes, mean_s, 6000.0, seed)
    world.add(ChuteFloor(Chutes(**law), world.streams))
    world.add(feeder)
    world.run()
    return feeder.blocked / feeder.offered


def z_score(samples: list[float], theory: float) -> float:
    return float((np.mean(samples) - theory) / (np.std(samples, ddof=1) / math.sqrt(len(samples))))


@pytest.mark.parametrize(("chutes", "attendants"), [(1, 1), (6, 1), (6, 2)])
def test_chutes_of_one_parcel_are_machines_waiting_for_repairmen(
    chutes: int, attendants: int
) -> None:
    """The finite-source queue M/M/c//N (Palm 1947): full chutes are machines that stand."""
    mean_s, swap_s = 30.0, 12.0
    weights = [1.0]
    for full in range(chutes):
        rate = (chutes - full) / mean_s / (min(full + 1, attendants) / swap_s)
        weights.append(weights[-1] * rate)
    theory = sum(k * w for k, w in enumerate(weights)) / sum(weights) / chutes
    law = {"capacity": 1, "attendants": attendants, "swap_s": swap_s, "swap_cv": 1.0}
    shares = [blocked_share(chutes, mean_s, seed, **law) for seed in range(16)]
    assert abs(z_score(shares, theory)) < 4.0


@pytest.mark.parametrize("capacity", [3, 10])
def test_a_chute_with_its_own_attendant_is_shut_for_the_swap_of_every_cycle(capacity: int) -> None:
    """Renewal reward: it fills in capacity x mean gap, then is shut for one swap."""
    theory = 40.0 / (capacity * 20.0 + 40.0)
    law = {"capacity": capacity, "attendants": 2, "swap_s": 40.0, "swap_cv": 0.4}
    shares = [blocked_share(2, 20.0, seed, **law) for seed in range(16)]
    assert abs(z_score(shares, theory)) < 4.0


def test_more_attendants_or_room_never_block_more() -> None:
    law = {"capacity": 2, "attendants": 1, "swap_s": 15.0, "swap_cv": 0.0}
    few = blocked_share(6, 10.0, 1, **law)
    assert few > 0.1
    assert blocked_share(6, 10.0, 1, **{**law, "attendants": 3}) < few
    assert blocked_share(6, 10.0, 1, **{**law, "capacity": 8}) < few
    # Called early, the attendant comes before the chute is full.
    early = {**law, "capacity": 8, "call_at": 4}
    assert blocked_share(6, 10.0, 1, **early) < blocked_share(6, 10.0, 1, **{**law, "capacity": 8})


def test_what_slides_down_during_the_swap_is_the_first_of_the_new_cage() -> None:
    world = World(Streams(9, 0), EVENTS)
    law = Chutes(capacity=5, call_at=2, attendants=1, swap_s=10.0, swap_cv=0.0)
    world.add(ChuteFloor(law, world.streams))

    class Tip:
        name = "tip"

        def start(self, world: World) -> None:
            for at_s in (1.0, 2.0, 3.0, 4.0, 11.5, 20.0):
                event = ParcelDiverted(at_s, "P", 0, 1, 7, "reader")
                world.env.call_at(at_s, lambda a: world.bus.publish(a.item), event)

        def drain(self) -> None:
            pass

    world.add(Tip())
    world.run()
    emptied = [(row.at_s, row.parcels, row.wait_s) for row in world.log.rows(ChuteEmptied)]
    # Called at 2 s with two; three more came by 12 s, which is a call of its own.
    assert emptied == [(12.0, 2, 0.0), (22.0, 3, 0.0)]
    assert [row.at_s for row in world.log.rows(ChuteFilled)] == [11.5]
