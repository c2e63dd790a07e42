"""People at the desk, by hand: presence, breaks, overtime, slips."""

import pytest

from metrics.database import Database
from metrics.desk import desk_sums
from metrics.station_sums import StationSums
from metrics.tables import RunTables
from scenarios.desk_model import Break, Shift
from scenarios.events import (
    BreakMissed,
    BreakTaken,
    OperatorCame,
    OperatorWent,
    ReviewAnswered,
)
from scenarios.model import Sorting
from tests.synthetic_run import EventRows, make_scenario, make_tables

PRODUCTION = 3
ALWAYS_THERE = make_scenario(lanes=1, duration_s=3600.0).sorting
SHIFT = Shift(
    start_s=0.0,
    end_s=3000.0,
    operators=2,
    breaks=(Break(start_s=1000.0, duration_s=600.0),),
)


def sums(log: EventRows, sorting: Sorting) -> dict[str, StationSums]:
    row = ("base", "id", "ABCDEF", 1, "on_time", "kraft", 300.0, 200.0, 100.0, 900.0, True)
    parcels = [(name, 0, *row) for name in "ABC"]
    run = {("a", 0): make_tables(log, parcels=parcels)}
    database = Database()
    database.hold(RunTables.from_tables(run).load("a", 0), "here")
    return {part.metric: part for part in desk_sums(database, sorting)}


def ratio(part: StationSums) -> float:
    return float(part.numerator[PRODUCTION] / part.denominator[PRODUCTION])


def test_pace_and_slips() -> None:
    log = EventRows()
    for name, code, service_s in (("A", "ABCDEF", 4.0), ("B", "ABCDEX", 8.0), ("C", None, 6.0)):
        log.add("production", ReviewAnswered(50.0, name, 0, 1, 0, service_s, code))
    found = sums(log, ALWAYS_THERE)
    assert ratio(found["desk.pace_per_h"]) == pytest.approx(3 / (18.0 / 3600.0))
    # the image nobody could read is no slip and no code
    assert ratio(found["desk.error_rate"]) == 0.5
    assert found["desk.error_rate"].n[PRODUCTION] == 2
    assert "desk.overtime_s" not in found


def test_people_of_a_shift_are_available_while_they_are_there() -> None:
    desk = ALWAYS_THERE.review_desk.model_copy(update={"operators": 0, "shifts": (SHIFT,)})
    sorting = ALWAYS_THERE.model_copy(update={"review_desk": desk})
    log = EventRows()
    for operator, went_s in ((0, 3000.0), (1, 3900.0)):
        log.add("production", OperatorCame(0.0, operator, 0))
        log.add("production", OperatorWent(went_s, operator, 0, went_s - 3000.0))
    log.add("production", BreakTaken(1030.0, 0, 30.0, 600.0))
    log.add("production", BreakMissed(2900.0, 1, 1000.0))
    log.add("production", ReviewAnswered(3700.0, "A", 0, 1, 1, 400.0, "ABCDEF"))
    found = sums(log, sorting)
    use = found["utilisation.review_desk"]
    # keying and presence are cut at the end of the arrivals, 3,600 s
    assert use.numerator[PRODUCTION] == pytest.approx(300.0)
    assert use.denominator[PRODUCTION] == pytest.approx(3000.0 - 600.0 + 3600.0)
    assert ratio(found["desk.overtime_s"]) == 900.0
    assert ratio(found["desk.breaks_missed"]) == 0.5
    assert ratio(found["desk.break_delay_s"]) == 30.0
