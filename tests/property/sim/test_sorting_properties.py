"""What must hold in any sorting centre, whatever its shape, load and reader."""

from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.events import (
    DeadlineMissed,
    ParcelArrived,
    ParcelCaptured,
    ParcelDiverted,
    ParcelExcepted,
    ParcelInducted,
    ParcelRead,
    ParcelRecirculated,
    ReviewAnswered,
    ReviewRefused,
    ReviewRequested,
    ReviewStarted,
)
from scenarios.model import Burst, RatePeriod, Sorting, Surge
from sim.event_log import EventLog
from sim.sorting.centre import run_cell
from sim.sorting.conveyor import Conveyor
from sim.sorting.oracle import OracleReadings
from sim.sorting.population import Population, draw_population
from sim.sorting.service_times import gamma_times
from sim.streams import Streams
from tests.sorting_world import noisy, sorting

HOUR = 3600.0
Cell = tuple[Sorting, Population, bool, EventLog, Streams]


@st.composite
def centres(draw: st.DrawFn) -> Sorting:
    rate = draw(st.sampled_from([50.0, 600.0, 3000.0]))
    duration_s = draw(st.sampled_from([60.0, 240.0]))
    surges = (Surge(start_s=10.0, end_s=40.0, extra_per_h=rate),) if draw(st.booleans()) else ()
    profile = (RatePeriod(start_s=0.0, factor=0.2), RatePeriod(start_s=30.0, factor=2.0))
    pitch_m = draw(st.sampled_from([0.3, 1.0, 4.0]))
    return sorting(
        lanes=draw(st.integers(1, 2)),
        arrivals={
            "rate_per_h": rate,
            "duration_s": duration_s,
            "burst": draw(st.sampled_from([None, Burst(mean_parcels=8.0, mean_gap_s=0.5)])),
            "surges": surges,
            "profile": draw(st.sampled_from([(), profile])),
        },
        belt={
            "belt_speed_mps": draw(st.sampled_from([0.5, 1.3, 2.5])),
            "pitch_m": pitch_m,
            "induction_rate_per_h": draw(st.sampled_from([400.0, 1800.0, 9000.0])),
            "induction_cv": draw(st.sampled_from([0.0, 0.5, 1.5])),
            "chutes": draw(st.integers(2, 40)),
            "return_distance_m": pitch_m * draw(st.sampled_from([1.0, 1.7, 12.0])),
            "max_laps": draw(st.integers(1, 4)),
        },
        manifest={
            "late_share": draw(st.sampled_from([0.0, 0.3])),
            "missing_share": draw(st.sampled_from([0.0, 0.1, 0.7])),
            "late_mean_s": 20.0,
        },
        desk={
            "operators": draw(st.integers(0, 3)),
            "images_per_h": draw(st.sampled_from([60.0, 900.0])),
            "service_cv": draw(st.sampled_from([0.0, 0.7])),
            "error_rate": draw(st.sampled_from([0.005, 0.4])),
            "queue_limit": draw(st.integers(0, 5)),
        },
    )


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    scenario = draw(centres())
    streams = Streams(draw(st.integers(0, 50)), draw(st.integers(0, 3)))
    population = draw_population(scenario, streams)
    loaded = draw(st.booleans())
    readings = noisy(
        population,
        review=draw(st.sampled_from([0.0, 0.3, 1.0])),
        no_read=draw(st.sampled_from([0.0, 0.3])),
        latency_s=draw(st.sampled_from([0.0, 0.3, 8.0, 500.0])),
        seed=draw(st.integers(0, 5)),
    )
    log = run_cell(scenario, population, loaded, readings, streams)
    return scenario, population, loaded, log, streams


def by_parcel(rows: list[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.parcel_id].append(row)
    return found


@settings(max_examples=200, deadline=None)
@given(cells())
def test_flow_pitch_laps_deadlines_and_little(
    cell: Cell,
) -> None:
    scenario, population, loaded, log, streams = cell
    check_flow_and_laps(scenario, population, loaded, log)
    check_pitch(scenario, log)
    check_deadlines(scenario, population, log)
    check_little(scenario, population, loaded, log, streams)
    check_desk(log)


def check_flow_and_laps(
    scenario: Sorting, population: Population, loaded: bool, log: EventLog
) -> None:
    ids = [parcel.parcel_id for parcel in population.present(loaded)]
    exits = by_parcel([*log.rows(ParcelDiverted), *log.rows(ParcelExcepted)])
    captured, turned = by_parcel(log.rows(ParcelCaptured)), by_parcel(log.rows(ParcelRecirculated))
    assert sorted(exits) == sorted(ids)
    for parcel_id in ids:
        (left,) = exits[parcel_id]
        laps = [row.lap for row in captured[parcel_id]]
        assert laps == list(range(1, left.lap + 1))
        assert [row.lap for row in turned[parcel_id]] == laps[:-1]
        assert left.lap <= scenario.lane.max_laps
        assert captured[parcel_id][-1].at_s < left.at_s


def check_pitch(scenario: Sorting, log: EventLog) -> None:
    belt = Conveyor(scenario.lane)
    fronts = defaultdict(list)
    for row in log.rows(ParcelInducted):
        fronts[row.lane].append(row.at_s)
    for row in log.rows(ParcelCaptured):
        if row.lap > 1:
            fronts[row.lane].append(row.at_s - belt.camera_s)
    for times in fronts.values():
        gaps = np.diff(np.sort(times))
        assert np.all(gaps >= belt.headway_s - 1e-9)


def check_deadlines(scenario: Sorting, population: Population, log: EventLog) -> None:
    """No parcel is diverted before somebody knew where to; late knowledge is a missed deadline."""
    belt = Conveyor(scenario.lane)
    captured = {(row.parcel_id, row.lap): row.at_s for row in log.rows(ParcelCaptured)}
    chutes = scenario.lane.chutes
    known: dict[str, list[float]] = defaultdict(list)
    for row in log.rows(ParcelRead):
        if row.lookup in ("found", "code", "unknown_id"):
            known[row.parcel_id].append(row.at_s)
    for row in log.rows(ReviewAnswered):
        known[row.parcel_id].append(row.at_s)
    missed = by_parcel(log.rows(DeadlineMissed))
    for row in log.rows(ParcelDiverted):
        assert 0 <= row.chute < chutes
        passage_s = captured[row.parcel_id, row.lap] + belt.passage_s[row.chute]
        assert row.at_s == passage_s
        first_known_s = min(known[row.parcel_id])
        assert first_known_s <= passage_s
        # Had it been known in time for an earlier lap, the parcel would have left on it.
        if row.lap > 1:
            assert first_known_s > passage_s - belt.loop_s - 1e-9
        assert len(missed[row.parcel_id]) <= 1
    for row in log.rows(DeadlineMissed):
        assert row.late_s > 0.0
        assert row.at_s == min(known[row.parcel_id])
    for row in log.rows(ParcelExcepted):
        if row.reason == "unknown_id":
            assert min(known[row.parcel_id]) <= row.at_s


def check_little(
    scenario: Sorting, population: Population, loaded: bool, log: EventLog, streams: Streams
) -> None:
    """Integral of the number queued or served = sum of waits + sum of services, lane by lane."""
    service_s = gamma_times(
        population.cohorts,
        streams,
        ("induction", "service"),
        HOUR / scenario.lane.induction_rate_per_h,
        scenario.lane.induction_cv,
    )
    parcels = population.present(loaded)
    for lane in range(scenario.lanes):
        steps = [(row.at_s, 1) for row in log.rows(ParcelArrived) if row.lane == lane]
        inducted = [row for row in log.rows(ParcelInducted) if row.lane == lane]
        steps += [(row.at_s, -1) for row in inducted]
        area, length, before = 0.0, 0, 0.0
        for at_s, step in sorted(steps, key=lambda item: (item[0], -item[1])):
            area += length * (at_s - before)
            length, before = length + step, at_s
            assert length >= 0
        assert length == 0
        assert all(0.0 <= row.blocked_s <= row.wait_s + 1e-9 for row in inducted)
        waited = sum(row.wait_s for row in inducted)
        served = sum(service_s[parcel.number] for parcel in parcels if parcel.lane == lane)
        assert area == pytest.approx(waited + served, rel=1e-9, abs=1e-6)


def check_desk(log: EventLog) -> None:
    requested = {(row.parcel_id, row.lap) for row in log.rows(ReviewRequested)}
    answered = {(row.parcel_id, row.lap) for row in log.rows(ReviewAnswered)}
    refused = {(row.parcel_id, row.lap) for row in log.rows(ReviewRefused)}
    assert answered | refused == requested
    assert not answered & refused
    assert len(requested) == len(log.rows(ReviewRequested))
    assert all(row.wait_s >= 0.0 for row in log.rows(ReviewStarted))


@settings(max_examples=25, deadline=None)
@given(centres(), st.integers(0, 20), st.booleans())
def test_arms_share_arrivals_services_and_keying(
    scenario: Sorting, seed: int, loaded: bool
) -> None:
    streams = Streams(seed, 0)
    population = draw_population(scenario, streams)
    arms = [
        run_cell(scenario, population, loaded, noisy(population, review=share, seed=7), streams)
        for share in (0.3, 0.8)
    ]
    assert arms[0].rows(ParcelArrived) == arms[1].rows(ParcelArrived)
    keyed = [
        {
            (row.parcel_id, row.lap): (row.service_s, row.sort_code)
            for row in arm.rows(ReviewAnswered)
        }
        for arm in arms
    ]
    both = keyed[0].keys() & keyed[1].keys()
    assert all(keyed[0][image] == keyed[1][image] for image in both)


def test_calm_and_loaded_cells_share_their_base_parcels_and_draws() -> None:
    scenario = sorting(
        arrivals={
            "burst": Burst(mean_parcels=15.0, mean_gap_s=0.7),
            "surges": (Surge(start_s=0.0, end_s=900.0, extra_per_h=500.0),),
        },
        desk={"queue_limit": 100, "operators": 3},
    )
    streams = Streams(6, 0)
    population = draw_population(scenario, streams)
    readings = noisy(population, review=0.3)
    calm = run_cell(scenario, population, False, readings, streams)
    loaded = run_cell(scenario, population, True, readings, streams)
    base = {parcel.parcel_id for parcel in population.parcels if not parcel.surge}
    assert {row.parcel_id for row in calm.rows(ParcelArrived)} == base
    assert {row.parcel_id for row in loaded.rows(ParcelArrived)} > base
    first = [
        {(r.parcel_id): r[4:8] for r in log.rows(ParcelRead) if r.lap == 1 and r.parcel_id in base}
        for log in (calm, loaded)
    ]
    assert first[0] == first[1]
    keyed = [
        {(r.parcel_id, r.lap): r[5:] for r in log.rows(ReviewAnswered)} for log in (calm, loaded)
    ]
    both = keyed[0].keys() & keyed[1].keys()
    assert len(both) > 50
    assert all(keyed[0][image] == keyed[1][image] for image in both)
    # And the load is felt.
    waits = [np.mean([row.wait_s for row in log.rows(ParcelInducted)]) for log in (calm, loaded)]
    assert waits[1] > 2.0 * waits[0]


@settings(max_examples=25, deadline=None)
@given(centres(), st.integers(0, 20), st.booleans())
def test_a_clock_twice_as_slow_stretches_every_time_and_changes_nothing_else(
    scenario: Sorting, seed: int, loaded: bool
) -> None:
    streams = Streams(seed, 0)
    arrivals, belt = scenario.arrivals, scenario.lane
    burst = arrivals.burst
    slow = scenario.model_copy(
        update={
            "arrivals": arrivals.model_copy(
                update={
                    "duration_s": 2 * arrivals.duration_s,
                    "rate_per_h": arrivals.rate_per_h / 2,
                    "profile": tuple(
                        RatePeriod(start_s=2 * p.start_s, factor=p.factor) for p in arrivals.profile
                    ),
                    "burst": burst
                    and Burst(mean_parcels=burst.mean_parcels, mean_gap_s=2 * burst.mean_gap_s),
                    "surges": tuple(
                        Surge(
                            start_s=2 * s.start_s, end_s=2 * s.end_s, extra_per_h=s.extra_per_h / 2
                        )
                        for s in arrivals.surges
                    ),
                }
            ),
            "lane": belt.model_copy(
                update={
                    "belt_speed_mps": belt.belt_speed_mps / 2,
                    "induction_rate_per_h": belt.induction_rate_per_h / 2,
                }
            ),
            "manifest": scenario.manifest.model_copy(update={"late_mean_s": 40.0}),
            "review_desk": scenario.review_desk.model_copy(
                update={"images_per_h": scenario.review_desk.images_per_h / 2}
            ),
        }
    )
    exits = []
    for centre, factor in ((scenario, 1.0), (slow, 2.0)):
        population = draw_population(centre, streams)
        readings = noisy(population, review=0.4, latency_s=0.3 * factor)
        log = run_cell(centre, population, loaded, readings, streams)
        rows = [*log.rows(ParcelDiverted), *log.rows(ParcelExcepted)]
        exits.append([(row.at_s / factor, *row[1:]) for row in rows])
    assert exits[0] == exits[1]  # a factor of two is exact in floating point


@settings(max_examples=25, deadline=None)
@given(centres(), st.integers(0, 20), st.booleans())
def test_slower_induction_never_inducts_earlier_when_nothing_returns(
    scenario: Sorting, seed: int, loaded: bool
) -> None:
    streams = Streams(seed, 0)
    population = draw_population(scenario, streams)
    slower = scenario.model_copy(
        update={
            "lane": scenario.lane.model_copy(
                update={"induction_rate_per_h": scenario.lane.induction_rate_per_h * 0.8}
            )
        }
    )
    at = [
        {row.parcel_id: row.at_s for row in log.rows(ParcelInducted)}
        for log in (
            run_cell(centre, population, loaded, OracleReadings(), streams)
            for centre in (scenario, slower)
        )
    ]
    assert all(at[1][parcel_id] >= at[0][parcel_id] - 1e-9 for parcel_id in at[0])


@pytest.mark.parametrize(
    ("parts", "readings"),
    [
        ({"desk": {"operators": 0}}, {"review": 0.5}),
        ({"desk": {"queue_limit": 0}}, {"review": 0.5}),
        ({"belt": {"max_laps": 1}}, {"review": 0.3, "no_read": 0.3}),
        ({"manifest": {"late_share": 0.0, "missing_share": 1.0}}, {}),
        ({"manifest": {"late_share": 1.0, "missing_share": 0.0}}, {}),
        ({}, {"latency_s": 1e7}),
        ({}, {"no_read": 0.9}),
        ({"belt": {"chutes": 2, "max_laps": 10}}, {"no_read": 0.9}),
        ({"arrivals": {"rate_per_h": 20_000.0, "duration_s": 300.0}}, {"review": 0.9}),
        ({"arrivals": {"rate_per_h": 1e-6}}, {}),
    ],
)
def test_extremes_come_to_an_end(parts: dict[str, Any], readings: dict[str, float]) -> None:
    scenario = sorting(**parts)
    streams = Streams(2, 0)
    population = draw_population(scenario, streams)
    log = run_cell(scenario, population, True, noisy(population, **readings), streams)
    check_flow_and_laps(scenario, population, True, log)
    check_pitch(scenario, log)
    check_deadlines(scenario, population, log)
