"""Figures of the floor against a slow count, parcel by parcel, straight from the logs."""

import numpy as np
import pytest

from metrics.catalogue import CATALOGUE
from metrics.database import Database
from metrics.floor import fates, floor_sums
from metrics.floor_catalogue import FLOOR_METRICS
from metrics.station_sums import StationSums
from scenarios.events import (
    ParcelArrived,
    ParcelDiverted,
    ParcelExcepted,
    ParcelRead,
    ParcelRecirculated,
    ReviewAnswered,
)
from scenarios.floor_events import (
    BeltStopped,
    ChuteEmptied,
    ExceptionHandled,
    ParcelDoubled,
    ParcelLoaded,
    ParcelRefused,
    ParcelSlipped,
)
from sim.event_log import EventLog
from sim.sorting.parcel import Parcel
from sim.sorting.population import Population
from tests.floor_world import CELLS, everything, hold, play
from tests.sorting_world import sorting
from tests.synthetic_run import EventRows, make_tables

MACHINE = ("double", "chute_full", "diverter_down", "lost_track")
CAUSES = ("non_conveyable", "exception", "misroute", "misload", "late")


@pytest.fixture(scope="module")
def world() -> tuple[Population, dict[str, EventLog], dict[tuple[str, str], StationSums]]:
    scenario = everything()
    population, logs = play(scenario)
    database = hold(population, logs)
    return population, logs, {(s.metric, s.group): s for s in floor_sums(database, scenario)}


def row_of(log: EventLog, event: type, parcel: Parcel):
    rows = [row for row in log.rows(event) if row.parcel_id == parcel.parcel_id]
    assert len(rows) <= 1
    return rows[0] if rows else None


def known(log: EventLog, parcel: Parcel) -> bool:
    """Whether its own chute was named at least once, or no other was."""
    named = [
        row.tracking_id == parcel.tracking_id
        if row.lookup == "found"
        else row.sort_code == parcel.sort_code
        for row in log.rows(ParcelRead)
        if row.parcel_id == parcel.parcel_id and row.lookup in ("found", "code")
    ]
    named += [
        row.sort_code == parcel.sort_code
        for row in log.rows(ReviewAnswered)
        if row.parcel_id == parcel.parcel_id and row.sort_code is not None
    ]
    return any(named) or not named


def fate(log: EventLog, parcel: Parcel) -> dict[str, float]:
    """What became of one parcel, told apart by hand."""
    refused = row_of(log, ParcelRefused, parcel)
    excepted = row_of(log, ParcelExcepted, parcel)
    diverted = row_of(log, ParcelDiverted, parcel)
    handled = row_of(log, ExceptionHandled, parcel)
    loaded = row_of(log, ParcelLoaded, parcel)
    laps = [row for row in log.rows(ParcelRecirculated) if row.parcel_id == parcel.parcel_id]
    found = dict.fromkeys((f"trailer.missed_{cause}" for cause in CAUSES), 0.0)
    found["floor.non_conveyable"] = float(refused is not None)
    dragged = row_of(log, ParcelDoubled, parcel)
    found["floor.unseen"] = float(refused is not None or dragged is not None)
    read = [row for row in log.rows(ParcelRead) if row.parcel_id == parcel.parcel_id]
    assert bool(read) == (not found["floor.unseen"])
    mechanical = refused is not None or (
        excepted is not None
        and (excepted.reason == "double" or (excepted.reason in MACHINE and known(log, parcel)))
    )
    if diverted is not None and diverted.chute != parcel.chute:
        slipped = [
            row
            for row in log.rows(ParcelSlipped)
            if row.parcel_id == parcel.parcel_id
            and row.lap == diverted.lap
            and row.chute == parcel.chute + 1
        ]
        mechanical = bool(slipped) or dragged is not None
    found["floor.mechanical"] = float(mechanical)
    last = handled or diverted
    found["floor.right_in_the_end"] = float(last.chute == parcel.chute)
    wrong_chute = loaded.chute != parcel.chute
    late = loaded.cut_off_s > loaded.promised_s
    # Chutes 0 to 3 are of one route, 4 to 7 of the other.
    if loaded.route != parcel.chute // 4 or late:
        if refused is not None:
            cause = "non_conveyable"
        elif excepted is not None:
            cause = "exception"
        elif wrong_chute:
            cause = "misroute"
        else:
            cause = "misload" if loaded.misloaded else "late"
        found[f"trailer.missed_{cause}"] = 1.0
    found["trailer.missed"] = sum(found[f"trailer.missed_{cause}"] for cause in CAUSES)
    found["laps.extra"] = len(laps)
    found["laps.chute_full"] = sum(row.reason == "chute_full" for row in laps)
    found["laps.machine"] = sum(row.reason in ("diverter_down", "lost_track") for row in laps)
    return found


def test_what_became_of_every_parcel_is_counted_as_by_hand(world) -> None:
    population, logs, sums = world
    base = [parcel for parcel in population.parcels if not parcel.surge]
    for column, cell in enumerate(CELLS):
        fates = [(parcel, fate(logs[cell], parcel)) for parcel in base]
        for group, chosen in (
            ("all", fates),
            ("lane=1", [(parcel, found) for parcel, found in fates if parcel.lane == 1]),
        ):
            for metric in chosen[0][1]:
                counted = sums[metric, group]
                assert counted.numerator[column] == sum(found[metric] for _, found in chosen)
                assert counted.denominator[column] == len(chosen)


def test_the_fixture_shows_every_cause(world) -> None:
    _, logs, sums = world
    for spec in FLOOR_METRICS:
        assert sums[spec.name, "all"].numerator[3] > 0.0, spec.name
    assert (
        sums["floor.mechanical", "all"].numerator[3]
        > (sums["floor.mechanical", "all"].numerator[0])
    )
    assert not logs["lab"].rows(BeltStopped)
    # What no belt can carry is kept from the camera everywhere, what rides along under load only.
    unseen, refused = sums["floor.unseen", "all"], sums["floor.non_conveyable", "all"]
    assert np.array_equal(unseen.numerator > refused.numerator, [False, False, True, True])


def test_the_causes_add_up_to_the_missed_trailers(world) -> None:
    _, _, sums = world
    total = sum(sums[f"trailer.missed_{cause}", "all"].numerator for cause in CAUSES)
    assert np.array_equal(total, sums["trailer.missed", "all"].numerator)


def test_a_wrong_chute_of_the_same_route_fills_the_promised_trailer(world) -> None:
    population, logs, sums = world
    base = {parcel.parcel_id: parcel for parcel in population.parcels if not parcel.surge}
    saved = [
        row
        for row in logs["production"].rows(ParcelLoaded)
        if row.parcel_id in base
        and row.chute != base[row.parcel_id].chute
        and row.route == base[row.parcel_id].chute // 4
        and row.cut_off_s <= row.promised_s
    ]
    assert saved
    on_time = (
        sums["trailer.missed", "all"].denominator[3] - sums["trailer.missed", "all"].numerator[3]
    )
    right = sum(
        row.chute == base[row.parcel_id].chute
        and not row.misloaded
        and row.cut_off_s <= row.promised_s
        for row in logs["production"].rows(ParcelLoaded)
        if row.parcel_id in base
    )
    assert on_time == right + len(saved)


def test_times_of_machine_and_people(world) -> None:
    _, logs, sums = world
    end_s = 900.0

    def within(start_s: float, until_s: float) -> float:
        return max(0.0, min(until_s, end_s) - start_s)

    for column, cell in enumerate(CELLS):
        log = logs[cell]
        stood = sum(within(row.at_s, row.until_s) for row in log.rows(BeltStopped))
        assert sums["belt.stopped_share", "all"].numerator[column] == pytest.approx(stood)
        swaps = log.rows(ChuteEmptied)
        worked = sum(within(row.at_s - row.service_s, row.at_s) for row in swaps)
        assert sums["utilisation.attendants", "all"].numerator[column] == pytest.approx(worked)
        waited = sums["wait.attendant_mean_s", "all"]
        assert waited.numerator[column] == pytest.approx(sum(row.wait_s for row in swaps))
        assert waited.denominator[column] == len(swaps)
        # With the call at the full chute, it is shut from the call until it is emptied.
        shut = sum(within(row.at_s - row.service_s - row.wait_s, row.at_s) for row in swaps)
        assert sums["chute.full_share", "all"].numerator[column] == pytest.approx(shut)
        handled = log.rows(ExceptionHandled)
        worked = sum(within(row.at_s - row.service_s, row.at_s) for row in handled)
        desk = sums["utilisation.exception_desk", "all"]
        assert desk.numerator[column] == pytest.approx(worked)
        assert desk.denominator[column] == 2 * end_s
        assert sums["exception.error_rate", "all"].denominator[column] == len(handled)


def test_a_plain_centre_has_none_of_them() -> None:
    scenario = sorting()
    population, logs = play(scenario)
    assert not list(floor_sums(hold(population, logs), scenario))


def test_every_metric_is_in_the_catalogue_and_every_sum_has_one(world) -> None:
    _, _, sums = world
    assert {spec.name for spec in FLOOR_METRICS} <= set(CATALOGUE)
    assert {metric for metric, _ in sums} == {spec.name for spec in FLOOR_METRICS}


def test_a_misread_parcel_that_the_machine_fails_too_is_not_on_the_mechanical_floor() -> None:
    scenario = everything()
    log = EventRows()
    for name, code, chute in (
        ("right, full", "RIGHT2", None),
        ("misread, full", "WRONG2", None),
        ("right, slipped", "RIGHT2", 3),
        ("misread, slipped", "WRONG2", 6),
    ):
        log.add("lab", ParcelArrived(0.0, name, 0))
        read = ParcelRead(5.0, name, 0, 1, "accept", None, code, 0.9, "code", "model")
        log.add("lab", read)
        if chute is None:
            log.add("lab", ParcelExcepted(90.0, name, 0, 3, "chute_full"))
        else:
            log.add("lab", ParcelSlipped(9.0, name, 0, 1, chute))
            log.add("lab", ParcelDiverted(9.0, name, 0, 1, chute, "reader"))
    names = [row[1] for row in log.rows[ParcelArrived]]
    parcels = [(name, 0, "base", "0", "RIGHT2", 2) for name in names]
    database = Database()
    database.hold(make_tables(log, parcels=parcels), "test")
    fates(database, scenario.line_haul)
    found = database.fetch("SELECT parcel_id FROM fates WHERE cell = 'lab' AND mechanical")
    assert set(found["parcel_id"]) == {"right, full", "right, slipped"}
