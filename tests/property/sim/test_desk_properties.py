"""What must hold at any review desk, whoever works there and whatever comes."""

from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.desk_model import Break, DamageStrain, Fatigue, Haste, Shift
from scenarios.events import (
    EVENTS,
    BreakMissed,
    BreakTaken,
    OperatorCame,
    OperatorWent,
    ReviewAnswered,
    ReviewQueued,
    ReviewRefused,
    ReviewRequested,
    ReviewStarted,
)
from scenarios.model import ReviewDesk as DeskModel
from sim.event_log import EventLog
from sim.recording import RecordedStream
from sim.sorting.population import draw_population
from sim.sorting.review_desk import ReviewDesk
from sim.streams import Streams
from sim.world import World
from tests.sorting_world import sorting

POPULATION = draw_population(
    sorting(arrivals={"rate_per_h": 600.0, "duration_s": 600.0}), Streams(5, 0)
)


@st.composite
def shifts(draw: st.DrawFn) -> Shift:
    start_s = draw(st.sampled_from([0.0, 50.0, 333.0]))
    length_s = draw(st.sampled_from([100.0, 400.0]))
    operators = draw(st.integers(1, 3))
    first = Break(start_s=start_s + draw(st.floats(0.0, 30.0)), duration_s=20.0)
    second = Break(start_s=start_s + 55.0, duration_s=draw(st.floats(1.0, 30.0)))
    return Shift(
        start_s=start_s,
        end_s=start_s + length_s,
        operators=operators,
        breaks=draw(st.sampled_from([(), (first,), (first, second)])),
        break_stagger_s=draw(st.sampled_from([0.0, 5.0])),
        overtime_max_s=draw(st.sampled_from([0.0, 60.0])),
    )


@st.composite
def desks(draw: st.DrawFn) -> DeskModel:
    return DeskModel(
        operators=draw(st.integers(0, 2)),
        images_per_h=draw(st.sampled_from([120.0, 900.0])),
        service_cv=draw(st.sampled_from([0.0, 0.7])),
        error_rate=0.05,
        queue_limit=draw(st.integers(0, 20)),
        shifts=tuple(draw(st.lists(shifts(), max_size=3))),
        break_waits_at=draw(st.sampled_from([None, 1, 4])),
        break_grace_s=draw(st.sampled_from([0.0, 40.0])),
        fatigue=draw(
            st.sampled_from([None, Fatigue(fresh_s=60.0, slower_per_h=3.0, errors_per_h=5.0)])
        ),
        haste=draw(st.sampled_from([None, Haste(queue=2, faster=0.4, errors=1.0)])),
        damage=draw(
            st.sampled_from([None, DamageStrain(slower_per_level=0.2, odds_per_level=2.0)])
        ),
    )


def run(desk: DeskModel, gap_s: float, seed: int) -> EventLog:
    world = World(Streams(seed, 0), EVENTS)
    times = np.cumsum(np.random.default_rng(seed).exponential(gap_s, len(POPULATION.parcels)))
    requests = [
        ReviewRequested(float(at), parcel.parcel_id, parcel.lane, 1)
        for at, parcel in zip(times, POPULATION.parcels, strict=True)
    ]
    world.add(RecordedStream("lanes", requests))
    world.add(ReviewDesk(desk, POPULATION, world.streams, damage=lambda number, lap: number % 7))
    world.run()
    return world.log


@given(desks(), st.sampled_from([0.7, 4.0, 15.0]), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_and_nobody_works_when_away(
    desk: DeskModel, gap_s: float, seed: int
) -> None:
    log = run(desk, gap_s, seed)
    requested = {event.parcel_id for event in log.rows(ReviewRequested)}
    refused = [event.parcel_id for event in log.rows(ReviewRefused)]
    answered = [event.parcel_id for event in log.rows(ReviewAnswered)]
    assert sorted(refused + answered) == sorted(requested)
    assert max((e.queue_length for e in log.rows(ReviewQueued)), default=0) <= desk.queue_limit
    came = {event.operator: event.at_s for event in log.rows(OperatorCame)}
    went = {event.operator: event.at_s for event in log.rows(OperatorWent)}
    assert came.keys() == went.keys() == set(range(desk.operators, desk.people()))
    work: dict[int, list[tuple[float, float]]] = {number: [] for number in range(desk.people())}
    for event in log.rows(ReviewAnswered):
        work[event.operator].append((event.at_s - event.service_s, event.at_s))
    for rest in log.rows(BreakTaken):
        work[rest.operator].append((rest.at_s, rest.at_s + rest.duration_s))
    for operator, spells in work.items():
        spells.sort()
        for (_, end_s), (start_s, _) in pairwise(spells):
            assert start_s >= end_s - 1e-9
        if operator in came and spells:
            assert spells[0][0] >= came[operator] - 1e-9
            assert spells[-1][1] <= went[operator] + 1e-9


@given(desks(), st.sampled_from([0.7, 4.0, 15.0]), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_every_break_is_had_or_missed_and_overtime_is_bounded(
    desk: DeskModel, gap_s: float, seed: int
) -> None:
    log = run(desk, gap_s, seed)
    due = sum(shift.operators * len(shift.breaks) for shift in desk.shifts)
    assert len(log.rows(BreakTaken)) + len(log.rows(BreakMissed)) == due
    assert all(0.0 <= rest.late_s <= desk.break_grace_s for rest in log.rows(BreakTaken))
    started: dict[int, Any] = {}
    for event in log.rows(ReviewStarted):
        started[event.operator] = event
    for event in log.rows(OperatorWent):
        shift = desk.shifts[event.shift]
        last = started.get(event.operator)
        assert event.overtime_s >= 0.0
        if last is not None and event.overtime_s > 0.0:
            # the last image was taken before the agreed time was up
            assert last.at_s < shift.end_s + shift.overtime_max_s


@given(desks(), st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_the_same_desk_plays_the_same_night(desk: DeskModel, seed: int) -> None:
    one, two = run(desk, 3.0, seed).tables(), run(desk, 3.0, seed).tables()
    assert all(one[topic].equals(two[topic]) for topic in one)
