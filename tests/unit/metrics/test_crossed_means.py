"""Means over replications and seeds that are both samples of more."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.crossed_means import crossed_mean


def test_one_row_or_one_column_says_nothing_of_more():
    for values in (np.ones((1, 3)), np.ones((3, 1))):
        found = crossed_mean(values)
        assert (found.value, found.low, found.high) == (1.0, None, None)


def test_without_any_variation_there_is_no_interval():
    found = crossed_mean(np.full((4, 3), 0.25))
    assert (found.value, found.low) == (0.25, None)


def test_where_only_rows_differ_it_is_student_over_rows():
    rows = np.array([0.1, 0.2, 0.4, 0.3])
    found = crossed_mean(np.repeat(rows[:, None], 3, axis=1))
    reach = stats.t.ppf(0.975, 3) * rows.std(ddof=1) / 2.0
    assert (found.low, found.high) == pytest.approx((0.25 - reach, 0.25 + reach))


def test_where_only_columns_differ_it_is_student_over_columns():
    columns = np.array([0.1, 0.2, 0.3])
    found = crossed_mean(np.repeat(columns[None, :], 10, axis=0))
    reach = stats.t.ppf(0.975, 2) * 0.1 / 3.0**0.5
    assert (found.low, found.high) == pytest.approx((0.2 - reach, 0.2 + reach))


@given(shift=st.floats(-1.0, 1.0), seed=st.integers(0, 10_000))
def test_what_is_added_to_every_value_is_added_to_the_mean_and_no_more(shift, seed):
    values = np.random.default_rng(seed).normal(size=(5, 3))
    one, other = crossed_mean(values), crossed_mean(values + shift)
    told = (other.value - shift, other.low - shift, other.high - shift)
    assert told == pytest.approx((one.value, one.low, one.high))


@pytest.mark.parametrize("sd", [(1.0, 0.3, 0.5), (0.3, 1.0, 0.5), (0.7, 0.7, 0.7), (0.0, 0.0, 1.0)])
def test_the_interval_covers_the_truth_about_as_often_as_it_says(sd):
    rng = np.random.default_rng(7)
    of_rows, of_columns, of_rest = sd
    trials, covered = 1500, 0
    for _ in range(trials):
        values = (
            of_rows * rng.normal(size=(10, 1))
            + of_columns * rng.normal(size=(1, 3))
            + of_rest * rng.normal(size=(10, 3))
        )
        found = crossed_mean(values)
        covered += found.low <= 0.0 <= found.high
    assert covered / trials > 0.93
