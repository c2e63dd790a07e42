"""Outcomes of single parcels, each case written out by hand."""

import numpy as np
import pytest

from metrics import cells
from metrics.database import Database
from metrics.errors import InconsistentRunError
from metrics.items import read_items
from metrics.tables import RunTables
from scenarios.events import (
    DeadlineMissed,
    ParcelArrived,
    ParcelCaptured,
    ParcelDiverted,
    ParcelExcepted,
    ParcelInducted,
    ParcelRead,
    ParcelRecirculated,
    ReviewRequested,
    ReviewStarted,
)
from scenarios.floor_events import ParcelRefused
from tests.synthetic_run import CELLS, EventRows, make_scenario, make_tables

DATABASE = Database()
LANE = make_scenario().sorting.lane
CHUTE = 3
PASSAGE_S = 5.0 + CHUTE  # (10 m + 3 x 2 m) / 2 m/s
TRUE_ID, TRUE_CODE = "000000000017", "ABC234"


def parcel(name: str, *, population: str = "base", sampled: bool = True, lane: int = 0):
    row = (name, lane, population, TRUE_ID, TRUE_CODE, CHUTE)
    return (*row, "on_time", "kraft", 300.0, 200.0, 100.0, 900.0, sampled)


def answer(name, decision, tracking_id, sort_code, *, degraded, source="model", readable=True):
    fields = (tracking_id, sort_code, 0.9, decision, readable, "[]")
    return (name, 1, degraded, source, *fields)


def both(name, decision, tracking_id, sort_code, **more):
    return [
        answer(name, decision, tracking_id, sort_code, degraded=degraded, **more)
        for degraded in (False, True)
    ]


def passage(log, name, cells=("lab", "degraded", "loaded", "production"), *, delay_s=0.5, **more):
    """A parcel that arrives at 10, is on the belt at 12, at the camera at 14 and leaves at 30."""
    for cell in cells:
        log.add(cell, ParcelArrived(10.0, name, 0))
        log.add(cell, ParcelInducted(12.0, name, 0, 1.5, 0.0))
        log.add(cell, ParcelCaptured(14.0, name, 0, 1))
        read = ParcelRead(14.0 + delay_s, name, 0, 1, "accept", None, None, 0.9, "found", "model")
        log.add(cell, read)
        if not more.get("excepted"):
            log.add(cell, ParcelDiverted(30.0, name, 0, 1, more.get("chute", CHUTE), "reader"))
        else:
            log.add(cell, ParcelExcepted(30.0, name, 0, 3, "max_laps"))


def score(parcels, readings, log, conditions=()):
    tables = make_tables(log, parcels=parcels, readings=readings, conditions=conditions)
    tables = RunTables.from_tables({("a", 0): tables}).load("a", 0)
    DATABASE.hold(tables, "here")
    return read_items(DATABASE, LANE)


def first_pass(readings, **how):
    log = EventRows()
    passage(log, "A", **how)
    items = score([parcel("A")], readings, log)
    names = ("in_time", "right", "accepted", "correct", "misread", "review", "no_read")
    return {name for name in names if items.columns[name][0, 0]}


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (("accept", TRUE_ID, TRUE_CODE), {"in_time", "right", "accepted", "correct"}),
        (("accept", TRUE_ID, None), {"in_time", "right", "accepted", "correct"}),
        (("accept", None, TRUE_CODE), {"in_time", "right", "accepted", "correct"}),
        (("accept", TRUE_ID, "ABC235"), {"accepted", "misread"}),
        (("accept", "000000000025", TRUE_CODE), {"accepted", "misread"}),
        (("accept", TRUE_ID + " ", None), {"accepted", "misread"}),
        (("accept", None, None), {"no_read"}),
        (("accept", "", ""), {"no_read"}),
        (("accept", "", TRUE_CODE), {"in_time", "right", "accepted", "correct"}),
        (("review", TRUE_ID, None), {"in_time", "right", "review"}),
        (("review", None, "ABC235"), {"review"}),
        (("review", None, None), {"review"}),
        (("no_read", None, TRUE_CODE), {"in_time", "right", "no_read"}),
        (("no_read", None, None), {"no_read"}),
    ],
)
def test_outcome_of_an_answer(reading, expected) -> None:
    assert first_pass(both("A", *reading)) == expected


def test_no_answer_is_a_no_read_and_counted() -> None:
    log = EventRows()
    passage(log, "A")
    items = score([parcel("A")], [answer("A", "accept", TRUE_ID, None, degraded=False)], log)
    np.testing.assert_array_equal(items.columns["no_read"], [[0, 1, 0, 1]])
    np.testing.assert_array_equal(items.columns["right"], [[1, 0, 1, 0]])
    assert items.unanswered == 1


def test_an_answer_drawn_from_others_is_no_answer_of_the_model() -> None:
    assert first_pass(both("A", "accept", TRUE_ID, None, source="donor")) == {"no_read"}


@pytest.mark.parametrize("decision", ["accept", "review", "no_read"])
def test_late_for_the_diverter_is_wrong_whatever_was_decided(decision: str) -> None:
    reading = both("A", decision, TRUE_ID, None)
    assert "in_time" in first_pass(reading, delay_s=PASSAGE_S)
    late = first_pass(reading, delay_s=PASSAGE_S + 0.01)
    assert "right" in late
    assert "in_time" not in late


def test_a_missed_deadline_in_the_log_is_late_in_its_cell_only() -> None:
    log = EventRows()
    passage(log, "A")
    log.add("loaded", DeadlineMissed(30.0, "A", 0, 1, 0.5, "reader"))
    items = score([parcel("A")], both("A", "accept", TRUE_ID, None), log)
    np.testing.assert_array_equal(items.columns["in_time"], [[1, 1, 0, 1]])
    np.testing.assert_array_equal(items.columns["missed_deadline"], [[0, 0, 1, 0]])


def test_waiting_for_the_desk_or_on_a_later_lap_is_not_the_readers_lateness() -> None:
    log = EventRows()
    passage(log, "A")
    log.add("lab", DeadlineMissed(30.0, "A", 0, 1, 0.5, "review_desk"))
    log.add("production", DeadlineMissed(90.0, "A", 0, 2, 0.5, "reader"))
    items = score([parcel("A")], both("A", "accept", TRUE_ID, None), log)
    np.testing.assert_array_equal(items.columns["in_time"], [[1, 1, 1, 1]])
    np.testing.assert_array_equal(items.columns["missed_deadline"], [[1, 0, 0, 1]])


def test_an_answer_that_never_reached_the_lane_is_wrong() -> None:
    log = EventRows()
    passage(log, "A")
    log.rows[ParcelRead] = [row for row in log.rows[ParcelRead] if row[-1] != "production"]
    items = score([parcel("A")], both("A", "accept", TRUE_ID, None), log)
    np.testing.assert_array_equal(items.columns["in_time"], [[1, 1, 1, 0]])


FIRST_PASS = ("in_time", "right", "accepted", "correct", "misread", "review", "no_read")


@pytest.mark.parametrize(
    "reading", [("accept", TRUE_ID, None), ("accept", "1", None), ("review", TRUE_ID, None)]
)
def test_what_no_belt_can_carry_is_read_nowhere(reading) -> None:
    log = EventRows()
    for cell in cells.CELLS:
        log.add(cell, ParcelArrived(10.0, "A", 0))
        log.add(cell, ParcelRefused(12.0, "A", 0, 1.5, "non_conveyable"))
    items = score([parcel("A")], both("A", *reading), log)
    for name in FIRST_PASS:
        np.testing.assert_array_equal(items.columns[name], [[name == "no_read"] * 4], name)
    np.testing.assert_array_equal(items.columns["exception"], [[1] * 4])
    assert items.unanswered == 0


@pytest.mark.parametrize("event", [ParcelRead, ParcelCaptured])
@pytest.mark.parametrize(
    ("reading", "seen"),
    [
        (("accept", TRUE_ID, None), {"in_time", "right", "accepted", "correct"}),
        (("accept", "1", None), {"accepted", "misread"}),
        (("review", TRUE_ID, None), {"in_time", "right", "review"}),
    ],
)
def test_a_parcel_kept_from_the_camera_is_not_read_in_that_cell_only(event, reading, seen) -> None:
    log = EventRows()
    passage(log, "A")
    log.rows[event] = [row for row in log.rows[event] if row[-1] != "loaded"]
    # On a later lap it is seen and read, which is no first pass.
    log.add("loaded", ParcelCaptured(60.0, "A", 0, 2))
    log.add("loaded", ParcelRead(60.5, "A", 0, 2, "accept", None, None, 0.9, "found", "model"))
    items = score([parcel("A")], both("A", *reading), log)
    for name in FIRST_PASS:
        row = [name in seen, name in seen, name == "no_read", name in seen]
        np.testing.assert_array_equal(items.columns[name], [row], name)
    np.testing.assert_array_equal(items.columns["right_chute"], [[1] * 4])


def test_final_outcomes_and_times() -> None:
    log = EventRows()
    passage(log, "A", ("lab", "degraded"))
    passage(log, "A", ("loaded",), chute=CHUTE + 1)
    passage(log, "A", ("production",), excepted=True)
    log.add("production", ParcelRecirculated(25.0, "A", 0, 1, "no_read"))
    log.add("production", ParcelRecirculated(26.0, "A", 0, 2, "no_read"))
    log.add("loaded", ReviewRequested(19.0, "A", 0, 1))
    log.add("production", ReviewRequested(20.0, "A", 0, 1))
    log.add("production", ReviewRequested(27.0, "A", 0, 2))
    log.add("production", ReviewStarted(20.0, "A", 0, 1, 0, 4.0))
    log.add("production", ReviewStarted(28.0, "A", 0, 2, 1, 2.0))
    items = score([parcel("A")], both("A", "accept", TRUE_ID, None), log)
    expected = {
        "right_chute": [1, 1, 0, 0],
        "misroute": [0, 0, 1, 0],
        "exception": [0, 0, 0, 1],
        "recirculated": [0, 0, 0, 1],
        "to_desk": [0, 0, 1, 1],
        "induction_wait_s": [1.5] * 4,
        "in_system_s": [20.0] * 4,
        "review_wait_s": [0, 0, 0, 6.0],
        "reviews": [0, 0, 0, 2],
    }
    for name, row in expected.items():
        np.testing.assert_array_equal(items.columns[name], [row], name)


def test_surge_and_unsampled_parcels_are_left_out_and_groups_found() -> None:
    log = EventRows()
    for name in "ABCD":
        passage(log, name)
    passage(log, "S", ("loaded", "production"))
    readings = [
        *both("A", "accept", TRUE_ID, None),
        answer("B", "accept", TRUE_ID, None, degraded=False),
        answer("B", "accept", TRUE_ID, None, degraded=True, readable=False),
        *both("C", "accept", TRUE_ID, None),
        *both("D", "accept", TRUE_ID, None, source="donor"),
        *both("S", "accept", TRUE_ID, None),
    ]
    parcels = [
        parcel("C", lane=1),
        parcel("A"),
        parcel("B"),
        parcel("D", sampled=False),
        parcel("S", population="surge"),
    ]
    conditions = [
        ("A", 1, "torn", 2, "item"),
        ("B", 1, "torn", 5, "item"),
        ("B", 1, "glare", 1, "pass"),
        ("C", 2, "glare", 1, "pass"),  # not on the first pass
        ("S", 1, "torn", 2, "item"),
    ]
    items = score(parcels, readings, log, conditions)
    assert items.size == 3  # A, B, C in the order of their ids
    assert {name: rows.tolist() for name, rows in items.groups.items()} == {
        "readable=yes": [0, 2],
        "kind=glare": [1],
        "kind=glare,severity=1": [1],
        "kind=torn": [0, 1],
        "kind=torn,alone=yes": [0],
        "kind=torn,severity=2,alone=yes": [0],
        "kind=torn,severity=2": [0],
        "kind=torn,severity=5": [1],
        "lane=0": [0, 1],
        "lane=1": [2],
    }
    # No shipper is named by the truth; everything is kraft and arrives in the first hour.
    explored = {name: rows.tolist() for name, rows in items.explored.items()}
    assert explored == {
        "hour=0": [0, 1, 2],
        "material=kraft": [0, 1, 2],
        "pair=glare+torn": [1],
    }


def test_alone_is_hit_by_one_kind_on_the_first_pass_and_by_nothing_else() -> None:
    log = EventRows()
    names = "ABCDEF"
    for name in names:
        passage(log, name)
    conditions = [
        ("A", 1, "glare", 3, "pass"),  # the only one to glare alone at 3
        ("B", 1, "glare", 3, "pass"),
        ("B", 1, "torn", 1, "item"),
        ("C", 1, "torn", 1, "item"),
        ("C", 2, "torn", 1, "item"),
        ("C", 2, "glare", 3, "pass"),  # a later lap takes nothing from being alone on the first
        ("D", 1, "glare", 5, "pass"),
        ("D", 1, "taped", 2, "item"),
        ("D", 1, "torn", 1, "item"),
        ("E", 1, "torn", 4, "item"),
        ("X", 1, "torn", 4, "item"),  # no parcel of the base
    ]
    readings = [row for name in names for row in both(name, "accept", TRUE_ID, None)]
    items = score([parcel(name) for name in names], readings, log, conditions)
    found = {name: rows.tolist() for name, rows in items.groups.items() if "kind" in name}
    assert found == {
        "kind=glare": [0, 1, 3],
        "kind=glare,severity=3": [0, 1],
        "kind=glare,severity=5": [3],
        "kind=taped": [3],
        "kind=taped,severity=2": [3],
        "kind=torn": [1, 2, 3, 4],
        "kind=torn,severity=1": [1, 2, 3],
        "kind=torn,severity=4": [4],
        "kind=glare,alone=yes": [0],
        "kind=glare,severity=3,alone=yes": [0],
        "kind=torn,alone=yes": [2, 4],
        "kind=torn,severity=1,alone=yes": [2],
        "kind=torn,severity=4,alone=yes": [4],
    }


def test_hostile_texts_are_data() -> None:
    hostile = "x'); DROP TABLE readings; --"
    assert first_pass(both("A", "accept", hostile, None)) == {"accepted", "misread"}


def consistent():
    log = EventRows()
    passage(log, "A")
    return [parcel("A")], both("A", "accept", TRUE_ID, None), log


def test_contradictions_are_refused() -> None:
    parcels, readings, log = consistent()
    with pytest.raises(InconsistentRunError, match="lists a parcel twice"):
        score(parcels * 2, readings, log)
    with pytest.raises(InconsistentRunError, match="two answers"):
        score(parcels, readings + readings[:1], log)
    with pytest.raises(InconsistentRunError, match="'maybe'"):
        score(parcels, both("A", "maybe", TRUE_ID, None), log)


@pytest.mark.parametrize(("event", "verb"), [(ParcelArrived, "arrive"), (ParcelDiverted, "leave")])
@pytest.mark.parametrize("times", [0, 2])
def test_a_parcel_arrives_and_leaves_once_in_every_cell(event, verb: str, times: int) -> None:
    parcels, readings, log = consistent()
    log.rows[event] = [row for row in log.rows[event] if row[-1] != "lab"] + [
        row for row in log.rows[event] if row[-1] == "lab"
    ] * times
    with pytest.raises(InconsistentRunError, match=f"1 times .* {verb} exactly once"):
        score(parcels, readings, log)


def test_a_parcel_never_placed_on_the_belt() -> None:
    parcels, readings, log = consistent()
    log.rows[ParcelInducted] = log.rows[ParcelInducted][:-1]
    with pytest.raises(InconsistentRunError, match="induction_wait_s"):
        score(parcels, readings, log)


def test_a_time_that_is_no_number() -> None:
    parcels, readings, log = consistent()
    name, *rest = log.rows[ParcelDiverted][0][1:]
    log.rows[ParcelDiverted][0] = (float("nan"), name, *rest)
    with pytest.raises(InconsistentRunError, match="in_system_s"):
        score(parcels, readings, log)


def test_unknown_cell() -> None:
    parcels, readings, log = consistent()
    log.add("moon", ParcelArrived(1.0, "A", 0))
    with pytest.raises(InconsistentRunError, match="moon"):
        score(parcels, readings, log)


def test_cells_of_the_invented_run_are_those_of_the_experiment() -> None:
    assert tuple(name for name, _, _ in CELLS) == cells.CELLS


def test_groups_to_explore_by_shipper_material_and_hour_of_arrival_in_production() -> None:
    log = EventRows()
    for name in "AB":
        passage(log, name, cells=("lab", "degraded", "loaded"))
    passage(log, "A", cells=("production",))
    log.add("production", ParcelArrived(3700.0, "B", 0))
    log.add("production", ParcelInducted(3702.0, "B", 0, 1.5, 0.0))
    log.add("production", ParcelCaptured(3704.0, "B", 0, 1))
    log.add("production", ParcelExcepted(3730.0, "B", 0, 3, "max_laps"))
    readings = [*both("A", "accept", TRUE_ID, None), *both("B", "accept", TRUE_ID, None)]
    parcels = [(*parcel("A"), "S02"), (*parcel("B"), "S01")]
    items = score(parcels, readings, log, [])
    assert {name: rows.tolist() for name, rows in items.explored.items()} == {
        "shipper=S01": [1],
        "shipper=S02": [0],
        "hour=0": [0],
        "hour=1": [1],
        "material=kraft": [0, 1],
    }
