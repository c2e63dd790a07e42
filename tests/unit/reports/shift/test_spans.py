import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures.plain_svg import steps
from reports.shift.spans import covered, most_waiting

TIMES = st.lists(st.integers(0, 100).map(float), max_size=12)


def test_most_waiting_is_the_peak_within_each_bin() -> None:
    edges = np.array([0.0, 10.0, 20.0, 30.0])
    came, gone = np.array([1.0, 2.0, 3.0, 12.0]), np.array([4.0, 4.5, 25.0, 26.0])
    # Three at 3 s; one left from 4.5 s, two from 12 s; two as the last bin begins.
    assert most_waiting(came, gone, edges).tolist() == [3, 2, 2]


def test_who_goes_on_at_once_has_not_waited() -> None:
    at_s = np.array([1.0, 5.0, 5.0])
    assert most_waiting(at_s, at_s, np.array([0.0, 10.0])).tolist() == [0]


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 40)), max_size=12))
def test_no_peak_is_thinned_away(stays) -> None:
    came = np.array([float(start) for start, _ in stays])
    gone = np.array([float(start + length) for start, length in stays])
    edges = np.linspace(0.0, 150.0, 7)
    fine = [int(np.sum(came <= t) - np.sum(gone <= t)) for t in np.arange(0.0, 150.0, 0.5)]
    assert most_waiting(came, gone, edges).max() == max(fine)


def test_cover_of_spans_that_touch_cross_and_overlie() -> None:
    edges = np.array([0.0, 10.0, 20.0])
    starts, ends = np.array([0.0, 5.0, 8.0]), np.array([5.0, 15.0, 12.0])
    assert covered(starts, ends, edges).tolist() == [pytest.approx(1.2), pytest.approx(0.7)]


@given(st.lists(st.tuples(st.floats(0, 90), st.floats(0, 30)), max_size=10))
def test_cover_loses_no_time(spans) -> None:
    starts = np.array([start for start, _ in spans])
    lengths = np.array([length for _, length in spans])
    edges = np.linspace(0.0, 120.0, 13)
    total = float((covered(starts, starts + lengths, edges) * 10.0).sum())
    assert total == pytest.approx(float(lengths.sum()), abs=1e-6)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_a_path_of_steps_keeps_every_level(levels) -> None:
    path = steps([float(k) for k in range(len(levels) + 1)], [float(each) for each in levels])
    height = int(path.removeprefix("M0 ").partition("h")[0])
    drawn = []
    for right, down in re.findall(r"h(\d+)(?:v(-?\d+))?", path):
        drawn += [height] * int(right)
        height += int(down or 0)
        assert down != "0"
    assert drawn == levels
    assert steps([0.0, 1.0, 2.0], [3.0, 1.0], 5.0) == "M0 5V3h1v-2h1V5Z"
