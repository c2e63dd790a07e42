"""Running time of a belt: an exact, monotone map, and jams that keep to MTBF and MTTR."""

from itertools import takewhile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.model import Jams
from sim.sorting.belt_clock import BeltClock, SteadyBelt, Stop, draw_stops
from sim.streams import Streams

STOPS = (Stop(10.0, 15.0, "jam"), Stop(15.0, 16.0, "outage"), Stop(40.0, 100.0, "jam"))


def belt(*stops: Stop) -> BeltClock:
    return BeltClock(iter(stops or STOPS))


@pytest.mark.parametrize(
    ("at_s", "running_s", "moving_s"),
    [
        (0.0, 0.0, 0.0),
        (9.5, 9.5, 9.5),
        (10.0, 10.0, 16.0),
        (12.0, 10.0, 16.0),
        (15.0, 10.0, 16.0),
        (16.0, 10.0, 16.0),
        (20.0, 14.0, 20.0),
        (40.0, 34.0, 100.0),
        (99.0, 34.0, 100.0),
        (120.0, 54.0, 120.0),
    ],
)
def test_hand_computed_times(at_s: float, running_s: float, moving_s: float) -> None:
    clock = belt()
    assert clock.running_s(at_s) == running_s
    assert clock.moving_from(at_s) == moving_s


def test_a_place_reached_as_the_belt_stops_is_reached_before_the_stop() -> None:
    clock = belt()
    assert [clock.clock_s(at) for at in (9.0, 10.0, 10.5, 34.0, 35.0)] == [
        9.0,
        10.0,
        16.5,
        40.0,
        101.0,
    ]


def test_stops_are_told_in_order() -> None:
    clock = belt()
    assert clock.stop_after(0.0) == STOPS[0]
    assert clock.stop_after(15.0) == STOPS[1]
    assert clock.stop_after(15.5) == STOPS[2]
    assert clock.stop_after(41.0) is None


def test_a_steady_belt_changes_no_digit() -> None:
    steady = SteadyBelt()
    for at in (0.1, 1 / 3, 1e7 + 0.1):
        assert steady.running_s(at) == steady.clock_s(at) == steady.moving_from(at) == at
    assert steady.stop_after(0.0) is None


@st.composite
def stops(draw: st.DrawFn) -> list[Stop]:
    found, now = [], 0.0
    for _ in range(draw(st.integers(0, 6))):
        start = now + draw(st.sampled_from([0.0, 0.5, 3.0, 20.0]))
        now = start + draw(st.sampled_from([0.25, 4.0, 50.0]))
        found.append(Stop(start, now, "jam"))
    return found


@given(stops(), st.lists(st.floats(0.0, 200.0), min_size=1))
def test_the_map_is_monotone_and_its_own_inverse_whoever_asks_first(
    found: list[Stop], times: list[float]
) -> None:
    asked = sorted(times)
    clocks = BeltClock(iter(found)), BeltClock(iter(found))
    running = [clocks[0].running_s(at) for at in asked]
    backwards = [clocks[1].running_s(at) for at in reversed(asked)][::-1]
    assert running == backwards
    assert running == sorted(running)
    for at, ran in zip(asked, running, strict=True):
        stood = sum(min(at, s.end_s) - s.start_s for s in found if s.start_s < at)
        assert ran == pytest.approx(at - stood, abs=1e-9)
        moving = clocks[0].moving_from(at)
        assert moving >= at
        assert not any(s.start_s <= moving < s.end_s for s in found)
        assert clocks[0].clock_s(ran) <= at + 1e-9
        if moving == at:
            assert clocks[0].running_s(clocks[0].clock_s(ran)) == pytest.approx(ran, abs=1e-9)


@pytest.mark.parametrize("cv", [0.0, 1.0, 2.0])
def test_the_share_of_time_a_jamming_belt_runs_is_mtbf_over_mtbf_plus_mttr(cv: float) -> None:
    jams = Jams(mtbf_h=0.5, mttr_s=240.0, mttr_cv=cv)
    horizon_s = 400 * 3600.0
    shares, gaps, repairs = [], [], []
    for replication in range(12):
        rng = Streams(5, replication).generator("faults", "jam", 0)
        clock = BeltClock(draw_stops(jams, (), rng))
        shares.append(clock.running_s(horizon_s) / horizon_s)
        found = list(
            takewhile(
                lambda s: s.start_s < horizon_s,
                draw_stops(jams, (), Streams(5, replication).generator("faults", "jam", 0)),
            )
        )
        ends = [0.0, *(stop.end_s for stop in found)]
        gaps += [stop.start_s - end for stop, end in zip(found, ends, strict=False)]
        repairs += [stop.end_s - stop.start_s for stop in found]
    theory = 1800.0 / (1800.0 + 240.0)
    z = (np.mean(shares) - theory) / (np.std(shares, ddof=1) / np.sqrt(len(shares)))
    assert abs(z) < 4.0
    n = len(gaps)
    assert abs(np.mean(gaps) / 1800.0 - 1.0) < 4.0 / np.sqrt(n)
    assert abs(np.std(gaps) / np.mean(gaps) - 1.0) < 0.1  # exponential
    assert abs(np.mean(repairs) / 240.0 - 1.0) < 4.0 * max(cv, 1e-9) / np.sqrt(n) + 1e-12
    assert np.std(repairs) / 240.0 == pytest.approx(cv, abs=0.15)


def test_an_outage_keeps_its_times_and_takes_no_running_time_from_the_jams() -> None:
    jams = Jams(mtbf_h=0.1, mttr_s=60.0)
    plain = draw_stops(jams, (), np.random.default_rng(1))
    planned = draw_stops(jams, [(30.0, 90.0)], np.random.default_rng(1))
    first, same = next(plain), next(planned)
    assert first.start_s > 30.0
    assert same == Stop(30.0, 90.0, "outage")
    for before, after in zip([first, *(next(plain) for _ in range(5))], planned, strict=False):
        assert after.start_s == pytest.approx(before.start_s + 60.0)
        assert after.end_s == pytest.approx(before.end_s + 60.0)


def test_an_outage_during_a_jam_begins_when_the_jam_is_over() -> None:
    jams = Jams(mtbf_h=0.1, mttr_s=100.0, mttr_cv=0.0)
    jam = next(draw_stops(jams, (), np.random.default_rng(1)))
    inside = [(jam.start_s + 10.0, jam.start_s + 20.0), (jam.start_s + 50.0, jam.end_s + 5.0)]
    found = draw_stops(jams, inside, np.random.default_rng(1))
    assert next(found) == jam
    assert next(found) == Stop(jam.end_s, jam.end_s + 5.0, "outage")
