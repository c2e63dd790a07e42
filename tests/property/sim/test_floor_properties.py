"""What must hold in any centre with all its parts: faults, chutes, people, trailers."""

from bisect import bisect_left
from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from scenarios.events import (
    ParcelArrived,
    ParcelCaptured,
    ParcelDiverted,
    ParcelExcepted,
    ParcelInducted,
    ParcelRead,
    ParcelRecirculated,
    ReviewAnswered,
    ReviewRefused,
)
from scenarios.floor_events import (
    BeltStopped,
    ChuteEmptied,
    ChuteFilled,
    ExceptionHandled,
    ParcelDoubled,
    ParcelLoaded,
    ParcelRefused,
    ParcelSlipped,
)
from sim.array_queues import queue_waits
from sim.sorting.conveyor import Conveyor
from sim.sorting.machine_faults import MachineFaults
from tests.property.sim.floor_strategies import Cell, cells

DAY_S = 86_400.0


@settings(max_examples=120, deadline=None)
@given(cells())
def test_any_centre(cell: Cell) -> None:
    check_ways(cell)
    check_belts(cell)
    check_known_before_it_leaves(cell)
    check_chutes(cell)
    check_people(cell)
    check_trailers(cell)
    check_faults_only_where_they_are(cell)


def check_ways(cell: Cell) -> None:
    """Every parcel makes its laps and leaves once, on or off the belt."""
    scenario, population, loaded, log, _ = cell
    ids = [parcel.parcel_id for parcel in population.present(loaded)]
    refused = {row.parcel_id for row in log.rows(ParcelRefused)}
    assert refused == {p.parcel_id for p in population.present(loaded) if not p.conveyable}
    captured, turned = defaultdict(list), defaultdict(list)
    for row in log.rows(ParcelCaptured):
        captured[row.parcel_id].append(row.lap)
    for row in log.rows(ParcelRecirculated):
        turned[row.parcel_id].append(row.lap)
    exits = {
        row.parcel_id: row.lap for row in (*log.rows(ParcelDiverted), *log.rows(ParcelExcepted))
    }
    assert sorted([*exits, *refused]) == sorted(ids)
    for parcel_id, lap in exits.items():
        assert captured[parcel_id] == list(range(1, lap + 1))
        assert turned[parcel_id] == list(range(1, lap))
        assert lap <= scenario.lane.max_laps
    arrived = {row.parcel_id: row.at_s for row in log.rows(ParcelArrived)}
    for row in (*log.rows(ParcelInducted), *log.rows(ParcelRefused)):
        assert row.wait_s >= 0.0
        assert row.at_s >= arrived[row.parcel_id]


def belts(cell: Cell) -> dict[int, Any]:
    scenario, population, loaded, _, streams = cell
    faults = scenario.faults if loaded else None
    machine = faults and MachineFaults(faults, population.cohorts, streams)
    return {lane: machine.belt(lane) if machine else None for lane in range(scenario.lanes)}


def check_belts(cell: Cell) -> None:
    """Fronts keep the pitch in running time, and nothing passes while the belt stands."""
    scenario, _, _, log, _ = cell
    belt = Conveyor(scenario.lane)
    clocks = belts(cell)
    riders = {row.parcel_id for row in log.rows(ParcelDoubled)}
    carriers = {row.parcel_id: row.carrier_id for row in log.rows(ParcelDoubled)}
    fronts = defaultdict(list)
    placed = {row.parcel_id: row for row in log.rows(ParcelInducted)}
    for row in log.rows(ParcelInducted):
        if row.parcel_id not in riders:
            fronts[row.lane].append(running(clocks, row))
    for row in log.rows(ParcelCaptured):
        if row.parcel_id in riders:
            continue
        front_s = running(clocks, row) - belt.camera_s
        if row.lap > 1:
            fronts[row.lane].append(front_s)
        since = front_s - running(clocks, placed[row.parcel_id])
        assert since == pytest.approx((row.lap - 1) * belt.loop_s, abs=1e-6)
    for times in fronts.values():
        assert np.all(np.diff(np.sort(times)) >= belt.headway_s - 1e-6)
    for rider, carrier in carriers.items():
        assert placed[rider].at_s == placed[carrier].at_s
    stops = defaultdict(list)
    for row in log.rows(BeltStopped):
        assert row.until_s > row.at_s
        stops[row.lane].append((row.at_s, row.until_s))
    for row in (*log.rows(ParcelInducted), *log.rows(ParcelDiverted), *log.rows(ParcelCaptured)):
        for start_s, end_s in stops[row.lane]:
            assert not start_s + 1e-6 < row.at_s < end_s - 1e-6


def running(clocks: dict[int, Any], row: Any) -> float:
    clock = clocks[row.lane]
    return row.at_s if clock is None else clock.running_s(row.at_s)


def check_known_before_it_leaves(cell: Cell) -> None:
    scenario, _, _, log, _ = cell
    riders = {row.parcel_id: row for row in log.rows(ParcelDoubled)}
    known = defaultdict(list)
    for row in log.rows(ParcelRead):
        assert row.parcel_id not in riders
        if row.lookup in ("found", "code", "unknown_id"):
            known[row.parcel_id].append((row.at_s, row.lap))
    for row in log.rows(ReviewAnswered):
        if row.sort_code is not None:
            known[row.parcel_id].append((row.at_s, row.lap))
    if scenario.review_desk.when_full == "best_guess":
        # what the reader was unsure of is taken where nobody can look at it
        for row in log.rows(ReviewRefused):
            known[row.parcel_id].append((row.at_s, row.lap))
    slips = [(row.parcel_id, row.lap) for row in log.rows(ParcelSlipped)]
    assert len(set(slips)) == len(slips)
    lost = {(row.parcel_id, row.lap) for row in log.rows(ParcelSlipped) if row.chute < 0}
    left = {row.parcel_id: row for row in (*log.rows(ParcelDiverted), *log.rows(ParcelExcepted))}
    for row in log.rows(ParcelDiverted):
        assert 0 <= row.chute < scenario.lane.chutes
        # Whoever was lost is read anew: an answer to a later lap must have come in time.
        lost_on = max((lap for parcel_id, lap in lost if parcel_id == row.parcel_id), default=0)
        assert lost_on < row.lap
        if row.parcel_id not in riders:
            assert any(at_s <= row.at_s and lap > lost_on for at_s, lap in known[row.parcel_id])
    for parcel_id, double in riders.items():
        assert left[parcel_id][0] == left[double.carrier_id][0]
        assert type(left[parcel_id]) is type(left[double.carrier_id])
        if double.detected:
            assert left[parcel_id].reason == "double"


def check_chutes(cell: Cell) -> None:
    scenario, _, _, log, _ = cell
    filled, emptied = log.rows(ChuteFilled), log.rows(ChuteEmptied)
    if scenario.chutes is None:
        assert not filled
        assert not emptied
        return
    most = scenario.chutes.capacity + bool(log.rows(ParcelDoubled))
    steps = [(row.at_s, 0, (row.lane, row.chute), -row.parcels) for row in emptied]
    steps += [(row.at_s, 1, (row.lane, row.chute), 1) for row in log.rows(ParcelDiverted)]
    content: Counter[Any] = Counter()
    for _, _, place, step in sorted(steps):
        content[place] += step
        assert 0 <= content[place] <= most
    spans = defaultdict(list)
    for row in emptied:
        assert 0 <= row.attendant < scenario.chutes.attendants
        assert row.wait_s >= 0.0
        spans[row.attendant].append((row.at_s - row.service_s, row.at_s))
    no_overlap(spans)


def check_people(cell: Cell) -> None:
    """The exception desk is a G/G/c queue, path by path."""
    scenario, population, _, log, _ = cell
    handled = log.rows(ExceptionHandled)
    if scenario.exception_desk is None:
        assert not handled
        return
    came = {row.parcel_id: row.at_s for row in log.rows(ParcelExcepted)}
    came |= {row.parcel_id: row.at_s for row in log.rows(ParcelRefused)}
    rows = sorted(handled, key=lambda row: came[row.parcel_id])
    at_s = np.array([came[row.parcel_id] for row in rows])
    if len(set(at_s.tolist())) == len(at_s):  # ties are served in the order of the log
        service_s = np.array([row.service_s for row in rows])
        waits = queue_waits(at_s, service_s, scenario.exception_desk.people)
        assert np.allclose([row.wait_s for row in rows], waits, rtol=0.0, atol=1e-9)
    spans = defaultdict(list)
    for row in handled:
        spans[row.person].append((row.at_s - row.service_s, row.at_s))
    no_overlap(spans)
    truth = {parcel.parcel_id: parcel.chute for parcel in population.parcels}
    if scenario.exception_desk.error_rate == 0.0:
        assert all(row.chute == truth[row.parcel_id] for row in handled)
    if scenario.exception_desk.error_rate == 1.0:
        assert all(row.chute != truth[row.parcel_id] for row in handled)


def no_overlap(spans: dict[int, list[tuple[float, float]]]) -> None:
    for mine in spans.values():
        for (_, end_s), (start_s, _) in zip(sorted(mine), sorted(mine)[1:], strict=False):
            assert start_s >= end_s - 1e-6


def check_trailers(cell: Cell) -> None:
    scenario, population, _, log, _ = cell
    loaded = log.rows(ParcelLoaded)
    law = scenario.line_haul
    if law is None:
        assert not loaded
        return
    routes = law.chute_routes
    parcels = {parcel.parcel_id: parcel for parcel in population.parcels}
    in_chute = {
        row.parcel_id: row.at_s for row in (*log.rows(ParcelDiverted), *log.rows(ExceptionHandled))
    }
    arrived = {row.parcel_id: row.at_s for row in log.rows(ParcelArrived)}
    for row in loaded:
        parcel = parcels[row.parcel_id]
        assert row.at_s >= in_chute[row.parcel_id]
        assert (row.route != routes[row.chute]) == row.misloaded
        leaves = [at + day * DAY_S for day in range(4) for at in law.routes[row.route].cut_offs_s]
        assert row.cut_off_s == leaves[bisect_left(leaves, row.at_s)]
        own = [
            at + day * DAY_S
            for day in range(4)
            for at in law.routes[routes[parcel.chute]].cut_offs_s
        ]
        assert row.promised_s in own
        assert row.promised_s >= arrived[row.parcel_id] + law.promise_s
    if law.misload_share in (0.0, 1.0):
        assert all(row.misloaded == (law.misload_share == 1.0) for row in loaded)


def check_faults_only_where_they_are(cell: Cell) -> None:
    scenario, _, loaded, log, _ = cell
    faults = scenario.faults if loaded else None
    reasons = {row.reason for row in log.rows(ParcelRecirculated)}
    if faults is None or faults.doubles is None:
        assert not log.rows(ParcelDoubled)
    if faults is None or faults.tracking is None:
        assert not log.rows(ParcelSlipped)
        assert "lost_track" not in reasons
    if faults is None or (faults.jams is None and not faults.outages):
        assert not log.rows(BeltStopped)
    if faults is None or faults.diverters is None:
        assert "diverter_down" not in reasons
    if scenario.chutes is None:
        assert "chute_full" not in reasons
