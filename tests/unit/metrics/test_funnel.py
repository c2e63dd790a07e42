from collections import Counter

import pyarrow as pa

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


def counted(scenario, seed=3):
    population, logs = play(scenario, seed)
    table = funnel(tables_of(population, logs))
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
            "known_first_pass": sum(left[name].lap == 1 for name in known),
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


def test_a_plain_centre_has_no_trailers_and_the_hand_brings_nothing() -> None:
    _, _, table, totals = counted(sorting())
    assert isinstance(table, pa.Table)
    for cell in CELLS:
        assert totals[cell, "loaded"] == totals[cell, "promised_trailer"] == 0
        assert totals[cell, "right_by_hand"] == totals[cell, "right_chute"] > 0
        assert totals[cell, "arrived"] >= totals[cell, "diverted"] >= totals[cell, "right_chute"]
