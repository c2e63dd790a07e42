"""Several stations before one merge against Kiefer and Wolfowitz's recursion, path by path."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.array_queues import queue_waits
from sim.clock import Clock
from sim.sorting.belt_clock import BeltClock, Stop
from sim.sorting.conveyor import Conveyor
from sim.sorting.induction import Induction
from tests.sorting_world import lane

Values = NDArray[np.float64]


class Bench:
    """Stations before a belt; keeps what they did."""

    def __init__(self, arrival_s: Values, service_s: Values, pitch_m: float = 1e-9, **how) -> None:
        self.placed: list[tuple[int, float, float, float]] = []
        self.refused: list[tuple[int, float, float]] = []
        self.riders: dict[int, int] = {}
        clock = Clock()
        induction = Induction(
            clock,
            Conveyor(lane(pitch_m=pitch_m, belt_speed_mps=2.5)),
            arrival_s.tolist(),
            service_s.tolist(),
            self._place,
            refused=lambda *what: self.refused.append(what),
            **how,
        )
        induction.start()
        clock.run()
        assert induction.waiting == 0

    def _place(self, position, at_s, wait_s, blocked_s, front_s, rider) -> None:
        self.placed.append((position, at_s, wait_s, blocked_s))
        if rider is not None:
            self.riders[position] = rider

    def waits(self) -> Values:
        done = [(position, wait) for position, _, wait, _ in self.placed]
        done += [(position, wait) for position, _, wait in self.refused]
        return np.array([wait for _, wait in sorted(done)])


def draws(seed: int, n: int, rate: float, mean_s: float, cv: float) -> tuple[Values, Values]:
    rng = np.random.default_rng([31, seed])
    service = rng.gamma(cv**-2, mean_s * cv**2, size=n) if cv else np.full(n, mean_s)
    return np.cumsum(rng.exponential(1.0 / rate, size=n)), service


@pytest.mark.parametrize("stations", [1, 2, 3, 7])
@pytest.mark.parametrize("cv", [0.0, 0.4, 1.0])
def test_waits_are_those_of_a_ggc_queue(stations: int, cv: float) -> None:
    arrival, service = draws(stations, 4000, 0.9 * stations / 2.0, 2.0, cv)
    bench = Bench(arrival, service, 1e-12, stations=stations)
    expected = queue_waits(arrival, service, stations)
    assert np.max(np.abs(bench.waits() - expected)) < 1e-8
    assert expected.max() > 1.0


@pytest.mark.parametrize("stations", [1, 3])
def test_what_is_turned_away_takes_its_service_and_no_place(stations: int) -> None:
    arrival, service = draws(9, 3000, 0.9 * stations / 2.0, 2.0, 0.6)
    away = np.random.default_rng(3).random(3000) < 0.2
    bench = Bench(arrival, service, 1e-12, stations=stations, refuses=lambda at: bool(away[at]))
    expected = queue_waits(arrival, service, stations)
    assert np.max(np.abs(bench.waits() - expected)) < 1e-8
    assert sorted(position for position, _, _ in bench.refused) == np.flatnonzero(away).tolist()
    for position, at_s, wait_s in bench.refused:
        assert at_s == pytest.approx(arrival[position] + wait_s + service[position], abs=1e-9)


def test_a_refusal_waits_for_no_gap_on_the_belt() -> None:
    # Both ready soon, the belt takes one every 2 s: the second is turned away at once.
    bench = Bench(
        np.zeros(3), np.array([1.0, 1.2, 1.5]), 5.0, stations=3, refuses=lambda at: at == 2
    )
    assert bench.refused == [(2, 1.5, 0.0)]
    assert [(position, at) for position, at, _, _ in bench.placed] == [(0, 1.0), (1, 3.0)]


@pytest.mark.parametrize("stations", [2, 4])
def test_mean_wait_of_mmc_is_erlang_c(stations: int) -> None:
    rate, mean_s = 0.8 * stations / 2.0, 2.0
    load = rate * mean_s
    tail = load**stations / math.factorial(stations) / (1.0 - load / stations)
    waits_share = tail / (sum(load**k / math.factorial(k) for k in range(stations)) + tail)
    theory = waits_share * mean_s / (stations - load)
    means = [
        Bench(*draws(100 + seed, 3000, rate, mean_s, 1.0), stations=stations).waits()[300:].mean()
        for seed in range(20)
    ]
    z = (np.mean(means) - theory) / (np.std(means, ddof=1) / math.sqrt(len(means)))
    assert abs(z) < 4.0


def test_stations_merge_one_at_a_time_in_the_order_they_are_ready() -> None:
    arrival, service = draws(4, 2000, 3.0, 2.0, 0.5)
    bench = Bench(arrival, service, 1.0, stations=4)  # a headway of 0.4 s
    at = np.array([at_s for _, at_s, _, _ in bench.placed])
    assert np.all(np.diff(at) >= 0.4 - 1e-9)
    ready = np.array([at_s - blocked for _, at_s, _, blocked in bench.placed])
    assert np.all(np.diff(ready) >= -1e-9)
    assert sum(blocked > 0.0 for *_, blocked in bench.placed) > 100


def test_more_stations_never_place_later() -> None:
    arrival, service = draws(5, 2000, 1.2, 2.0, 0.7)
    at = [
        np.array([row[1] for row in sorted(Bench(arrival, service, 0.5, stations=n).placed)])
        for n in (2, 3, 4)
    ]
    # Parcels may overtake each other, so times are compared in order of placing.
    assert np.all(np.sort(at[1]) <= np.sort(at[0]) + 1e-9)
    assert np.all(np.sort(at[2]) <= np.sort(at[1]) + 1e-9)


def test_nothing_is_placed_while_the_belt_stands() -> None:
    belt = BeltClock(iter([Stop(5.0, 30.0, "jam"), Stop(40.0, 41.0, "jam")]))
    arrival = np.array([0.0, 1.0, 2.0, 29.0, 36.0])
    bench = Bench(arrival, np.full(5, 4.0), 1.0, belt=belt)  # a headway of 0.4 s
    at = [row[1] for row in bench.placed]
    # The second is ready at 8 s and blocks its station until the belt runs again.
    assert at == pytest.approx([4.0, 30.0, 34.0, 38.0, 42.0])
    assert bench.placed[1][3] == pytest.approx(22.0)


def test_a_parcel_drags_along_only_one_that_is_there_already() -> None:
    arrival = np.array([0.0, 1.0, 2.0, 50.0, 60.0])
    bench = Bench(arrival, np.full(5, 4.0), drags=lambda at, behind: True)
    assert bench.riders == {0: 1}
    assert [row[0] for row in bench.placed] == [0, 2, 3, 4]
