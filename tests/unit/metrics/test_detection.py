"""Charts of label-free signals: false alarms as promised, and what moves is seen."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.detection import SIGNALS, Monitor, calibrate, chart_points
from metrics.detection import _cusum as cusum
from scenarios.model import LineHaul, Route

PLAN = LineHaul(
    routes=(Route(chutes=3, cut_offs_s=(700.0,)), Route(chutes=1, cut_offs_s=(700.0,))),
    promise_s=0.0,
    loading_s=0.0,
)
"""Chutes 0 to 2 are of route 0, chute 3 of route 1."""


def night(
    seed: int,
    *,
    onset_s: float = 1e9,
    no_read: float = 0.05,
    doubt: float = 0.1,
    queue: float = 1.0,
    cell: str = "loaded",
    late=(),
) -> dict[str, pa.Table]:
    """2,000 readings, one a second; from the onset on the signals have the given levels."""
    rng = np.random.default_rng([81, seed])
    at_s = np.arange(2000.0)
    after = at_s >= onset_s
    unread = rng.random(2000) < np.where(after, no_read, 0.05)
    unsure = rng.beta(2.0, 2.0 / np.where(after, doubt, 0.1) - 2.0)
    images = rng.poisson(np.where(after, queue, 1.0)[::5])
    return {
        "parcel_read": pa.table(
            {
                "cell": [cell] * 2000,
                "lane": [0] * 2000,
                "lap": [1] * 2000,
                "parcel_id": [f"P{number}" for number in range(2000)],
                "at_s": at_s,
                "confidence": 1.0 - unsure,
                "decision": ["no_read" if flag else "accept" for flag in unread],
            }
        ),
        "review_queued": pa.table(
            {
                "cell": [cell] * 400,
                "parcel_id": [f"P{number}" for number in range(0, 2000, 5)],
                "at_s": at_s[::5],
                "queue_length": images,
            }
        ),
        "parcel_loaded": pa.table(
            {
                "cell": [cell] * len(late),
                "lane": pa.array([0] * len(late), pa.int64()),
                "parcel_id": pa.array([f"P{number}" for number, _ in late], pa.string()),
                "chute": pa.array([1] * len(late), pa.int64()),
                "route": pa.array([0] * len(late), pa.int64()),
                "misloaded": pa.array([False] * len(late), pa.bool_()),
                "promised_s": pa.array([at for _, at in late], pa.float64()),
                "cut_off_s": pa.array([9e5] * len(late), pa.float64()),
            }
        ),
        "parcels": pa.table({"parcel_id": [f"P{n}" for n in range(2000)], "chute": [1] * 2000}),
    }


@pytest.fixture(scope="module")
def monitor() -> Monitor:
    return calibrate([chart_points(night(seed), 0) for seed in range(20)])


def test_the_charts_are_set_without_damage(monitor: Monitor) -> None:
    assert monitor.mean[1] == pytest.approx(0.05, abs=0.01)
    assert monitor.sd[1] == pytest.approx(np.sqrt(0.05 * 0.95 / 25), rel=0.1)
    assert monitor.false_alarm_rate == 1 / 16  # levels from 5 nights, the threshold from 15
    assert monitor.threshold > 2.0


def both(seed: int) -> dict[str, pa.Table]:
    """A calm lab, and a loaded cell whose desk has an ordinary surge from 800 s on."""
    lab, loaded = night(seed, cell="lab"), night(seed + 500, onset_s=800.0, queue=6.0)
    joined = {name: pa.concat_tables([lab[name], loaded[name]]) for name in lab}
    return {**joined, "parcels": lab["parcels"]}


def test_an_ordinary_surge_rings_on_charts_of_a_calm_lab_and_not_on_those_of_loaded_nights() -> (
    None
):
    nights, watched = [both(seed) for seed in range(12)], [both(seed) for seed in range(50, 62)]

    def alarms(monitor: Monitor) -> int:
        found = [monitor.watch(tables, "loaded", 0, 800.0, PLAN) for tables in watched]
        return sum(row.alarm_s is not None for row in found)

    assert alarms(calibrate([chart_points(tables, 0) for tables in nights])) <= 4
    assert alarms(calibrate([chart_points(tables, 0, cell="lab") for tables in nights])) == 12


def test_a_single_night_sets_charts_and_promises_nothing() -> None:
    alone = calibrate([chart_points(night(0), 0)])
    assert alone.threshold > 0.0
    assert alone.false_alarm_rate is None


def test_the_levels_and_the_threshold_come_from_different_nights() -> None:
    quiet = [chart_points(night(seed), 0) for seed in range(4)]
    wild = chart_points(night(9, onset_s=100.0, no_read=0.6), 0)
    calm, hit = calibrate(quiet), calibrate([*quiet[:3], wild])
    assert hit.mean == calm.mean
    assert hit.sd == calm.sd
    assert hit.threshold > 5.0 * calm.threshold
    assert calibrate([wild, *quiet[1:]]).mean[1] > 5.0 * calm.mean[1]


def test_false_alarms_in_new_undamaged_nights_are_as_rare_as_promised(monitor: Monitor) -> None:
    nights = 40
    alarms = sum(
        monitor.watch(night(1000 + seed), "loaded", 0, 0.0, PLAN).alarm_s is not None
        for seed in range(nights)
    )
    # 1 in 16 over the draw of the threshold too; given this one, far from always.
    assert alarms <= 8


@pytest.mark.parametrize(
    ("change", "signal"),
    [({"no_read": 0.4}, "no_read"), ({"doubt": 0.3}, "unsure"), ({"queue": 15.0}, "desk_queue")],
)
def test_whichever_signal_moves_is_named_and_a_larger_move_is_found_sooner(
    monitor: Monitor, change: dict[str, float], signal: str
) -> None:
    found = [
        monitor.watch(
            night(seed, onset_s=800.0, cell="production", **change), "production", 0, 800, PLAN
        )
        for seed in range(5)
    ]
    assert {row.signal for row in found if not row.before_onset} == {signal}
    times = [row.time_to_detect_s for row in found if row.time_to_detect_s is not None]
    assert len(times) >= 4
    assert all(0.0 < seconds <= 300.0 for seconds in times)


def test_a_small_move_takes_longer_than_a_large_one(monitor: Monitor) -> None:
    def mean_s(no_read: float) -> float:
        found = [
            monitor.watch(night(seed, onset_s=400.0, no_read=no_read), "loaded", 0, 400.0, PLAN)
            for seed in range(12)
        ]
        return float(np.mean([row.time_to_detect_s or 1600.0 for row in found]))

    assert mean_s(0.6) < mean_s(0.2) < mean_s(0.09)


def test_what_is_late_before_the_alarm_is_counted(monitor: Monitor) -> None:
    late = [(1, 700.0), (2, 801.0), (3, 810.0), (4, 1900.0)]
    found = monitor.watch(night(2, onset_s=800.0, no_read=0.9, late=late), "loaded", 0, 800.0, PLAN)
    assert found.alarm_s is not None
    assert 810.0 < found.alarm_s < 1900.0
    assert found.late_parcels == 2
    silent = monitor.watch(night(2, late=late), "loaded", 0, 800.0, PLAN)
    assert silent.alarm_s is None
    assert silent.late_parcels == 3


def test_an_alarm_before_the_onset_is_told_apart(monitor: Monitor) -> None:
    found = monitor.watch(night(2, onset_s=300.0, no_read=0.6), "loaded", 0, 1200.0, PLAN)
    assert found.before_onset
    assert found.time_to_detect_s is None
    assert found.alarm_s is not None


def test_a_lane_without_readings_and_no_night_at_all_cannot_set_a_chart() -> None:
    with pytest.raises(ValueError, match=r"1 replications .* have 0 points"):
        calibrate([chart_points(night(0), 3)])
    with pytest.raises(ValueError, match=r"0 replications .* have 0 points"):
        calibrate([])


def test_a_wrong_chute_of_the_same_route_is_in_time_even_if_its_own_was_never_loaded(
    monitor: Monitor,
) -> None:
    tables = night(2, late=[(1, 801.0), (2, 802.0)])
    loaded = tables["parcel_loaded"].to_pydict()
    loaded["chute"], loaded["route"] = [2, 3], [0, 1]  # both are of chute 1, that nothing came to
    loaded["cut_off_s"] = [801.0, 802.0]
    found = monitor.watch({**tables, "parcel_loaded": pa.table(loaded)}, "loaded", 0, 800.0, PLAN)
    assert found.late_parcels == 1


def test_a_parcel_on_a_trailer_of_its_own_route_is_not_late(monitor: Monitor) -> None:
    tables = night(2, late=[(1, 801.0), (2, 802.0), (3, 803.0), (4, 804.0)])
    loaded = tables["parcel_loaded"].to_pydict()
    # Chutes 1 and 2 are of route 0, chute 3 of route 1; P1 is late, P2 and P3 are in time.
    loaded["chute"], loaded["route"] = [1, 2, 3, 2], [0, 0, 1, 0]
    loaded["cut_off_s"] = [9e5, 802.0, 803.0, 804.0]
    found = monitor.watch({**tables, "parcel_loaded": pa.table(loaded)}, "loaded", 0, 800.0, PLAN)
    assert found.alarm_s is None
    assert found.late_parcels == 2  # the late one, and that on the other route


@given(st.lists(st.floats(-5.0, 5.0), min_size=1, max_size=60))
def test_the_chart_is_pages_recursion(steps: list[float]) -> None:
    value, expected = 0.0, []
    for step in steps:
        value = max(0.0, value + step)
        expected.append(value)
    assert np.allclose(cusum(np.array(steps)[:, None])[:, 0], expected, atol=1e-9)


def test_there_is_a_word_for_every_signal(monitor: Monitor) -> None:
    assert len(monitor.mean) == len(monitor.sd) == len(SIGNALS)
