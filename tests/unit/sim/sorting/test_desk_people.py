"""People at the review desk: shifts, breaks, overtime, fatigue, haste, damage."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from scenarios.desk_model import Break, DamageStrain, Fatigue, Haste, Shift
from scenarios.events import (
    EVENTS,
    BreakMissed,
    BreakTaken,
    OperatorCame,
    OperatorWent,
    ReviewAnswered,
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
from sim.sorting.strain import EASE, strain
from sim.streams import Streams
from sim.world import World
from tests.sorting_world import sorting

FIELDS: dict[str, Any] = {
    "operators": 0,
    "images_per_h": 360.0,  # 10 s an image, without spread
    "service_cv": 0.0,
    "error_rate": 0.01,
    "queue_limit": 1000,
}


@pytest.fixture(scope="module")
def population() -> Population:
    return draw_population(
        sorting(arrivals={"rate_per_h": 9000.0, "duration_s": 1200.0}), Streams(5, 0)
    )


def run_desk(
    population: Population, arrival_s: list[float], level: int = 0, **changes: Any
) -> EventLog:
    world = World(Streams(21, 0), EVENTS)
    requests = [
        ReviewRequested(at, parcel.parcel_id, parcel.lane, 1)
        for at, parcel in zip(arrival_s, population.parcels, strict=False)
    ]
    world.add(RecordedStream("lanes", requests))
    model = DeskModel(**{**FIELDS, **changes})
    world.add(ReviewDesk(model, population, world.streams, damage=lambda number, lap: level))
    world.run()
    return world.log


def test_images_wait_for_the_shift_and_those_left_at_its_end_are_refused(
    population: Population,
) -> None:
    shift = Shift(start_s=100.0, end_s=125.0, operators=1)
    log = run_desk(population, [0.0, 1.0, 2.0, 3.0, 4.0, 200.0], shifts=(shift,))
    assert [event.at_s for event in log.rows(ReviewStarted)] == [100.0, 110.0, 120.0]
    # the third image is finished after the end; the fourth and fifth are refused there and then
    assert [event.at_s for event in log.rows(ReviewRefused)] == [130.0, 130.0, 200.0]
    assert log.rows(OperatorCame) == [OperatorCame(100.0, 0, 0)]
    assert log.rows(OperatorWent) == [OperatorWent(130.0, 0, 0, 5.0)]


def test_overtime_lasts_while_images_wait_and_no_longer_than_agreed(
    population: Population,
) -> None:
    shift = Shift(start_s=0.0, end_s=15.0, operators=1, overtime_max_s=20.0)
    few = run_desk(population, [0.0, 1.0, 2.0], shifts=(shift,))
    assert few.rows(OperatorWent) == [OperatorWent(30.0, 0, 0, 15.0)]
    many = run_desk(population, [float(at) for at in range(9)], shifts=(shift,))
    # at 30 s there are 5 s left, enough to take one more
    assert many.rows(OperatorWent) == [OperatorWent(40.0, 0, 0, 25.0)]
    assert len(many.rows(ReviewAnswered)) == 4


def test_a_break_begins_when_due_and_a_person_at_work_finishes_first(
    population: Population,
) -> None:
    shift = Shift(
        start_s=0.0,
        end_s=200.0,
        operators=2,
        breaks=(Break(start_s=50.0, duration_s=30.0),),
        break_stagger_s=40.0,
    )
    log = run_desk(population, [45.0, 51.0, 100.0], shifts=(shift,))
    assert log.rows(BreakTaken) == [BreakTaken(55.0, 0, 5.0, 30.0), BreakTaken(90.0, 1, 0.0, 30.0)]
    assert [event.operator for event in log.rows(ReviewStarted)] == [0, 1, 0]


def test_breaks_wait_while_many_images_do_and_are_lost_after_the_grace(
    population: Population,
) -> None:
    shift = Shift(
        start_s=0.0, end_s=400.0, operators=1, breaks=(Break(start_s=20.0, duration_s=50.0),)
    )
    busy = [0.1 * number for number in range(12)]
    late = run_desk(population, busy, shifts=(shift,), break_waits_at=3)
    # at 90 s nine are done and three wait; at 100 s two do
    assert late.rows(BreakTaken) == [BreakTaken(100.0, 0, 80.0, 50.0)]
    lost = run_desk(population, busy, shifts=(shift,), break_waits_at=3, break_grace_s=60.0)
    assert lost.rows(BreakTaken) == []
    assert lost.rows(BreakMissed) == [BreakMissed(90.0, 0, 20.0)]


def test_a_late_break_ends_with_the_shift(population: Population) -> None:
    shift = Shift(
        start_s=0.0, end_s=35.0, operators=1, breaks=(Break(start_s=5.0, duration_s=29.0),)
    )
    log = run_desk(population, [4.0], shifts=(shift,))
    assert log.rows(BreakTaken) == [BreakTaken(14.0, 0, 9.0, 21.0)]
    assert log.rows(OperatorWent) == [OperatorWent(35.0, 0, 0, 0.0)]


def test_breaks_that_were_never_had_are_missed_when_the_person_goes(
    population: Population,
) -> None:
    shift = Shift(
        start_s=0.0, end_s=35.0, operators=1, breaks=(Break(start_s=5.0, duration_s=10.0),)
    )
    log = run_desk(population, [0.1 * n for n in range(9)], shifts=(shift,), break_waits_at=1)
    assert log.rows(BreakMissed) == [BreakMissed(40.0, 0, 5.0)]


def test_a_shift_of_the_whole_time_keys_as_people_who_are_always_there(
    population: Population,
) -> None:
    arrival = np.cumsum(np.random.default_rng(3).exponential(6.0, size=200)).tolist()
    always = run_desk(population, arrival, operators=2, service_cv=0.5)
    shift = Shift(start_s=0.0, end_s=1e5, operators=2)
    shifted = run_desk(population, arrival, shifts=(shift,), service_cv=0.5)
    assert always.rows(ReviewAnswered) == shifted.rows(ReviewAnswered)


def test_people_tire_until_they_have_a_break(population: Population) -> None:
    shift = Shift(
        start_s=0.0, end_s=9e3, operators=1, breaks=(Break(start_s=4000.0, duration_s=100.0),)
    )
    fatigue = Fatigue(fresh_s=1800.0, slower_per_h=0.5, errors_per_h=1.0)
    log = run_desk(
        population, [0.0, 1800.0, 3600.0, 4100.0, 6000.0], shifts=(shift,), fatigue=fatigue
    )
    times = [event.service_s for event in log.rows(ReviewAnswered)]
    tired = 10.0 * (1.0 + 0.5 * 100.0 / 3600.0)
    assert times == pytest.approx([10.0, 10.0, 12.5, 10.0, tired])


def test_people_hurry_when_many_wait(population: Population) -> None:
    haste = Haste(queue=2, faster=0.2, errors=1.0)
    log = run_desk(population, [0.0, 0.1, 0.2, 0.3], operators=1, haste=haste)
    # the first is taken with nobody behind it, the second with two images waiting
    assert [event.service_s for event in log.rows(ReviewAnswered)] == [10.0, 8.0, 10.0, 10.0]


def test_influences_multiply_and_leave_a_fresh_person_alone() -> None:
    desk = DeskModel(
        **FIELDS,
        fatigue=Fatigue(fresh_s=0.0, slower_per_h=1.0, errors_per_h=2.0),
        haste=Haste(queue=5, faster=0.5, errors=0.5),
        damage=DamageStrain(slower_per_level=0.1, odds_per_level=2.0),
    )
    assert strain(desk, 0.0, 4, 0) == EASE
    assert strain(desk, 3600.0, 5, 3) == pytest.approx((2.0 * 0.5 * 1.3, 3.0 * 1.5 * 8.0))
    assert strain(DeskModel(**FIELDS), 9e9, 999, 25) == EASE


def test_odds_of_a_wrong_code_are_as_asked(population: Population) -> None:
    keying = Keying(population.cohorts, Streams(9, 0), 0.05)
    numbers = range(len(population.parcels))
    wrong = {
        odds: {n for n in numbers if keying.keyed(n, 1, "AAAAAA", odds) != "AAAAAA"}
        for odds in (1.0, 4.0)
    }
    assert wrong[4.0] > wrong[1.0]
    n = len(population.parcels)
    for odds, slips in wrong.items():
        p = 0.05 * odds / (0.95 + 0.05 * odds)
        assert abs(len(slips) / n - p) < 4.0 * np.sqrt(p * (1.0 - p) / n)


def test_damage_makes_the_same_people_err_more(population: Population) -> None:
    damage = DamageStrain(slower_per_level=0.05, odds_per_level=1.5)
    arrival = [20.0 * number for number in range(1500)]
    codes = {parcel.parcel_id: parcel.sort_code for parcel in population.parcels}

    def wrong(level: int) -> int:
        log = run_desk(population, arrival, level, operators=1, damage=damage)
        return sum(event.sort_code != codes[event.parcel_id] for event in log.rows(ReviewAnswered))

    assert wrong(0) < wrong(4) < wrong(8)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"start_s": 100.0}, "end_s"),
        ({"breaks": (Break(start_s=95.0, duration_s=10.0),)}, "breaks.0.start_s"),
        (
            {
                "breaks": (
                    Break(start_s=10.0, duration_s=10.0),
                    Break(start_s=15.0, duration_s=1.0),
                )
            },
            "breaks.1.start_s",
        ),
        (
            {"breaks": (Break(start_s=10.0, duration_s=10.0),), "break_stagger_s": 81.0},
            "breaks.0.start_s",
        ),
    ],
)
def test_shifts_that_cannot_be_are_refused(changes: dict[str, Any], key: str) -> None:
    fields: dict[str, Any] = {"start_s": 0.0, "end_s": 100.0, "operators": 2}
    with pytest.raises(ValidationError) as caught:
        Shift(**{**fields, **changes})
    (error,) = caught.value.errors()
    assert error["ctx"]["key"] == key
