"""Reads in time, against what arithmetic says."""

import pytest

from labgap.deadline_curve import PITCH_M, SPEEDS_MPS, reads_in_time
from systems.latency import LatencyProfile


def always(seconds: float) -> LatencyProfile:
    return LatencyProfile("vision/x", 1, "s", "none", 1, (0.0, 1.0), (seconds, seconds))


@pytest.mark.parametrize(("seconds", "fastest"), [(0.279, 2.5), (0.55, 1.25), (0.2, 3.0)])
def test_a_reader_that_takes_ever_as_long_is_in_time_until_the_next_parcel_is_there(
    seconds, fastest
):
    for row in reads_in_time(always(seconds), 12.0):
        assert row["before_next"] == (1.0 if row["speed_mps"] <= fastest else 0.0)
        assert row["busy"] == pytest.approx(min(1.0, seconds * row["speed_mps"] / PITCH_M))


def test_a_reader_that_cannot_keep_up_is_late_for_the_diverter_too():
    rows = {row["speed_mps"]: row for row in reads_in_time(always(0.4), 12.0)}
    assert rows[0.5]["before_diverter"] == 1.0
    # each parcel waits 0.12 s longer than the one before: 36 of them are read in 4.8 s
    assert rows[2.5]["before_diverter"] < 0.01
    assert rows[2.5]["busy"] == 1.0


def test_a_faster_belt_never_has_more_reads_in_time():
    spread = LatencyProfile("vision/x", 1, "s", "none", 1, (0.0, 0.9, 1.0), (0.02, 0.1, 2.0))
    for key in ("before_next", "before_diverter"):
        shares = [row[key] for row in reads_in_time(spread, 12.0)]
        assert shares == sorted(shares, reverse=True)
        assert len(shares) == len(SPEEDS_MPS)
    assert shares[0] > 0.99
