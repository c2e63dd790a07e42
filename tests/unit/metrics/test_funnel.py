from collections import Counter

import pyarrow as pa

from metrics.database import Database
from metrics.floor import fates
from metrics.funnel import FUNNEL, STAGES, funnel
from scenarios.events import (
    ParcelArrived,
    ParcelDiverted,
    ParcelExcepted,
    ParcelInducted,
    ParcelRead,
    ReviewAnswered,
)
from scenarios.floor_events import ExceptionHandled, ParcelLoaded
from tests.floor_world import CELLS, everything, play, tables_of
from tests.sorting_world import sorting
from tests.synthetic_run import EventRows, make_tables


def counted(scenario, seed=3):
    population, logs = play(scenario, seed)
    table = funnel(tables_of(population, logs), scenario.line_haul)
    assert table.schema == FUNNEL
    totals = Counter()
    for row in table.to_pylist():
        totals[row["cell"], row["stage"]] += row["parcels"]
    return population, logs, table, totals


def test_every_stage_is_counted_as_by_hand() -> None:
    population, logs, _, totals = counted(everything())
    base = {parcel.parcel_id: parcel for parcel in population.parcels if not parcel.surge}
    for cell in CELLS:
        log = logs[cell]

        def rows(event, log=log):
            return {row.parcel_id: row for row in log.rows(event) if row.parcel_id in base}

        diverted, handled = rows(ParcelDiverted), rows(ExceptionHandled)
        left = diverted | rows(ParcelExcepted)
        answers = [
            row for row in log.rows(ParcelRead) if row.lookup in ("found", "code", "unknown_id")
        ]
        answers += [row for row in log.rows(ReviewAnswered) if row.sort_code is not None]
        known = {
            row.parcel_id
            for row in answers
            if row.parcel_id in left and row.at_s <= left[row.parcel_id].at_s
        }
        ends = {name: row.chute for name, row in (diverted | handled).items()}
        expected = {
            "arrived": len(rows(ParcelArrived)),
            "inducted": len(rows(ParcelInducted)),
            "known": len(known),
            "known_first_pass": len(
                {
                    row.parcel_id
                    for row in answers
                    if row.lap == 1
                    and row.parcel_id in left
                    and row.at_s <= left[row.parcel_id].at_s
                }
            ),
            "diverted": len(diverted),
            "diverted_first_pass": sum(row.lap == 1 for row in diverted.values()),
            "right_chute": sum(row.chute == base[name].chute for name, row in diverted.items()),
            "right_by_hand": sum(chute == base[name].chute for name, chute in ends.items()),
            "loaded": len(rows(ParcelLoaded)),
            "promised_trailer": sum(
                # Chutes 0 to 3 are of one route, 4 to 7 of the other.
                row.route == base[name].chute // 4 and row.cut_off_s <= row.promised_s
                for name, row in rows(ParcelLoaded).items()
            ),
        }
        assert {stage: totals[cell, stage] for stage in STAGES} == expected
        assert expected["arrived"] == len(base)


def test_known_on_the_first_pass_is_told_by_the_answer_and_not_by_the_lap_of_leaving() -> None:
    log = EventRows()

    def read(name: str, lap: int, at_s: float, lookup: str) -> None:
        row = ParcelRead(at_s, name, 0, lap, "accept", None, None, 0.9, lookup, "model")
        log.add("lab", row)

    for name in ("at once", "full chute", "second look", "desk", "never", "too late"):
        log.add("lab", ParcelArrived(0.0, name, 0))
    read("at once", 1, 5.0, "found")
    log.add("lab", ParcelDiverted(9.0, "at once", 0, 1, 2, "reader"))
    # Known on lap 1 and out on lap 3: the chute was full twice.
    read("full chute", 1, 5.0, "found")
    log.add("lab", ParcelDiverted(90.0, "full chute", 0, 3, 2, "reader"))
    read("second look", 1, 5.0, "no_read")
    read("second look", 2, 35.0, "code")
    log.add("lab", ParcelDiverted(39.0, "second look", 0, 2, 2, "reader"))
    # The picture of lap 1, keyed while the parcel is on lap 2.
    read("desk", 1, 5.0, "review")
    log.add("lab", ReviewAnswered(33.0, "desk", 0, 1, 0, 4.0, "ABC234"))
    log.add("lab", ParcelDiverted(39.0, "desk", 0, 2, 2, "operator"))
    read("never", 1, 5.0, "no_read")
    log.add("lab", ReviewAnswered(20.0, "never", 0, 1, 0, 4.0, None))
    log.add("lab", ParcelExcepted(99.0, "never", 0, 3, "max_laps"))
    read("too late", 1, 99.5, "found")
    log.add("lab", ParcelExcepted(99.0, "too late", 0, 3, "max_laps"))
    names = [row[1] for row in log.rows[ParcelArrived]]
    parcels = [(name, 0, "base", "0", "ABC234", 2) for name in names]
    rows = funnel(make_tables(log, parcels=parcels), None).to_pylist()
    found = {row["stage"]: row["parcels"] for row in rows if row["cell"] == "lab"}
    assert found["arrived"] == 6
    assert found["known"] == 4
    assert found["known_first_pass"] == 3  # at once, full chute, desk
    assert found["diverted_first_pass"] == 1


def test_a_chute_that_nothing_came_to_has_the_route_of_the_plan() -> None:
    scenario = everything()
    log = EventRows()
    for name, chute in (("neighbour", 1), ("other way", 5)):
        log.add("lab", ParcelArrived(0.0, name, 0))
        log.add("lab", ParcelDiverted(9.0, name, 0, 1, chute, "reader"))
        log.add("lab", ParcelLoaded(20.0, name, 0, chute, chute // 4, 400.0, 400.0, False))
    parcels = [(name, 0, "base", "0", "ABC234", 0) for name in ("neighbour", "other way")]
    tables = make_tables(log, parcels=parcels)
    rows = funnel(tables, scenario.line_haul).to_pylist()
    found = {row["stage"]: row["parcels"] for row in rows if row["cell"] == "lab"}
    # Nothing was loaded from chute 0; chute 1 fills the same trailers.
    assert (found["loaded"], found["promised_trailer"]) == (2, 1)
    database = Database()
    database.hold(tables, "test")
    fates(database, scenario.line_haul)
    missed = database.fetch("SELECT parcel_id FROM fates WHERE cell = 'lab' AND missed")
    assert missed["parcel_id"].tolist() == ["other way"]


def test_a_plain_centre_has_no_trailers_and_the_hand_brings_nothing() -> None:
    _, _, table, totals = counted(sorting())
    assert isinstance(table, pa.Table)
    for cell in CELLS:
        assert totals[cell, "loaded"] == totals[cell, "promised_trailer"] == 0
        assert totals[cell, "right_by_hand"] == totals[cell, "right_chute"] > 0
        assert totals[cell, "arrived"] >= totals[cell, "diverted"] >= totals[cell, "right_chute"]
