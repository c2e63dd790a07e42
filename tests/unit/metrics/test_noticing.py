"""Time to detect: limits see only what was before, what moves is seen, and rarely what does not."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.database import Database
from metrics.lasting_faults import LastingFault, lasting_faults, may_last
from metrics.noticing import (
    EARLIER_NIGHTS,
    LEAST_POINTS,
    LIMIT,
    NOTHING,
    SAME_NIGHT,
    Night,
    control_limit,
    limit_for,
    noticed,
    read_night,
    run_length,
    watch,
)
from metrics.records import Metrics
from metrics.tables import RunTables
from metrics.watched_lane import watched_lane
from scenarios.model import DegradationShare
from tests.floor_world import everything, play, tables_of
from tests.sorting_world import sorting

REASON = "invented for a test"
N = 80
AT_S = 60.0 * np.arange(1, N + 1)
OUTAGE = LastingFault("camera_outage", 0, 2400.0, 3600.0)


def signals(seed: int, shift: float = 0.0, onset_s: float = 2400.0) -> np.ndarray:
    """A point a minute; from the onset on the share not read is higher by `shift`."""
    rng = np.random.default_rng([17, seed])
    unread = rng.binomial(25, 0.06, N) / 25.0
    after = onset_s <= AT_S
    unread = np.where(after, np.minimum(unread + shift, 1.0), unread)
    return np.stack([0.1 + 0.02 * rng.standard_normal(N), unread, rng.poisson(2.0, N)], axis=1)


def night(seed: int, shift: float = 0.0, fault: LastingFault = OUTAGE) -> Night:
    points = {
        ("lab", 0): (AT_S, signals(3 * seed)),
        ("loaded", 0): (AT_S, signals(3 * seed + 1)),
        ("production", 0): (AT_S, signals(3 * seed + 2, shift, fault.onset_s)),
    }
    minutes = np.repeat(AT_S, 2)
    answers = {
        "lane": np.zeros(2 * N, dtype=np.int64),
        "at_s": minutes,
        "wrong": np.arange(2 * N) % 2 == 0,
        "unread": np.arange(2 * N) % 2 == 1,
    }
    late = {"lane": np.array([0, 0, 1]), "at_s": np.array([2399.0, 2401.0, 2401.0])}
    return Night((fault,), points, answers, late)


def test_what_moves_is_seen_and_its_cost_counted_until_then() -> None:
    seen = watch(night(1, shift=0.8), [], OUTAGE)
    assert seen.basis == SAME_NIGHT
    assert seen.signal == "no_read"
    assert seen.alarm_s == 2400.0
    assert (seen.wrong, seen.unread, seen.late) == (0, 0, 0)
    slow = watch(night(1, shift=0.15), [], OUTAGE)
    assert slow.alarm_s is not None
    assert 2400.0 < slow.alarm_s < 3600.0
    minutes = round((slow.alarm_s - 2400.0) / 60.0)
    assert (slow.wrong, slow.unread, slow.late) == (minutes, minutes, 1)


def test_what_never_moves_says_so_and_costs_all_that_came_while_it_lasted() -> None:
    seen = watch(night(2), [], OUTAGE)
    assert seen.alarm_s is None
    assert seen.signal is None
    assert (seen.wrong, seen.unread, seen.late) == (20, 20, 1)
    assert seen.false_alarms == {"lab": False, "loaded": False}


def test_false_alarms_are_rare_and_counted_where_there_is_no_fault() -> None:
    (found,) = noticed("a", [night(seed) for seed in range(60)])
    assert found.lab_watched == found.loaded_watched == 60
    # 180 watches of 20 points of 3 charts, whose levels rest on 39 points
    assert found.lab_alarms + found.loaded_alarms + found.noticed <= 6


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, N - 1))
def test_a_limit_sees_nothing_from_the_onset_on(seed: int, first: int) -> None:
    fault = replace(OUTAGE, onset_s=float(AT_S[first]), until_s=float("inf"))
    one, other = night(seed), night(seed, shift=0.9, fault=fault)
    other.points["production", 0][1][first:] += 7.0
    assert limit_for(one, [], fault) == limit_for(other, [], fault)
    assert (limit_for(one, [], fault)[1] is None) == (first < LEAST_POINTS)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 0.9))
def test_truth_moves_no_alarm(seed: int, shift: float) -> None:
    one = night(seed, shift)
    right = {**one.answers, "wrong": np.zeros(2 * N, dtype=bool)}
    blind = replace(one, answers=right, late={"lane": np.zeros(0), "at_s": np.zeros(0)})
    assert watch(one, [], OUTAGE).alarm_s == watch(blind, [], OUTAGE).alarm_s


def test_a_night_that_has_just_begun_is_held_against_others_or_nothing() -> None:
    fault = replace(OUTAGE, onset_s=0.0)
    young = night(4, 0.8, fault)
    assert watch(young, [], fault).basis == NOTHING
    assert watch(young, [], fault).alarm_s is None
    seen = watch(young, [night(5), night(6)], fault)
    assert seen.basis == EARLIER_NIGHTS
    assert seen.alarm_s == 60.0
    damaged = [night(5), night(6)]
    for other in damaged:
        other.points["production", 0][1][:] = 9.0
    assert watch(young, damaged, fault).alarm_s == 60.0  # only undamaged ones are taken


def test_the_middle_one_counts_what_was_never_noticed_as_last() -> None:
    nights = [night(1, 0.8), night(2), night(3, 0.9)]
    (found,) = noticed("a", nights)
    assert (found.faults, found.noticed) == (3, 2)
    assert found.median_s == found.longest_s == 0.0
    (hidden,) = noticed("a", [night(1, 0.8), night(2)])
    assert hidden.median_s is None
    assert hidden.longest_s == 0.0
    assert hidden.signal == "no_read"
    whole = Metrics((), noticed=(found, hidden))
    assert Metrics.from_json(whole.to_json()) == whole


def test_the_run_length_is_the_published_one() -> None:
    # One-sided, drift 0.5: 336 points at 4, 930 at 5 (Hawkins 1993, by Markov chain).
    assert run_length(0.5, 4.0) == pytest.approx(336, rel=0.02)
    assert run_length(0.5, 5.0) == pytest.approx(930, rel=0.02)
    assert run_length(0.5, LIMIT) > 10_000


def test_a_signal_that_never_moved_has_a_spread_of_one_reading() -> None:
    limit = control_limit(np.tile([0.1, 0.0, 0.0], (LEAST_POINTS, 1)))
    assert limit is not None
    assert limit.sd == (1 / 25, 1 / 25, 1.0)
    assert control_limit(np.zeros((LEAST_POINTS - 1, 3))) is None


def held(hits: dict[str, list[tuple[int, float, bool]]]) -> Database:
    """Parcels of (lane, arrival, hit) by kind of damage."""
    arrived, conditions = [], []
    for kind, parcels in hits.items():
        for number, (lane, at_s, hit) in enumerate(parcels):
            name = f"{kind}-{number}"
            arrived.append({"cell": "production", "lane": lane, "at_s": at_s, "parcel_id": name})
            if hit:
                conditions.append({"parcel_id": name, "kind": kind, "lap": 1})
    database = Database()
    empty = {"cell": "production", "lane": 0, "at_s": 0.0, "until_s": 1.0, "cause": "jam"}
    database.hold(
        {
            "parcel_arrived": pa.Table.from_pylist(arrived),
            "conditions": pa.Table.from_pylist(conditions),
            "belt_stopped": pa.Table.from_pylist([empty]),
        },
        "test",
    )
    return database


def shares(*entries: dict[str, object]) -> tuple[DegradationShare, ...]:
    return tuple(DegradationShare.model_validate({"reason": REASON, **each}) for each in entries)


def test_each_unbroken_row_of_hits_of_a_camera_is_a_fault() -> None:
    law = sorting(lanes=2).model_copy(
        update={"degradations": shares({"kind": "dirty_lens", "share": 0.3})}
    )
    hit = [False, True, True, False, True]
    parcels = [(0, 10.0 * k, flag) for k, flag in enumerate(hit)]
    found = lasting_faults(held({"dirty_lens": [*parcels, (1, 5.0, False)]}), law)
    assert found == (
        LastingFault("dirty_lens", 0, 10.0, 30.0),
        LastingFault("dirty_lens", 0, 40.0, float("inf")),
    )


def test_a_printer_lasts_from_its_first_to_its_last_parcel_and_so_does_what_has_an_onset() -> None:
    hit = [False, True, False, True, False]
    parcels = [(0, 10.0 * k, flag) for k, flag in enumerate(hit)]
    for entry, is_fault in (
        ({"kind": "faded_print", "share": 0.3}, True),
        ({"kind": "motion_blur", "share": 0.9, "onset_s": 10.0}, True),
        ({"kind": "motion_blur", "share": 0.5}, False),
    ):
        law = sorting().model_copy(update={"degradations": shares(entry)})
        assert may_last(law) == is_fault
        kind = str(entry["kind"])
        found = lasting_faults(held({kind: parcels}), law)
        assert found == ((LastingFault(kind, 0, 10.0, 40.0),) if is_fault else ())


def test_stops_of_belts_are_faults_and_no_signal_moves_while_a_belt_stands() -> None:
    law = everything(
        faults={"outages": ({"lane": 1, "start_s": 300.0, "end_s": 420.0},)},
    )
    population, logs = play(law)
    tables = tables_of(population, logs)
    tables["conditions"] = pa.table({"parcel_id": pa.array([], pa.string())})
    database = Database()
    database.hold(tables, "test")
    seen = read_night(database, law)
    assert seen is not None
    (fault,) = seen.faults
    assert (fault.kind, fault.lane, fault.onset_s, fault.until_s) == ("outage", 1, 300.0, 420.0)
    assert watch(seen, [], fault).alarm_s is None
    assert watch(seen, [], fault).late > 0
    assert read_night(database, sorting()) is None
    run = RunTables.from_tables({("a", 0): tables})
    run.load = lambda arm, replication: tables  # type: ignore[method-assign]
    drawn = watched_lane(run, "a", law)
    assert drawn is not None
    assert drawn.watch.fault == fault
    assert watched_lane(run, "a", sorting()) is None
