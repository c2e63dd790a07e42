"""The review desk against Erlang's formulas and, path by path, against Kiefer and Wolfowitz.

Every run here is the real desk alone against a recorded stream of requests.
"""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from scenarios.events import (
    EVENTS,
    ReviewAnswered,
    ReviewQueued,
    ReviewRefused,
    ReviewRequested,
    ReviewStarted,
)
from scenarios.model import ReviewDesk as DeskModel
from sim.event_log import EventLog
from sim.recording import RecordedStream
from sim.sorting.keying import Keying
from sim.sorting.population import Population, draw_population
from sim.sorting.review_desk import ReviewDesk
from sim.sorting.service_times import gamma_times
from sim.streams import Streams
from sim.world import World
from tests.sorting_world import sorting

Values = NDArray[np.float64]
MEAN_S = 4.0


@pytest.fixture(scope="module")
def population() -> Population:
    return draw_population(
        sorting(arrivals={"rate_per_h": 9000.0, "duration_s": 1200.0}), Streams(5, 0)
    )


def run_desk(
    population: Population, arrival_s: Values, replication: int = 0, **changes: Any
) -> EventLog:
    fields: dict[str, Any] = {
        "operators": 3,
        "images_per_h": 3600.0 / MEAN_S,
        "service_cv": 1.0,
        "error_rate": 0.01,
        "queue_limit": 100_000,
    }
    world = World(Streams(21, replication), EVENTS)
    requests = [
        ReviewRequested(float(at), parcel.parcel_id, parcel.lane, 1)
        for at, parcel in zip(arrival_s, population.parcels, strict=False)
    ]
    world.add(RecordedStream("lanes", requests))
    world.add(ReviewDesk(DeskModel(**{**fields, **changes}), population, world.streams))
    world.run()
    return world.log


def poisson(population: Population, load: float, replication: int) -> Values:
    rng = np.random.default_rng([22, replication])
    return np.cumsum(rng.exponential(MEAN_S / load, size=len(population.parcels)))


def waits(log: EventLog) -> Values:
    by_parcel = {event.parcel_id: event.wait_s for event in log.rows(ReviewStarted)}
    return np.array([by_parcel[event.parcel_id] for event in log.rows(ReviewQueued)])


def kiefer_wolfowitz(arrival_s: Values, service_s: Values, servers: int) -> Values:
    """Waits in a G/G/c queue: the sorted vector of the servers' remaining work."""
    work = np.zeros(servers)
    result = np.empty_like(arrival_s)
    before = 0.0
    for i, at in enumerate(arrival_s):
        work = np.maximum(work - (at - before), 0.0)
        before = at
        result[i] = work[0]
        work[0] += service_s[i]
        work.sort()
    return result


def erlang_b(load: float, servers: int) -> float:
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def z_score(samples: list[float], theory: float) -> float:
    values = np.array(samples)
    return float((values.mean() - theory) / (values.std(ddof=1) / math.sqrt(len(values))))


@pytest.mark.parametrize(("operators", "cv"), [(1, 1.0), (2, 0.0), (3, 0.6), (7, 2.0)])
def test_pathwise_equal_to_kiefer_wolfowitz(
    population: Population, operators: int, cv: float
) -> None:
    arrival = poisson(population, 0.85 * operators, 0)
    log = run_desk(population, arrival, operators=operators, service_cv=cv)
    service = gamma_times(
        population.cohorts, Streams(21, 0), ("review_desk", "service", 1), MEAN_S, cv
    )
    expected = kiefer_wolfowitz(arrival, service, operators)
    assert np.max(np.abs(waits(log) - expected)) < 1e-9
    assert expected.max() > MEAN_S / 2


def test_mean_wait_and_chance_of_waiting_are_erlang_c(population: Population) -> None:
    servers, load = 3, 2.1
    blocked = erlang_b(load, servers)
    delayed = blocked / (1.0 - load / servers * (1.0 - blocked))
    mean_waits, shares = [], []
    for replication in range(24):
        wait = waits(run_desk(population, poisson(population, load, replication), replication))
        mean_waits.append(float(wait[200:].mean()))
        shares.append(float(np.mean(wait[200:] > 0.0)))
    assert abs(z_score(mean_waits, delayed * MEAN_S / (servers - load))) < 4.0
    assert abs(z_score(shares, delayed)) < 4.0


@pytest.mark.parametrize("cv", [0.0, 1.0, 2.0])
def test_without_places_to_wait_losses_are_erlang_b_whatever_the_law(
    population: Population, cv: float
) -> None:
    lost = []
    for replication in range(20):
        log = run_desk(
            population,
            poisson(population, 2.5, replication),
            replication,
            queue_limit=0,
            service_cv=cv,
        )
        lost.append(len(log.rows(ReviewRefused)) / len(population.parcels))
        assert np.all(waits(log) == 0.0)
    assert abs(z_score(lost, erlang_b(2.5, 3))) < 4.0


def test_losses_of_a_finite_queue_are_those_of_mmck(population: Population) -> None:
    servers, places, load = 2, 3, 2.4
    weights = [load**k / math.factorial(k) for k in range(servers + 1)]
    weights += [weights[-1] * (load / servers) ** k for k in range(1, places + 1)]
    lost = []
    for replication in range(20):
        log = run_desk(
            population,
            poisson(population, load, replication),
            replication,
            operators=servers,
            queue_limit=places,
        )
        lost.append(len(log.rows(ReviewRefused)) / len(population.parcels))
        assert max(event.queue_length for event in log.rows(ReviewQueued)) == places - 1
    assert abs(z_score(lost, weights[-1] / sum(weights))) < 4.0


def test_littles_law_holds_on_the_path(population: Population) -> None:
    log = run_desk(population, poisson(population, 2.7, 0))
    steps = [(event.at_s, 1, 1) for event in log.rows(ReviewQueued)]
    steps += [(event.at_s, 0, -1) for event in log.rows(ReviewStarted)]
    area, length, before = 0.0, 0, 0.0
    for at_s, _, step in sorted(steps):
        area += length * (at_s - before)
        length, before = length + step, at_s
    assert length == 0
    assert area == pytest.approx(waits(log).sum(), rel=1e-9)
    assert area > 1000.0


def test_more_operators_never_raise_a_wait(population: Population) -> None:
    arrival = poisson(population, 1.8, 0)
    before = waits(run_desk(population, arrival, operators=2))
    for operators in (3, 4, 6):
        after = waits(run_desk(population, arrival, operators=operators))
        assert np.all(after <= before + 1e-9)
        before = after


def test_an_operator_keys_one_image_at_a_time_and_the_lowest_free_one_starts(
    population: Population,
) -> None:
    log = run_desk(population, poisson(population, 2.0, 0))
    ends = dict.fromkeys(range(3), 0.0)
    finishes = {event.parcel_id: event.at_s for event in log.rows(ReviewAnswered)}
    for event in log.rows(ReviewStarted):
        free = [operator for operator, end in ends.items() if end <= event.at_s]
        assert event.operator in free
        if event.wait_s == 0.0:
            assert event.operator == min(free)
        ends[event.operator] = finishes[event.parcel_id]


def test_zero_operators_refuse_everything(population: Population) -> None:
    log = run_desk(population, poisson(population, 2.0, 0), operators=0)
    assert len(log.rows(ReviewRefused)) == len(population.parcels)
    assert log.rows(ReviewQueued) == []


def test_keyed_codes_are_wrong_as_often_as_said_and_plausibly_so(population: Population) -> None:
    log = run_desk(population, poisson(population, 2.0, 0), error_rate=0.1)
    truth = {parcel.parcel_id: parcel.sort_code for parcel in population.parcels}
    wrong = [
        sum(a != b for a, b in zip(truth[event.parcel_id], event.sort_code, strict=True))
        for event in log.rows(ReviewAnswered)
    ]
    n = len(wrong)
    errors = sum(count > 0 for count in wrong)
    assert abs(errors - 0.1 * n) < 4.0 * math.sqrt(0.09 * n)
    assert set(wrong) == {0, 1, 2}
    twos = sum(count == 2 for count in wrong)
    assert abs(twos - 0.25 * errors) < 4.0 * math.sqrt(0.1875 * errors)


def test_a_lower_error_rate_only_takes_errors_away(population: Population) -> None:
    arrival = poisson(population, 2.0, 0)
    truth = {parcel.parcel_id: parcel.sort_code for parcel in population.parcels}

    def slips(rate: float) -> dict[str, str]:
        return {
            event.parcel_id: event.sort_code
            for event in run_desk(population, arrival, error_rate=rate).rows(ReviewAnswered)
            if event.sort_code != truth[event.parcel_id]
        }

    few, many = slips(0.02), slips(0.2)
    assert len(few) < len(many)
    assert few.items() <= many.items()


def test_an_operator_freed_at_the_instant_of_a_request_is_free(population: Population) -> None:
    log = run_desk(
        population,
        np.array([1.0, 1.0 + MEAN_S, 2.0 + MEAN_S]),
        operators=1,
        service_cv=0.0,
        queue_limit=0,
    )
    assert [event.at_s for event in log.rows(ReviewStarted)] == [1.0, 1.0 + MEAN_S]
    assert [event.at_s for event in log.rows(ReviewRefused)] == [2.0 + MEAN_S]


def test_each_image_of_a_parcel_is_keyed_anew(population: Population) -> None:
    keying = Keying(population.cohorts, Streams(21, 0), error_rate=0.5)
    laps = [[keying.keyed(n, lap, "ABCDEF") for n in range(200)] for lap in (1, 2)]
    assert laps[0] != laps[1]
    assert laps[0] == [keying.keyed(n, 1, "ABCDEF") for n in range(200)]
