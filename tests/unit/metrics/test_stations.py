"""Stations by hand: half-hour windows, partial hours, queues that overlap."""

import numpy as np
import pytest

from metrics.database import Database
from metrics.errors import InconsistentRunError
from metrics.stations import station_sums
from metrics.tables import RunTables
from scenarios.events import ParcelArrived, ParcelDiverted, ParcelInducted, ReviewAnswered
from tests.synthetic_run import EventRows, make_scenario, make_tables

SORTING = make_scenario(lanes=2, duration_s=5400.0).sorting


def sums(log, parcels=()):
    tables = make_tables(log, parcels=parcels)
    tables = RunTables.from_tables({("a", 0): tables}).load("a", 0)
    database = Database()
    database.hold(tables, "here")
    found = station_sums(database, SORTING)
    return {(part.metric, part.group): part for part in found}


def value(part, cell: int = 0) -> float:
    return part.numerator[cell] / part.denominator[cell]


def test_throughput_counts_the_arrival_period_and_knows_the_last_hour_is_half_one() -> None:
    log = EventRows()
    for at_s, lane in ((0.0, 0), (3599.9, 0), (3600.0, 0), (5399.9, 0), (5400.0, 0), (100.0, 1)):
        log.add("lab", ParcelDiverted(at_s, "A", lane, 1, 0, "reader"))
    log.add("production", ParcelDiverted(5.0, "A", 1, 1, 0, "reader"))
    found = sums(log)
    name = "throughput.per_lane_h"
    assert value(found[name, "lane=0,hour=0"]) == 2.0
    assert value(found[name, "lane=0,hour=1"]) == 2 / 0.5
    assert value(found[name, "lane=0"]) == pytest.approx(4 / 1.5)
    assert value(found[name, "all"]) == pytest.approx(5 / 3.0)
    assert value(found[name, "all"], 3) == pytest.approx(1 / 3.0)
    np.testing.assert_array_equal(found[name, "all"].n, [5, 0, 0, 1])


def test_idle_lanes_and_hours_are_zero_not_absent() -> None:
    found = sums(EventRows())
    for group in ("all", "lane=1", "lane=1,hour=1"):
        assert value(found["throughput.per_lane_h", group]) == 0.0
    assert value(found["utilisation.induction", "all"]) == 0.0
    assert value(found["queue.induction_max", "all"]) == 0.0


def queue(log, cell, lane, *stays) -> None:
    for number, (arrived, inducted) in enumerate(stays):
        name = f"{lane}-{number}"
        log.add(cell, ParcelArrived(arrived, name, lane))
        log.add(cell, ParcelInducted(inducted, name, lane, 0.0, 0.0))


def test_induction_is_in_use_over_the_union_of_stays() -> None:
    log = EventRows()
    # [0, 10] and [5, 20] overlap, [5, 8] lies inside, [30, 40] apart, the last one is cut at 5400.
    queue(log, "lab", 0, (0.0, 10.0), (5.0, 20.0), (5.0, 8.0), (30.0, 40.0), (5390.0, 6000.0))
    found = sums(log)
    assert found["utilisation.induction", "lane=0"].numerator[0] == pytest.approx(40.0)
    assert value(found["utilisation.induction", "all"]) == pytest.approx(20.0 / 5400.0)


def test_longest_queue_per_lane_and_over_lanes() -> None:
    log = EventRows()
    queue(log, "lab", 0, (0.0, 10.0), (5.0, 20.0), (10.0, 30.0))  # the first leaves as one comes
    queue(log, "lab", 1, (0.0, 9.0), (1.0, 9.0), (2.0, 9.0), (9.0, 9.0))
    found = sums(log)
    assert value(found["queue.induction_max", "lane=0"]) == 2.0
    assert value(found["queue.induction_max", "lane=1"]) == 3.0
    assert value(found["queue.induction_max", "all"]) == 3.0


def test_desk_time_outside_the_arrival_period_is_cut() -> None:
    log = EventRows()
    log.add("lab", ReviewAnswered(100.0, "A", 0, 1, 0, 30.0, "X"))
    log.add("lab", ReviewAnswered(5410.0, "B", 0, 1, 1, 30.0, "X"))
    log.add("lab", ReviewAnswered(9000.0, "C", 0, 1, 1, 30.0, "X"))
    part = sums(log)["utilisation.review_desk", "all"]
    assert part.numerator[0] == pytest.approx(30.0 + 20.0)
    assert part.denominator[0] == 2 * 5400.0


def test_surge_is_counted_where_it_arrived() -> None:
    log = EventRows()
    for cell in ("loaded", "production"):
        log.add(cell, ParcelArrived(1.0, "S", 0))
        log.add(cell, ParcelArrived(1.0, "A", 0))
    rest = (0, "000000000017", "ABC234", 3, "on_time", "kraft", 1.0, 1.0, 1.0, 1.0, True)
    parcels = [(name, rest[0], kind, *rest[1:]) for name, kind in (("A", "base"), ("S", "surge"))]
    part = sums(log, parcels)["surge.parcels", "all"]
    np.testing.assert_array_equal(part.numerator, [0, 0, 1, 1])


@pytest.mark.parametrize(("at_s", "lane"), [(-1.0, 0), (1.0, 2), (1.0, -1)])
def test_events_off_the_map_are_refused(at_s: float, lane: int) -> None:
    log = EventRows()
    log.add("lab", ParcelDiverted(at_s, "A", lane, 1, 0, "reader"))
    with pytest.raises(InconsistentRunError, match="parcel_diverted"):
        sums(log)
