"""Backlogs that no stopped belt made, against counts by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.database import Database
from metrics.incidents import ALL_LANES, Backlog
from metrics.recovery import recoveries, recovery_sums
from reports.shift.lanes import stops_table
from scenarios.events import (
    OperatorWent,
    ParcelArrived,
    ParcelDiverted,
    ParcelRecirculated,
    ReviewQueued,
    ReviewRefused,
    ReviewRequested,
    ReviewStarted,
)
from scenarios.floor_events import BeltStopped, ParcelLoaded
from scenarios.model import DegradationShare
from tests.floor_world import everything
from tests.synthetic_run import EventRows, make_tables

CELL = "production"
LOST = DegradationShare(kind="camera_outage", share=1.0, reason="invented for a test")


def law(**desk):
    plain = everything(faults=None, desk={"operators": 1, **desk})
    return plain.model_copy(update={"degradations": (LOST,)})


def lane(hit_from_s=None, hit_to_s=None, round_s=0.0):
    """A parcel every 10 s for an hour, 30 s on its way; those hit take `round_s` more."""
    log, conditions, names = EventRows(), [], []
    for number in range(360):
        name, at_s = f"P{number:03d}", 10.0 * number
        names.append(name)
        hit = hit_from_s is not None and hit_from_s <= at_s < hit_to_s
        log.add(CELL, ParcelArrived(at_s, name, 0))
        gone_s = at_s + 30.0 + (round_s if hit else 0.0)
        log.add(CELL, ParcelDiverted(gone_s, name, 0, 1, 0, "reader"))
        if hit:
            conditions.append((name, 1, "camera_outage", 5, "camera_hour"))
    return log, conditions, [(name, 0, "base", "0", "ABC234", 0) for name in names]


def test_a_lost_camera_is_recovered_from_when_no_more_are_under_way_than_before() -> None:
    log, conditions, parcels = lane(1200.0, 1800.0, round_s=120.0)
    log.add(CELL, ParcelLoaded(2000.0, "P130", 0, 0, 0, 9000.0, 1700.0, False))
    log.add(CELL, ParcelLoaded(2000.0, "P131", 0, 0, 0, 9000.0, 1700.0, False))
    log.add(CELL, ParcelLoaded(2000.0, "P050", 0, 0, 0, 9000.0, 1700.0, False))
    tables = make_tables(log, parcels=parcels, conditions=conditions)
    (found,) = recoveries(tables, law())
    assert (found.cause, found.lane, found.at_s, found.until_s) == ("camera_outage", 0, 1200, 1800)
    assert found.queue_before == 3
    assert found.queue_most == 15
    # The last one hit came at 1,790 s and left 150 s later.
    assert found.recovery_s == pytest.approx(140.0)
    assert (found.late_parcels, found.missed_trailers) == (2, 1)


def test_a_camera_whose_loss_holds_nothing_up_is_recovered_from_at_once() -> None:
    log, conditions, parcels = lane(1200.0, 1800.0, round_s=0.0)
    (found,) = recoveries(make_tables(log, parcels=parcels, conditions=conditions), law())
    assert found.recovery_s == 0.0
    assert recoveries(make_tables(lane()[0], parcels=parcels), law()) == []


def test_a_camera_that_stays_out_is_never_recovered_from() -> None:
    log, conditions, parcels = lane(1200.0, 3600.0, round_s=120.0)
    tables = make_tables(log, parcels=parcels, conditions=conditions)
    (found,) = recoveries(tables, law())
    assert (found.ended, found.recovery_s, found.queue_most) == (False, None, 15)
    database = Database()
    database.hold(tables, "test")
    sums = {(s.metric, s.group): s for s in recovery_sums(database, law())}
    assert {group for _, group in sums} == {"all"}
    for each in sums.values():
        assert each.denominator.tolist() == [0.0, 0.0, 0.0, 0.0]
    shown = stops_table([found], "after")
    assert shown is not None
    assert "it had no end" in str(shown)


def test_parcels_that_pass_a_dead_diverter_are_one_incident_until_ten_minutes_are_quiet() -> None:
    log, _, parcels = lane()
    for at_s in (605.0, 900.0, 1499.0, 2400.0):
        log.add(CELL, ParcelRecirculated(at_s, "P000", 0, 1, "diverter_down"))
    log.add(CELL, ParcelRecirculated(3000.0, "P001", 0, 1, "chute_full"))
    found = recoveries(make_tables(log, parcels=parcels), law())
    assert [(each.at_s, each.until_s) for each in found] == [(605.0, 1499.0), (2400.0, 2400.0)]
    assert {each.cause for each in found} == {"diverter_down"}


def desk(refusals, went_s=None):
    """An image every 10 s that waits 5 s; between 600 and 900 s it waits 200 s."""
    log, _, parcels = lane()
    for number in range(360):
        name, at_s = f"P{number:03d}", 10.0 * number
        log.add(CELL, ReviewRequested(at_s, name, 0, 1))
        log.add(CELL, ReviewQueued(at_s, name, 0, 1, 0))
        wait_s = 200.0 if 600.0 <= at_s < 900.0 else 5.0
        log.add(CELL, ReviewStarted(at_s + wait_s, name, 0, 1, 0, wait_s))
    for at_s in refusals:
        log.add(CELL, ReviewRefused(at_s, f"P{int(at_s // 10):03d}", 1, 2))
    if went_s is not None:
        log.add(CELL, OperatorWent(went_s, 0, 0, 0.0))
    return make_tables(log, parcels=parcels)


def test_a_full_desk_is_recovered_from_when_its_queue_is_back_at_the_nights_level() -> None:
    (found,) = recoveries(desk([801.0, 850.0]), law())
    assert (found.cause, found.lane) == ("desk_full", ALL_LANES)
    assert (found.at_s, found.until_s) == (801.0, 850.0)
    # Half an image on average to 600 s, then rising to 20: (300 + 2,121) / 801, rounded up.
    assert found.queue_before == 4
    assert found.queue_most == 20
    # Those of 860 to 890 s are taken up from 1,060 s on; another came at 1,050 s for 5 s.
    assert found.gone_s == 1055.0


def test_a_desk_that_has_gone_home_is_not_full() -> None:
    shifts = ({"start_s": 0.0, "end_s": 700.0, "operators": 1},)
    at_home = law(operators=0, shifts=shifts)
    assert recoveries(desk([801.0], went_s=800.0), at_home) == []
    assert len(recoveries(desk([799.0, 801.0], went_s=800.0), at_home)) == 1
    # Someone who is always there can be full after a shift has gone.
    assert len(recoveries(desk([801.0], went_s=800.0), law(shifts=shifts))) == 1


def test_the_mean_of_a_night_never_exceeds_its_longest_and_quiet_nights_do_not_count() -> None:
    log, conditions, parcels = lane(1200.0, 1800.0, round_s=120.0)
    log.add(CELL, BeltStopped(100.0, 0, 160.0, "jam"))
    database = Database()
    database.hold(make_tables(log, parcels=parcels, conditions=conditions), "test")
    sums = {(s.metric, s.group): s for s in recovery_sums(database, law())}
    groups = {group for _, group in sums}
    assert groups == {"all", "cause=jam", "cause=camera_outage"}
    mean, longest = sums["recovery.mean_s", "all"], sums["recovery.longest_s", "all"]
    assert mean.numerator.tolist() == [0.0, 0.0, 0.0, 70.0]
    assert longest.numerator.tolist() == [0.0, 0.0, 0.0, 140.0]
    assert mean.denominator.tolist() == longest.denominator.tolist() == [0.0, 0.0, 0.0, 1.0]
    assert mean.n.tolist() == [0.0, 0.0, 0.0, 2.0]


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 30)), max_size=30), st.floats(1, 120))
def test_the_mean_backlog_is_the_time_spent_in_it(visits, end_s) -> None:
    came = np.array([at for at, _ in visits])
    gone = np.array([at + stay for at, stay in visits])
    found = Backlog(np.sort(came), np.sort(gone))
    spent = sum(max(0.0, min(b, end_s) - min(a, end_s)) for a, b in zip(came, gone, strict=True))
    assert found.mean(0.0, end_s) == pytest.approx(spent / end_s, abs=1e-9)
    level = int(np.ceil(found.mean(0.0, end_s)))
    back_s = found.back_at(level, end_s)
    assert back_s >= end_s
    assert found.waiting(np.array([back_s]))[0] <= level
