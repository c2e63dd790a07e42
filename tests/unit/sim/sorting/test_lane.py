"""One parcel at a time through a real lane and desk, on hand-computed times."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scenarios.events import (
    EVENTS,
    DeadlineMissed,
    ParcelCaptured,
    ParcelDiverted,
    ParcelExcepted,
    ParcelInducted,
    ParcelRead,
    ParcelRecirculated,
    ReviewAnswered,
    ReviewRefused,
    ReviewRequested,
)
from sim.event_log import EventLog
from sim.sorting.centre import run_cell
from sim.sorting.conveyor import Conveyor
from sim.sorting.oracle import OracleReadings
from sim.sorting.parcel import Parcel
from sim.sorting.population import Population, draw_population
from sim.sorting.readings import LaneReading
from sim.sorting.sort_plan import SortPlan
from sim.streams import Streams
from tests.sorting_world import lane, sorting

STREAMS = Streams(4, 1)
BELT = Conveyor(lane())
BAD = LaneReading("no_read", None, None, 0.1, 0.2, "model")
UNSURE = LaneReading("review", None, None, 0.1, 0.2, "model")


class ByLap:
    """The same answers, lap by lap, for every parcel; the last one repeats."""

    def __init__(self, *answers: LaneReading | float) -> None:
        self._answers = answers

    def reading(self, parcel: Parcel, lap: int) -> LaneReading:
        answer = self._answers[min(lap, len(self._answers)) - 1]
        if isinstance(answer, LaneReading):
            return answer
        return LaneReading("accept", parcel.tracking_id, parcel.sort_code, 1.0, answer, "model")


def centre(**parts: Any) -> tuple[Any, Population]:
    manifest = {"late_share": 0.0, "missing_share": 0.0}
    scenario = sorting(
        **{"manifest": manifest, "arrivals": {"rate_per_h": 2.0, "duration_s": 3600.0}, **parts}
    )
    population = draw_population(scenario, STREAMS)
    assert 1 <= len(population.parcels) <= 6
    return scenario, population


def run(*answers: LaneReading | float, **parts: Any) -> tuple[EventLog, Population]:
    scenario, population = centre(**parts)
    return run_cell(scenario, population, False, ByLap(*answers), STREAMS), population


def only(log: EventLog, event: type, population: Population) -> Any:
    """The first parcel's event of a class, checking that it has just one."""
    mine = [row for row in log.rows(event) if row.parcel_id == population.parcels[0].parcel_id]
    assert len(mine) == 1
    return mine[0]


def camera_s(log: EventLog, population: Population) -> float:
    return float(only(log, ParcelInducted, population).at_s + BELT.camera_s)


def test_read_in_time_on_the_first_lap() -> None:
    log, population = run(0.25)
    parcel = population.parcels[0]
    captured_s = camera_s(log, population)
    assert only(log, ParcelCaptured, population).at_s == captured_s
    read = only(log, ParcelRead, population)
    assert (read.at_s, read.lookup) == (captured_s + 0.25, "found")
    diverted = only(log, ParcelDiverted, population)
    assert diverted.at_s == captured_s + BELT.passage_s[parcel.chute]
    assert (diverted.chute, diverted.lap, diverted.decided_by) == (parcel.chute, 1, "reader")
    assert not log.rows(DeadlineMissed)


def test_an_answer_exactly_at_the_diverter_is_in_time_and_one_just_after_is_not() -> None:
    scenario, population = centre()
    passage_s = BELT.passage_s[population.parcels[0].chute]
    log = run_cell(scenario, population, False, ByLap(passage_s), STREAMS)
    assert only(log, ParcelDiverted, population).lap == 1
    log = run_cell(scenario, population, False, ByLap(passage_s + 1e-6), STREAMS)
    assert only(log, ParcelDiverted, population).lap == 2
    missed = only(log, DeadlineMissed, population)
    assert missed.late_s == pytest.approx(1e-6, rel=1e-3)
    assert (missed.lap, missed.waited_for) == (1, "reader")


def test_a_late_answer_is_kept_for_the_next_lap_and_not_asked_for_again() -> None:
    scenario, population = centre()
    late = BELT.exit_s + 1.0
    log = run_cell(scenario, population, False, ByLap(late), STREAMS)
    assert only(log, ParcelRead, population).lap == 1
    assert only(log, ParcelRecirculated, population).reason == "reading_pending"
    captures = [
        e for e in log.rows(ParcelCaptured) if e.parcel_id == population.parcels[0].parcel_id
    ]
    assert [capture.lap for capture in captures] == [1, 2]
    assert captures[1].at_s - captures[0].at_s == pytest.approx(BELT.loop_s)
    diverted = only(log, ParcelDiverted, population)
    assert diverted.at_s == captures[1].at_s + BELT.passage_s[population.parcels[0].chute]


def test_no_read_recirculates_and_is_read_again() -> None:
    log, population = run(BAD, 0.1)
    assert only(log, ParcelRecirculated, population).reason == "no_read"
    assert only(log, ParcelDiverted, population).lap == 2


def test_laps_are_limited() -> None:
    log, population = run(BAD, belt={"max_laps": 4})
    excepted = only(log, ParcelExcepted, population)
    assert (excepted.lap, excepted.reason) == (4, "max_laps")
    assert excepted.at_s == pytest.approx(camera_s(log, population) + 3 * BELT.loop_s + BELT.exit_s)


def test_a_single_lap_never_recirculates() -> None:
    log, population = run(BAD, belt={"max_laps": 1})
    assert not log.rows(ParcelRecirculated)
    assert only(log, ParcelExcepted, population).lap == 1


def test_an_unknown_id_leaves_to_the_exception_station_at_once() -> None:
    log, population = run(0.1, manifest={"late_share": 0.0, "missing_share": 1.0})
    excepted = only(log, ParcelExcepted, population)
    assert (excepted.lap, excepted.reason) == (1, "unknown_id")
    assert excepted.at_s == pytest.approx(camera_s(log, population) + BELT.exit_s)
    assert not log.rows(ParcelDiverted)


def test_the_desk_answers_in_time() -> None:
    desk = {"operators": 1, "images_per_h": 3600.0, "service_cv": 0.0}
    log, population = run(UNSURE, desk=desk)
    answered = only(log, ReviewAnswered, population)
    assert answered.at_s == pytest.approx(camera_s(log, population) + 0.2 + 1.0)
    diverted = only(log, ParcelDiverted, population)
    assert (diverted.lap, diverted.decided_by) == (1, "operator")
    assert diverted.at_s >= answered.at_s


def test_a_desk_answer_that_comes_too_late_is_used_on_the_next_lap() -> None:
    desk = {"operators": 1, "images_per_h": 3600.0 / 30.0, "service_cv": 0.0}
    log, population = run(UNSURE, desk=desk)
    missed = only(log, DeadlineMissed, population)
    assert (missed.waited_for, missed.lap) == ("review_desk", 1)
    assert only(log, ParcelRecirculated, population).reason == "review_pending"
    diverted = only(log, ParcelDiverted, population)
    assert (diverted.lap, diverted.decided_by) == (2, "operator")
    # One image of a parcel at a time, however often the reader is unsure.
    assert only(log, ReviewRequested, population).lap == 1


def test_a_reading_on_the_next_lap_beats_a_slow_desk() -> None:
    desk = {"operators": 1, "images_per_h": 3600.0 / 200.0, "service_cv": 0.0}
    log, population = run(UNSURE, 0.2, desk=desk)
    diverted = only(log, ParcelDiverted, population)
    assert (diverted.lap, diverted.decided_by) == (2, "reader")
    assert only(log, ReviewAnswered, population).at_s > diverted.at_s
    assert not log.rows(DeadlineMissed)


def test_a_refused_image_costs_a_lap() -> None:
    log, population = run(UNSURE, 0.2, desk={"operators": 0})
    assert only(log, ReviewRefused, population).lap == 1
    assert only(log, ParcelRecirculated, population).reason == "review_refused"
    assert only(log, ParcelDiverted, population).lap == 2


def test_an_answer_after_the_parcel_has_left_is_a_missed_deadline_and_moves_nothing() -> None:
    log, population = run(1e5)
    n = len(population.parcels)
    assert len(log.rows(ParcelExcepted)) == n
    assert {event.reason for event in log.rows(ParcelExcepted)} == {"max_laps"}
    assert not log.rows(ParcelDiverted)
    assert len(log.rows(ParcelRead)) == 3 * n
    missed = only(log, DeadlineMissed, population)
    assert missed.lap == 1
    assert missed.late_s == pytest.approx(1e5 - BELT.passage_s[population.parcels[0].chute])


def test_a_wrong_code_is_followed_to_the_wrong_chute() -> None:
    scenario, population = centre()
    other = next(
        code
        for code in ("000000", "ABCDEF", "ZZZZZZ")
        if run_chute(code) != population.parcels[0].chute
    )
    reading = LaneReading("accept", None, other, 0.9, 0.1, "model")
    log = run_cell(scenario, population, False, ByLap(reading), STREAMS)
    assert only(log, ParcelDiverted, population).chute == run_chute(other)


def run_chute(code: str) -> int:
    chute = SortPlan(32).chute(code)
    assert chute is not None
    return chute


def test_the_oracle_puts_every_parcel_with_a_manifest_into_its_chute() -> None:
    scenario = sorting(lanes=2, manifest={"late_share": 0.0, "missing_share": 0.1})
    population = draw_population(scenario, STREAMS)
    log = run_cell(scenario, population, True, OracleReadings(0.1), STREAMS)
    chutes = {event.parcel_id: event.chute for event in log.rows(ParcelDiverted)}
    assert chutes == {
        parcel.parcel_id: parcel.chute
        for parcel in population.parcels
        if parcel.manifest == "on_time"
    }
    assert {event.parcel_id for event in log.rows(ParcelExcepted)} == {
        parcel.parcel_id for parcel in population.parcels if parcel.manifest == "missing"
    }
    assert not log.rows(ReviewRequested)


def test_tables_are_in_order_of_time() -> None:
    scenario = sorting()
    population = draw_population(scenario, STREAMS)
    tables = run_cell(scenario, population, True, ByLap(BAD, 0.1), STREAMS).tables()
    assert len(tables) == len(EVENTS)
    for table in tables.values():
        at_s = table.column("at_s").to_pylist()
        assert at_s == sorted(at_s)


def test_an_answer_at_the_very_end_of_the_lap_still_counts() -> None:
    """On times exact in binary, the operator answers at the instant of the last diverter."""
    belt = {
        "chutes": 2,
        "chute_spacing_m": 2.0,
        "induction_cv": 0.0,
        "induction_rate_per_h": 3600.0,
    }
    desk = {"operators": 1, "images_per_h": 1200.0, "service_cv": 0.0}
    scenario = sorting(belt=belt, desk=desk, manifest={"late_share": 0.0, "missing_share": 0.0})
    population = draw_population(scenario, STREAMS)
    last = next(parcel for parcel in population.parcels if parcel.chute == 1)
    others = [1e4 + 64.0 * parcel.number for parcel in population.parcels]
    others[last.number] = 16.0
    population = replace(population, calm_arrival_s=np.array(others))
    unsure = LaneReading("review", None, None, 0.1, 1.0, "model")
    log = run_cell(scenario, population, False, ByLap(unsure), STREAMS)
    (answered,) = (e for e in log.rows(ReviewAnswered) if e.parcel_id == last.parcel_id)
    (diverted,) = (e for e in log.rows(ParcelDiverted) if e.parcel_id == last.parcel_id)
    assert answered.at_s == 16.0 + 1.0 + 2.0 + 1.0 + 3.0
    if answered.sort_code == last.sort_code:
        assert (diverted.at_s, diverted.lap) == (answered.at_s, 1)
    assert not [e for e in log.rows(ParcelRecirculated) if e.parcel_id == last.parcel_id]


def test_a_label_nobody_can_read_is_never_keyed_and_ends_as_an_exception() -> None:
    scenario, population = centre(desk={"images_per_h": 3600.0, "service_cv": 0.0})
    log = run_cell(
        scenario, population, False, ByLap(UNSURE), STREAMS, legible=lambda parcel, lap: False
    )
    laps = scenario.lane.max_laps
    assert {event.sort_code for event in log.rows(ReviewAnswered)} == {None}
    assert len(log.rows(ParcelExcepted)) == len(population.parcels)
    assert {event.reason for event in log.rows(ParcelRecirculated)} == {"illegible"}
    assert len(log.rows(ParcelRecirculated)) == (laps - 1) * len(population.parcels)


def test_a_label_legible_on_a_later_lap_is_keyed_then() -> None:
    scenario, population = centre(
        belt={"no_read_to_desk": True}, desk={"images_per_h": 3600.0, "service_cv": 0.0}
    )
    log = run_cell(
        scenario, population, False, ByLap(BAD), STREAMS, legible=lambda parcel, lap: lap > 1
    )
    assert {event.lap for event in log.rows(ReviewAnswered) if event.sort_code} == {2}
    assert {event.decided_by for event in log.rows(ParcelDiverted)} == {"operator"}
    assert len(log.rows(ParcelDiverted)) == len(population.parcels)


def test_a_no_read_goes_to_the_desk_only_where_the_lane_says_so() -> None:
    for sent in (False, True):
        scenario, population = centre(belt={"no_read_to_desk": sent})
        log = run_cell(scenario, population, False, ByLap(BAD), STREAMS)
        assert bool(log.rows(ReviewRequested)) is sent
