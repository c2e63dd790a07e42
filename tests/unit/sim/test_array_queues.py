"""The array tier against the event simulation on shared arrays, queueing theory and bad input."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
import simpy
from numpy.typing import NDArray

from scenarios.events import EVENTS, ReviewQueued, ReviewRequested, ReviewStarted
from scenarios.model import ReviewDesk as DeskModel
from sim import array_kernels, array_queues
from sim.array_queues import multi_server_waits, queue_waits, single_server_waits
from sim.clock import Clock
from sim.recording import RecordedStream
from sim.sorting.conveyor import Conveyor
from sim.sorting.induction import Induction
from sim.sorting.population import draw_population
from sim.sorting.review_desk import ReviewDesk
from sim.sorting.service_times import gamma_times
from sim.streams import Streams
from sim.world import World
from tests.sorting_world import lane, sorting

Values = NDArray[np.float64]
HOUR = 3600.0


def simpy_waits(arrival_s: Values, service_s: Values, servers: int) -> Values:
    """Waits of a SimPy Resource, one process a customer."""
    env = simpy.Environment()
    resource = simpy.Resource(env, capacity=servers)
    waits = np.empty(len(arrival_s))

    def customer(number: int) -> Iterator[simpy.Event]:
        yield env.timeout(arrival_s[number])
        with resource.request() as turn:
            yield turn
            waits[number] = env.now - arrival_s[number]
            yield env.timeout(service_s[number])

    for number in range(len(arrival_s)):
        env.process(customer(number))
    env.run()
    return waits


def shift(servers: int, cv: float, n: int = 4000, load: float = 0.93) -> tuple[Values, Values]:
    """Arrivals in clumps and gamma services of a busy station."""
    rng = np.random.default_rng([31, servers, round(10 * cv)])
    arrival = np.sort(np.concatenate([rng.uniform(0.0, n, n - 60), np.full(60, n / 3)]))
    shape = cv**-2.0 if cv else math.inf
    mean = load * servers
    return arrival, rng.gamma(shape, mean / shape, n) if cv else np.full(n, mean)


@pytest.mark.parametrize("cv", [0.0, 0.5, 1.5])
@pytest.mark.parametrize("servers", [1, 2, 7, 120])
def test_equal_to_a_simpy_resource(servers: int, cv: float) -> None:
    arrival, service = shift(servers, cv)
    expected = simpy_waits(arrival, service, servers)
    assert expected.max() > 1.0
    assert np.max(np.abs(queue_waits(arrival, service, servers) - expected)) < 1e-9
    assert np.max(np.abs(multi_server_waits(arrival, service, servers) - expected)) < 1e-9


@pytest.mark.parametrize(("operators", "cv"), [(1, 1.0), (3, 0.6), (8, 0.0)])
def test_equal_to_the_review_desk(operators: int, cv: float) -> None:
    population = draw_population(
        sorting(arrivals={"rate_per_h": 9000.0, "duration_s": 1200.0}), Streams(5, 0)
    )
    rng = np.random.default_rng(32)
    arrival = np.cumsum(rng.exponential(4.0 / (0.9 * operators), len(population.parcels)))
    world = World(Streams(21, 0), EVENTS)
    requests = [
        ReviewRequested(float(at), parcel.parcel_id, parcel.lane, 1)
        for at, parcel in zip(arrival, population.parcels, strict=True)
    ]
    desk = DeskModel(
        operators=operators, images_per_h=900.0, service_cv=cv, error_rate=0.01, queue_limit=100_000
    )
    world.add(RecordedStream("lanes", requests))
    world.add(ReviewDesk(desk, population, world.streams))
    world.run()
    waited = {event.parcel_id: event.wait_s for event in world.log.rows(ReviewStarted)}
    wait = np.array([waited[event.parcel_id] for event in world.log.rows(ReviewQueued)])
    name = ("review_desk", "service", 1)
    service = gamma_times(population.cohorts, world.streams, name, 4.0, cv)
    assert wait.max() > 4.0
    assert np.max(np.abs(queue_waits(arrival, service, operators) - wait)) < 1e-9


def test_equal_to_the_induction_station_with_a_free_belt() -> None:
    arrival, service = shift(1, 0.7)
    placed: list[float] = []
    clock = Clock()
    # Half an ångström between two parcels: 0.02 ns at this speed, below what is compared.
    belt = Conveyor(lane(pitch_m=5e-11, belt_speed_mps=2.5))
    Induction(
        clock,
        belt,
        arrival.tolist(),
        service.tolist(),
        lambda _, at, wait, blocked, front, rider: placed.append(wait),
    ).start()
    clock.run()
    assert max(placed) > 10.0
    assert np.max(np.abs(single_server_waits(arrival, service) - placed)) < 1e-9


def test_a_day_at_one_station_does_not_pull_the_recursions_apart() -> None:
    # They round differently: one adds up a clock, the other the differences of times.
    rng = np.random.default_rng(33)
    n = 100_000
    arrival = np.sort(rng.uniform(0.0, 86_400.0, n))
    service = rng.exponential(0.97 * 86_400.0 / n, n)
    closed, item_by_item = (f(arrival, service, 1) for f in (queue_waits, multi_server_waits))
    assert np.max(np.abs(closed - item_by_item)) < 1e-9


@pytest.mark.parametrize(("servers", "load"), [(1, 0.7), (4, 3.2), (200, 192.0)])
def test_mean_wait_is_erlang_c(servers: int, load: float) -> None:
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    delayed = blocked / (1.0 - load / servers * (1.0 - blocked))
    means = []
    for replication in range(30):
        rng = np.random.default_rng([34, servers, replication])
        arrival = np.cumsum(rng.exponential(1.0 / load, 40_000))
        wait = queue_waits(arrival, rng.exponential(1.0, 40_000), servers)
        means.append(float(wait[8000:].mean()))
    z = (np.mean(means) - delayed / (servers - load)) / (np.std(means, ddof=1) / math.sqrt(30))
    assert abs(z) < 4.0


def test_insertion_and_heap_agree_to_the_last_bit() -> None:
    for servers in (1, 2, 3, 5, 64, 300):
        arrival, service = shift(servers, 1.0)
        one = array_kernels.insertion_waits(arrival, service, servers)
        other = array_kernels.heap_waits(arrival, service, servers)
        assert one.tobytes() == other.tobytes()


def test_the_heap_takes_over_where_insertion_would_crawl(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[tuple[str, int]] = []
    for name in ("insertion_waits", "heap_waits"):
        kernel = getattr(array_kernels, name)
        monkeypatch.setattr(
            array_kernels,
            name,
            lambda a, s, c, name=name, kernel=kernel: used.append((name, c)) or kernel(a, s, c),
        )
    for servers in (2, array_queues.HEAP_FROM - 1, array_queues.HEAP_FROM):
        queue_waits([0.0], [1.0], servers)
    assert [name for name, _ in used] == ["insertion_waits", "insertion_waits", "heap_waits"]


@pytest.mark.parametrize("servers", [1, 2, 500])
def test_nothing_in_nothing_out(servers: int) -> None:
    assert queue_waits([], [], servers).shape == (0,)
    assert queue_waits([3.0], [1.0], servers).tolist() == [0.0]


def test_input_is_neither_changed_nor_kept() -> None:
    arrival, service = shift(1, 1.0, n=100)
    before = arrival.copy(), service.copy()
    for servers in (1, 3):
        arrival.flags.writeable = service.flags.writeable = False
        wait = queue_waits(arrival, service, servers)
        assert not np.shares_memory(wait, arrival)
        wait[:] = -1.0
        assert np.array_equal(arrival, before[0])
        assert np.array_equal(service, before[1])


@pytest.mark.parametrize("servers", [1, 2])
@pytest.mark.parametrize(
    ("arrival", "service", "told"),
    [
        ([0.0, 2.0, 1.0], [1.0, 1.0, 1.0], r"arrival 2 at .*1\.0.* before the one ahead"),
        ([0.0, math.nan, 1.0], [1.0, 1.0, 1.0], "arrival 1 is nan"),
        ([0.0, 1.0], [1.0, math.nan], "service 1 is nan"),
        ([0.0, math.inf], [1.0, 1.0], "arrival 1 is inf"),
        ([-1.0, 1.0], [1.0, 1.0], "arrival 0 is -1"),
        ([0.0, 1.0], [-0.5, 1.0], r"service 0 is -0\.5"),
        ([0.0, 2e9], [1.0, 1.0], r"between 0 and 1e\+09 s"),
        ([0.0, 1.0], [1.0], r"shapes \(2,\) and \(1,\)"),
        ([[0.0], [1.0]], [[1.0], [1.0]], "two lists"),
    ],
)
def test_what_is_no_queue_is_refused(arrival: object, service: object, told: str, servers: int):
    with pytest.raises(ValueError, match=told):
        queue_waits(arrival, service, servers)


@pytest.mark.parametrize("servers", [0, -1])
def test_a_queue_needs_a_server(servers: int) -> None:
    with pytest.raises(ValueError, match="at least 1 server"):
        queue_waits([0.0], [1.0], servers)


def test_without_a_folder_for_machine_code_it_is_compiled_anew(monkeypatch) -> None:
    def njit(signature: object, *, nogil: bool, cache: bool = False):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: ("compiled", function.__name__)

    monkeypatch.setattr(array_kernels, "njit", njit)
    assert array_kernels._compiled(array_kernels._heap_waits) == ("compiled", "_heap_waits")
