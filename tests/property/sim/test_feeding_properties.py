"""Parcels on the belt as they lie: nothing runs into another, and only what overlaps rides."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.events import ParcelCaptured, ParcelInducted
from scenarios.floor_events import ParcelDoubled
from sim.sorting.centre import run_cell
from sim.sorting.parcel import Parcel
from sim.sorting.population import draw_population
from sim.streams import Streams
from tests.sorting_world import noisy, sorting


class Lying:
    """Stretches by number; every k-th parcel lies on the one ahead."""

    def __init__(self, stretches_m: list[float], every: int) -> None:
        self._stretches_m, self._every = stretches_m, every

    def stretch_m(self, parcel: Parcel) -> float | None:
        return self._stretches_m[parcel.number % len(self._stretches_m)]

    def rides(self, parcel: Parcel) -> bool:
        return bool(self._every) and parcel.number % self._every == 0


class AsEver:
    """Physics that has nothing to say."""

    def stretch_m(self, parcel: Parcel) -> float | None:
        return None

    def rides(self, parcel: Parcel) -> bool:
        return False


@settings(max_examples=25, deadline=None)
@given(
    stretches_m=st.lists(st.floats(0.2, 2.5), min_size=1, max_size=7),
    every=st.integers(0, 4),
    stations=st.integers(1, 3),
    seed=st.integers(0, 99),
)
def test_no_parcel_runs_into_another_and_only_what_overlaps_rides(
    stretches_m: list[float], every: int, stations: int, seed: int
) -> None:
    scenario = sorting(
        arrivals={"duration_s": 240.0, "rate_per_h": 3000.0},
        belt={"induction_stations": stations, "pitch_m": 0.1, "return_distance_m": 9.0},
        # A tunnel looks for doubles that the induction does not make.
        faults={"doubles": {"share": 0.0, "detected_share": 0.5}} if seed % 2 else None,
    )
    streams = Streams(seed, 0)
    population = draw_population(scenario, streams)
    readings = noisy(population, review=0.2, no_read=0.3)
    lying = Lying(stretches_m, every)
    log = run_cell(scenario, population, True, readings, streams, feeding=lying)
    by_id = {parcel.parcel_id: parcel for parcel in population.parcels}
    riders = {row.parcel_id for row in log.rows(ParcelDoubled)}
    assert all(by_id[name].number % every == 0 for name in riders)
    passes = sorted(
        (row.at_s, by_id[row.parcel_id].number)
        for row in log.rows(ParcelCaptured)
        if row.parcel_id not in riders
    )
    speed = scenario.lane.belt_speed_mps
    for (ahead_s, number), (behind_s, _) in pairwise(passes):
        clear_s = ahead_s + lying.stretch_m(population.parcels[number]) / speed
        assert behind_s >= clear_s - 1e-9


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 99))
def test_physics_that_says_nothing_changes_nothing(seed: int) -> None:
    scenario = sorting(arrivals={"duration_s": 240.0, "rate_per_h": 2000.0})
    streams = Streams(seed, 0)
    population = draw_population(scenario, streams)
    readings = noisy(population)
    plain = run_cell(scenario, population, True, readings, streams)
    same = run_cell(scenario, population, True, readings, streams, feeding=AsEver())
    assert plain.tables() == same.tables()


def test_longer_parcels_come_onto_a_full_belt_more_slowly() -> None:
    scenario = sorting(
        arrivals={"duration_s": 300.0, "rate_per_h": 6000.0},
        belt={"induction_rate_per_h": 9000.0},
    )
    streams = Streams(1, 0)
    population = draw_population(scenario, streams)
    readings = noisy(population, review=0.0, no_read=0.0, misread=0.0)

    def last_s(stretch_m: float) -> float:
        lying = Lying([stretch_m], 0)
        log = run_cell(scenario, population, True, readings, streams, feeding=lying)
        return max(row.at_s for row in log.rows(ParcelInducted))

    assert last_s(0.5) < last_s(1.0) < last_s(2.0)
    count = len(population.parcels)
    assert last_s(2.0) > 0.95 * count * 2.0 / scenario.lane.belt_speed_mps
