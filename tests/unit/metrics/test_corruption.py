"""Corruption errors against a reference reader."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.corruption import corruption_errors


def counts(*wrong, parcels=100):
    """Of two replications, half of the wrong answers and of the parcels in each."""
    (share,) = wrong
    return np.array([[share / 2] * 2, [parcels / 2] * 2])


CLEAN = counts(0)
REFERENCE = {"torn": {1: counts(10), 2: counts(30)}, "glare": {1: counts(20)}}


def test_the_reference_has_one_of_itself():
    found = corruption_errors(REFERENCE, counts(2), REFERENCE, counts(2))
    assert found.mean == pytest.approx(1.0)
    assert found.relative_mean == pytest.approx(1.0)
    assert found.interval == pytest.approx((1.0, 1.0))


def test_errors_are_summed_over_severities_before_they_are_compared():
    errors = {"torn": {1: counts(10), 2: counts(10)}, "glare": {1: counts(10)}}
    found = corruption_errors(errors, CLEAN, REFERENCE, counts(2))
    assert dict(found.of_kind) == pytest.approx({"torn": 0.5, "glare": 0.5})
    assert found.mean == pytest.approx(0.5)
    # of what the lab does not lose: 0.2 of 0.36, and 0.1 of 0.18
    assert found.relative_mean == pytest.approx(0.2 / 0.36 / 2 + 0.1 / 0.18 / 2)


def test_only_what_both_met_is_compared():
    errors = {"torn": {2: counts(15), 3: counts(90)}, "film": {1: counts(50)}}
    found = corruption_errors(errors, CLEAN, REFERENCE, CLEAN)
    assert dict(found.of_kind) == pytest.approx({"torn": 0.5})


def test_a_kind_that_costs_the_reference_next_to_nothing_is_no_unit_and_is_named():
    errors = {"torn": {1: counts(50)}, "glare": {1: counts(10)}}
    reference = {"torn": {1: counts(19)}, "glare": {1: counts(20)}}
    found = corruption_errors(errors, CLEAN, reference, CLEAN)
    assert dict(found.of_kind) == pytest.approx({"glare": 0.5})
    assert dict(found.left_out) == {"torn": 19}
    nothing = corruption_errors(errors, CLEAN, {"torn": {1: counts(0)}}, CLEAN)
    assert not nothing.of_kind
    assert math.isnan(nothing.mean)
    assert math.isnan(nothing.relative_mean)
    assert nothing.interval is None


def test_one_replication_has_no_interval():
    one = {"torn": {1: np.array([[30.0], [100.0]])}}
    clean = np.array([[0.0], [100.0]])
    assert corruption_errors(one, clean, one, clean).interval is None


@given(seed=st.integers(0, 1000))
def test_an_interval_holds_what_it_is_of_and_grows_with_the_spread_of_replications(seed):
    rng = np.random.default_rng(seed)
    reference = {"torn": {1: np.array([[20.0] * 8, [100.0] * 8])}}
    clean = np.array([[0.0] * 8, [100.0] * 8])

    def width(spread):
        wrong = 10.0 + spread * rng.permutation(np.linspace(-1.0, 1.0, 8))
        errors = {"torn": {1: np.array([wrong, [100.0] * 8])}}
        found = corruption_errors(errors, clean, reference, clean)
        low, high = found.interval
        assert found.mean == pytest.approx(0.5)
        assert low <= found.mean <= high
        return high - low

    assert width(1.0) < width(4.0)
