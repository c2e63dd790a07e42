"""A world that stands still for ever is ended, and says who turned in circles."""

import pytest

from sim import clock as clocks
from sim.clock import Appointment, Clock, Livelock
from sim.streams import Streams
from sim.world import World


class Carousel:
    name = "carousel 3"

    def __init__(self, step_s: float, turns: int) -> None:
        self._step_s, self._left = step_s, turns

    def start(self, world: World) -> None:
        self._clock = world.env
        self._clock.call_at(7.0, self._turn)

    def _turn(self, appointment: Appointment) -> None:
        self._left -= 1
        if self._left:
            self._clock.call_at(appointment.at_s + self._step_s, self._turn)

    def drain(self) -> None:
        assert not self._left


def world_with(carousel: Carousel) -> World:
    world = World(Streams(1, 0), ())
    world.add(carousel)
    return world


def test_standing_still_ends_and_names_the_station(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "MOST_AT_ONE_INSTANT", 1000)
    with pytest.raises(Livelock, match=r"1,000 events happened at 7\.0 s.*carousel 3"):
        world_with(Carousel(0.0, 5000)).run()


def test_a_busy_instant_and_a_long_day_are_no_livelock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "MOST_AT_ONE_INSTANT", 1000)
    world_with(Carousel(0.0, 1000)).run()
    world_with(Carousel(1e-9, 5000)).run()


def test_a_process_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "MOST_AT_ONE_INSTANT", 100)
    clock = Clock()

    def spin():  # type: ignore[no-untyped-def]
        while True:
            yield clock.timeout(0)

    clock.process(spin())
    with pytest.raises(Livelock, match="spin"):
        clock.play()


def test_play_does_what_run_does() -> None:
    seen: dict[str, list[float]] = {"run": [], "play": []}
    for how, times in seen.items():
        clock = Clock()
        for at_s in (3.0, 1.0, 2.0):
            clock.call_at(at_s, lambda appointment, times=times: times.append(appointment.at_s))
        getattr(clock, how)()
        assert clock.now == 3.0
    assert seen["run"] == seen["play"] == [1.0, 2.0, 3.0]
