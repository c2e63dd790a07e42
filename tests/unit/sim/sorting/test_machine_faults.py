"""One parcel at a time through a lane that fails it, on hand-computed times."""

from typing import Any

import numpy as np
import pytest

from scenarios.events import (
    ParcelCaptured,
    ParcelDiverted,
    ParcelExcepted,
    ParcelInducted,
    ParcelRead,
    ParcelRecirculated,
    ReviewAnswered,
)
from scenarios.floor_events import BeltStopped, ParcelDoubled, ParcelSlipped
from scenarios.model import DiverterFaults, Faults
from sim.event_log import EventLog
from sim.sorting.centre import run_cell
from sim.sorting.conveyor import Conveyor
from sim.sorting.machine_faults import MachineFaults
from sim.sorting.oracle import OracleReadings
from sim.sorting.parcel import Parcel
from sim.sorting.population import Population, draw_population
from sim.sorting.readings import LaneReading
from sim.streams import Streams
from tests.sorting_world import lane, sorting

STREAMS = Streams(4, 1)
BELT = Conveyor(lane())
MANIFEST = {"late_share": 0.0, "missing_share": 0.0}
SPARSE = {"rate_per_h": 2.0, "duration_s": 3600.0}


def run(latency_s: float = 0.2, **parts: Any) -> tuple[EventLog, Population]:
    scenario = sorting(**{"manifest": MANIFEST, "arrivals": SPARSE, **parts})
    population = draw_population(scenario, STREAMS)
    return run_cell(scenario, population, True, OracleReadings(latency_s), STREAMS), population


def test_the_share_of_time_a_diverter_is_down_is_mttr_over_mtbf_plus_mttr() -> None:
    law = Faults(diverters=DiverterFaults(mtbf_h=0.25, mttr_s=300.0))
    faults = MachineFaults(law, (), STREAMS)
    at_s = np.arange(0.0, 200 * 3600.0, 60.0)
    shares = [
        np.mean([faults.diverter_down(0, chute, at) for at in at_s.tolist()]) for chute in range(24)
    ]
    z = (np.mean(shares) - 300.0 / 1200.0) / (np.std(shares, ddof=1) / np.sqrt(len(shares)))
    assert abs(z) < 4.0
    assert np.std(shares) > 0.0


def test_whether_a_diverter_is_down_does_not_depend_on_who_asks_first() -> None:
    law = Faults(diverters=DiverterFaults(mtbf_h=0.1, mttr_s=300.0))
    at_s = [float(at) for at in np.random.default_rng(2).uniform(0.0, 36_000.0, size=200)]
    forward, backward = (MachineFaults(law, (), STREAMS) for _ in range(2))
    ahead = {at: forward.diverter_down(1, 3, at) for at in sorted(at_s)}
    assert ahead == {at: backward.diverter_down(1, 3, at) for at in sorted(at_s, reverse=True)}
    assert set(ahead.values()) == {True, False}


def test_a_parcel_that_always_slips_away_is_read_on_every_lap_and_ends_as_an_exception() -> None:
    log, population = run(faults={"tracking": {"lost_share": 1.0}})
    n = len(population.parcels)
    assert n >= 1
    assert {row.reason for row in log.rows(ParcelRecirculated)} == {"lost_track"}
    assert {row.reason for row in log.rows(ParcelExcepted)} == {"lost_track"}
    assert len(log.rows(ParcelRead)) == len(log.rows(ParcelSlipped)) == 3 * n
    assert not log.rows(ParcelDiverted)


class Unsure(OracleReadings):
    """Hands the first lap over to the desk, and reads the later ones at its leisure."""

    def reading(self, parcel: Parcel, lap: int) -> LaneReading:
        if lap == 1:
            return LaneReading("review", None, None, 0.1, 0.2, "model")
        return super().reading(parcel, lap)


@pytest.mark.parametrize(
    ("keyed_s", "read_s"),
    [
        (50.0, 0.2),  # read on the second lap and lost; the desk answers after that
        (35.5, 30.0),  # keyed on the second lap and lost; the reader answers after that
    ],
)
def test_what_is_said_of_a_parcel_lost_meanwhile_is_void(keyed_s: float, read_s: float) -> None:
    scenario = sorting(
        manifest=MANIFEST,
        arrivals=SPARSE,
        faults={"tracking": {"lost_share": 1.0}},
        desk={"images_per_h": 3600.0 / keyed_s, "service_cv": 0.0},
    )
    population = draw_population(scenario, STREAMS)
    log = run_cell(scenario, population, True, Unsure(read_s), STREAMS)
    lost = {(row.parcel_id, row.lap): row.at_s for row in log.rows(ParcelSlipped)}
    (first, *_) = (row for row in log.rows(ReviewAnswered) if row.lap == 1)
    assert lost[first.parcel_id, 2] < first.at_s + BELT.loop_s
    laps = [row.lap for row in log.rows(ParcelRead) if row.parcel_id == first.parcel_id]
    assert laps == [1, 2, 3]
    assert not log.rows(ParcelDiverted)


def test_a_parcel_that_lags_drops_into_the_next_chute() -> None:
    log, population = run(faults={"tracking": {"neighbour_share": 1.0}})
    chutes = {parcel.parcel_id: parcel.chute for parcel in population.parcels}
    inducted = {row.parcel_id: row.at_s for row in log.rows(ParcelInducted)}
    assert log.rows(ParcelDiverted)
    for row in log.rows(ParcelDiverted):
        assert row.chute == chutes[row.parcel_id] + 1
        camera_s = inducted[row.parcel_id] + BELT.camera_s
        assert row.at_s == pytest.approx(camera_s + BELT.passage_s[row.chute])


def test_a_full_chute_sends_the_parcel_round_until_its_laps_are_used_up() -> None:
    chutes = {"capacity": 1, "attendants": 1, "swap_s": 80_000.0, "swap_cv": 0.0}
    belt = {"chutes": 2}
    log, population = run(chutes=chutes, belt=belt, arrivals={"rate_per_h": 60.0})
    diverted, excepted = log.rows(ParcelDiverted), log.rows(ParcelExcepted)
    assert sorted(row.chute for row in diverted) == [0, 1]
    assert len(excepted) == len(population.parcels) - 2 > 5
    assert {row.reason for row in excepted} == {"chute_full"}
    assert {row.lap for row in excepted} == {3}
    assert len(log.rows(ParcelRead)) == len(population.parcels)  # where to is known: read once


def test_a_jam_gives_a_slow_answer_time_and_no_parcel_moves_meanwhile() -> None:
    plain, population = run()
    first = plain.rows(ParcelCaptured)[0]
    chute = next(p.chute for p in population.parcels if p.parcel_id == first.parcel_id)
    slow_s = BELT.passage_s[chute] + 10.0
    stop = {"start_s": first.at_s + 1.0, "end_s": first.at_s + 21.0}
    late, _ = run(slow_s)
    saved, _ = run(slow_s, faults={"outages": (stop,)})
    laps = [
        {row.parcel_id: (row.lap, row.at_s) for row in log.rows(ParcelDiverted)}[first.parcel_id]
        for log in (late, saved)
    ]
    assert laps[0][0] == 2
    assert laps[1] == (1, pytest.approx(first.at_s + BELT.passage_s[chute] + 20.0))
    (stopped,) = saved.rows(BeltStopped)
    assert (stopped.at_s, stopped.until_s, stopped.cause) == (*stop.values(), "outage")


@pytest.mark.parametrize("detected", [0.0, 1.0])
def test_of_two_fed_as_one_the_second_goes_where_the_first_goes(detected: float) -> None:
    doubles = {"share": 1.0, "detected_share": detected}
    log, population = run(
        faults={"doubles": doubles}, arrivals={"rate_per_h": 1700.0, "duration_s": 600.0}
    )
    pairs = {row.parcel_id: row.carrier_id for row in log.rows(ParcelDoubled)}
    assert len(pairs) > 20
    chutes = {parcel.parcel_id: parcel.chute for parcel in population.parcels}
    ways = {row.parcel_id: row for row in (*log.rows(ParcelDiverted), *log.rows(ParcelExcepted))}
    for rider, carrier in pairs.items():
        assert ways[rider].at_s == ways[carrier].at_s
        if detected:
            assert ways[rider].reason == ways[carrier].reason == "double"
        else:
            assert ways[rider].chute == ways[carrier].chute == chutes[carrier]
            assert ways[rider].decided_by == "double"
    assert not {row.parcel_id for row in log.rows(ParcelRead)} & set(pairs)


def test_more_of_a_fault_never_hurts_fewer_parcels() -> None:
    """Shares scale the same draws, so every parcel hit at a low share is hit at a high one."""

    def hit(share: float) -> set[str]:
        log, _ = run(
            faults={"tracking": {"lost_share": share}},
            arrivals={"rate_per_h": 300.0},
            belt={"max_laps": 1},
        )
        return {row.parcel_id for row in log.rows(ParcelExcepted)}

    found = [hit(share) for share in (0.0, 0.1, 0.3, 0.9)]
    assert not found[0]
    assert found[0] < found[1] < found[2] < found[3]


def test_a_stop_is_logged_while_the_last_parcel_rides_however_certain_its_way() -> None:
    calm, _ = run(faults={})
    placed_s = max(row.at_s for row in calm.rows(ParcelInducted))
    left_s = max(row.at_s for row in calm.rows(ParcelDiverted))
    assert left_s > placed_s + 4.0
    stop = {"start_s": placed_s + 1.0, "end_s": placed_s + 61.0}
    after = {"start_s": left_s + 70.0, "end_s": left_s + 80.0}
    log, _ = run(faults={"outages": (stop, after)})
    assert max(row.at_s for row in log.rows(ParcelDiverted)) == pytest.approx(left_s + 60.0)
    (stopped,) = log.rows(BeltStopped)
    assert (stopped.at_s, stopped.until_s) == (stop["start_s"], stop["end_s"])
