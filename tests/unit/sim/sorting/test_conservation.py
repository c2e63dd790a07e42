"""The checks at the end of a run must be able to fail."""

from typing import Any

import pytest

from scenarios.events import EVENTS, ParcelDiverted, ParcelInducted, ReviewRequested
from scenarios.floor_events import ExceptionHandled, ParcelLoaded, ParcelRefused
from sim.event_log import EventLog
from sim.recording import RecordedStream
from sim.sorting.centre import build_centre, run_cell
from sim.sorting.chute_floor import ChuteFloor
from sim.sorting.conservation import check_flow
from sim.sorting.crew import Crew
from sim.sorting.exception_desk import ExceptionDesk
from sim.sorting.lane_exits import LaneExits
from sim.sorting.oracle import OracleReadings
from sim.sorting.population import Population, draw_population
from sim.sorting.review_desk import ReviewDesk
from sim.streams import Streams
from sim.world import ConservationError, World
from tests.floor_world import everything
from tests.sorting_world import noisy, sorting

STREAMS = Streams(4, 0)
SCENARIO = sorting(arrivals={"rate_per_h": 200.0})


@pytest.fixture
def cell() -> tuple[EventLog, Population]:
    population = draw_population(SCENARIO, STREAMS)
    return run_cell(SCENARIO, population, False, OracleReadings(), STREAMS), population


def test_a_parcel_diverted_twice_is_found(cell: tuple[EventLog, Population]) -> None:
    log, population = cell
    log.record(log.rows(ParcelDiverted)[3])
    with pytest.raises(ConservationError, match="1 of them more than once"):
        check_flow(log, population.parcels)


def test_a_lost_parcel_is_found(cell: tuple[EventLog, Population]) -> None:
    log, population = cell
    n = len(population.parcels)
    log.rows(ParcelDiverted).pop()
    with pytest.raises(ConservationError, match=rf"{n} parcels exist.* {n - 1} left"):
        check_flow(log, population.parcels)


def test_a_parcel_that_never_arrived_is_found(cell: tuple[EventLog, Population]) -> None:
    log, population = cell
    log.rows(ParcelInducted).pop()
    with pytest.raises(ConservationError, match="inducted"):
        check_flow(log, population.parcels)
    with pytest.raises(ConservationError, match="exist"):
        check_flow(log, population.parcels[:-1])


def test_the_run_ends_with_an_error_when_a_lane_loses_a_parcel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    population = draw_population(SCENARIO, STREAMS)
    monkeypatch.setattr(LaneExits, "leave", lambda self, *args: None)
    with pytest.raises(ConservationError, match=r"lane-0: \d+ parcels arrived, 0 left"):
        run_cell(SCENARIO, population, False, OracleReadings(), STREAMS)


def test_the_run_ends_with_an_error_when_the_desk_forgets_an_image(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    population = draw_population(SCENARIO, STREAMS)
    world = World(STREAMS, EVENTS)
    parcel = population.parcels[0]
    world.add(RecordedStream("lanes", [ReviewRequested(1.0, parcel.parcel_id, 0, 1)]))
    world.add(ReviewDesk(SCENARIO.review_desk, population, STREAMS))

    def forget(self: Any, operator: Any, image: Any, at_s: float) -> None:
        operator.idle = False

    monkeypatch.setattr(ReviewDesk, "_take", forget)
    with pytest.raises(ConservationError, match="review desk: 1 images requested, 0 answered"):
        world.run()


def test_what_is_handled_or_loaded_twice_or_never_is_found() -> None:
    scenario = everything(faults=None)
    population = draw_population(scenario, STREAMS)
    readings = noisy(population, no_read=0.2)
    log = run_cell(scenario, population, False, readings, STREAMS)
    whole = {"handled": True, "loaded": True}
    parcels = population.present(False)
    check_flow(log, parcels, **whole)
    for event, message in (
        (ParcelLoaded, "loaded onto trailers"),
        (ExceptionHandled, "handled at the exception desk"),
        (ParcelRefused, "turned away"),
    ):
        rows = log.rows(event)
        rows.append(rows[0])
        with pytest.raises(ConservationError, match=message):
            check_flow(log, parcels, **whole)
        rows.remove(rows[0])
        lost = rows.pop()
        with pytest.raises(ConservationError, match=message):
            check_flow(log, parcels, **whole)
        rows.append(lost)
    with pytest.raises(ConservationError, match="were handled"):
        check_flow(log, parcels, loaded=True)


@pytest.mark.parametrize("desk", [ChuteFloor, ExceptionDesk])
def test_the_run_ends_with_an_error_when_people_leave_work_undone(
    monkeypatch: pytest.MonkeyPatch, desk: type
) -> None:
    scenario = everything()
    population = draw_population(scenario, STREAMS)
    monkeypatch.setattr(Crew, "_end", lambda self, appointment: None)
    world = World(STREAMS, EVENTS)
    build_centre(world, scenario, population, True, noisy(population, no_read=0.2))
    for subsystem in world._subsystems:
        subsystem.start(world)
    world.env.play()
    idle_for_ever = next(part for part in world._subsystems if isinstance(part, desk))
    with pytest.raises(ConservationError, match="chutes" if desk is ChuteFloor else "exception"):
        idle_for_ever.drain()


def test_the_real_desk_runs_alone_against_the_recorded_lanes() -> None:
    scenario = sorting(lanes=2, desk={"queue_limit": 3}, arrivals={"rate_per_h": 2000.0})
    population = draw_population(scenario, STREAMS)
    whole = World(STREAMS, EVENTS)
    build_centre(whole, scenario, population, True, noisy(population, review=0.4))
    whole.run()
    recorded = whole.log.tables()
    alone = World(STREAMS, EVENTS)
    alone.add(RecordedStream.from_table("lanes", ReviewRequested, recorded["review_requested"]))
    alone.add(ReviewDesk(scenario.review_desk, population, STREAMS))
    alone.run()
    replayed = alone.log.tables()
    for topic in ("review_queued", "review_refused", "review_started", "review_answered"):
        assert recorded[topic].num_rows > 0
        assert replayed[topic].equals(recorded[topic])
