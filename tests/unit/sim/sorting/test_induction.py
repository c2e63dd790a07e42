"""The induction station against queueing theory and, path by path, against Lindley's recursion."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.clock import Clock
from sim.sorting.conveyor import Conveyor
from sim.sorting.induction import Induction
from tests.sorting_world import lane

Values = NDArray[np.float64]
RATE = 0.35
WARM_UP = 300


def serve(arrival_s: Values, service_s: Values, pitch_m: float = 1e-9) -> tuple[Values, Values]:
    """Placing times and waits of the real station."""
    placed: list[tuple[float, float]] = []
    clock = Clock()
    Induction(
        clock,
        Conveyor(lane(pitch_m=pitch_m, belt_speed_mps=2.5)),
        arrival_s.tolist(),
        service_s.tolist(),
        lambda position, at_s, wait_s, blocked_s, *_: placed.append((at_s, wait_s)),
    ).start()
    clock.run()
    at, wait = np.array(placed).T
    return at, wait


def lindley(arrival_s: Values, service_s: Values, headway_s: float) -> Values:
    """Placing times by the array recursion, the independent oracle."""
    placed = np.empty_like(arrival_s)
    last = -math.inf
    for i in range(len(arrival_s)):
        last = max(max(arrival_s[i], last) + service_s[i], last + headway_s)
        placed[i] = last
    return placed


def poisson(rng: np.random.Generator, n: int) -> Values:
    return np.cumsum(rng.exponential(1.0 / RATE, size=n))


@pytest.mark.parametrize("cv", [0.0, 0.4, 1.0, 2.0])
def test_pathwise_equal_to_lindley(cv: float) -> None:
    rng = np.random.default_rng(11)
    arrival = poisson(rng, 5000)
    shape = cv**-2.0 if cv else math.inf
    service = rng.gamma(shape, 2.0 / shape, size=5000) if cv else np.full(5000, 2.0)
    at, wait = serve(arrival, service)
    expected = lindley(arrival, service, 4e-10)
    assert np.max(np.abs(at - expected)) < 1e-9
    # The textbook form: W[n+1] = max(0, W[n] + S[n] - A[n+1]).
    waits = np.zeros(5000)
    for i in range(1, 5000):
        waits[i] = max(0.0, waits[i - 1] + service[i - 1] - (arrival[i] - arrival[i - 1]))
    # Each of 5,000 headways of 0.4 ns may have added to the wait of a busy period.
    assert np.max(np.abs(wait - waits)) < 1e-6
    assert np.max(waits) > 1.0


def test_pathwise_with_a_headway_that_bites() -> None:
    rng = np.random.default_rng(12)
    arrival, service = poisson(rng, 5000), rng.exponential(0.8, size=5000)
    at, wait = serve(arrival, service, pitch_m=2.5)
    expected = lindley(arrival, service, 1.0)
    assert np.max(np.abs(at - expected)) < 1e-9
    assert np.max(np.abs(wait - (expected - arrival - service))) < 1e-9
    assert np.mean(np.abs(np.diff(at) - 1.0) < 1e-9) > 0.1


def z_score(samples: list[float], theory: float) -> float:
    values = np.array(samples)
    return float((values.mean() - theory) / (values.std(ddof=1) / math.sqrt(len(values))))


@pytest.mark.parametrize(
    ("law", "mean", "second_moment"),
    [
        ("exponential", 2.0, 8.0),  # M/M/1
        ("constant", 2.0, 4.0),  # M/D/1: half the wait of M/M/1
        ("shifted", 2.0, 4.0 + 1.5**2),  # 0.5 + Exp(1.5)
    ],
)
def test_mean_wait_is_pollaczek_khinchine(law: str, mean: float, second_moment: float) -> None:
    theory = RATE * second_moment / (2.0 * (1.0 - RATE * mean))
    waits = []
    for replication in range(24):
        rng = np.random.default_rng([13, replication])
        arrival = poisson(rng, 3000)
        service = {
            "exponential": lambda rng=rng: rng.exponential(2.0, size=3000),
            "constant": lambda: np.full(3000, 2.0),
            "shifted": lambda rng=rng: 0.5 + rng.exponential(1.5, size=3000),
        }[law]()
        _, wait = serve(arrival, service)
        waits.append(float(wait[WARM_UP:].mean()))
    assert abs(z_score(waits, theory)) < 4.0


def test_wait_distribution_of_mm1() -> None:
    rho, mu, t = RATE * 2.0, 0.5, 3.0
    tails = []
    for replication in range(24):
        rng = np.random.default_rng([14, replication])
        _, wait = serve(poisson(rng, 3000), rng.exponential(2.0, size=3000))
        tails.append(float(np.mean(wait[WARM_UP:] > t)))
    assert abs(z_score(tails, rho * math.exp(-(mu - RATE) * t))) < 4.0


def test_slower_induction_never_lowers_any_wait() -> None:
    rng = np.random.default_rng(15)
    arrival, service = poisson(rng, 2000), rng.gamma(4.0, 0.4, size=2000)
    _, fast = serve(arrival, service)
    _, slow = serve(arrival, service * 1.1)
    assert np.all(slow >= fast - 1e-9)
    assert slow.mean() > fast.mean()


def test_slower_induction_never_places_earlier_where_the_headway_bites() -> None:
    rng = np.random.default_rng(15)
    arrival, service = poisson(rng, 2000), rng.gamma(4.0, 0.4, size=2000)
    fast, _ = serve(arrival, service, pitch_m=2.5)
    slow, _ = serve(arrival, service * 1.1, pitch_m=2.5)
    assert np.all(slow >= fast - 1e-9)


def test_returning_parcels_have_the_right_of_way() -> None:
    conveyor = Conveyor(lane(pitch_m=1.0, belt_speed_mps=1.0))
    placed: list[tuple[float, float, float]] = []
    clock = Clock()
    for front in (9.5, 10.6, 12.9):  # no gap of two headways before 10.6
        conveyor.keep_free(front)
    Induction(
        clock,
        conveyor,
        [6.0, 6.5],
        [4.0, 0.5],
        lambda position, at_s, wait_s, blocked_s, *_: placed.append((at_s, wait_s, blocked_s)),
    ).start()
    clock.run()
    assert placed[0] == pytest.approx((11.6, 1.6, 1.6))  # ready at 10, free between 10.6 and 12.9
    assert placed[1] == pytest.approx((13.9, 6.9, 1.8))  # ready at 12.1


def test_a_parcel_that_turns_back_while_another_is_served_still_goes_first() -> None:
    conveyor = Conveyor(lane(pitch_m=1.0, belt_speed_mps=1.0))
    clock = Clock()
    placed: list[float] = []
    Induction(
        clock,
        conveyor,
        [0.0],
        [5.0],
        lambda position, at_s, wait_s, blocked_s, *_: placed.append(at_s),
    ).start()
    clock.call_at(3.0, lambda _: conveyor.keep_free(5.5))
    clock.run()
    assert placed == [6.5]
