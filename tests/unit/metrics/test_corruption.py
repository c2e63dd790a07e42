"""Corruption errors against a reference reader."""

import math

import pytest

from metrics.corruption import corruption_errors

REFERENCE = {"torn": {1: 0.1, 2: 0.3}, "glare": {1: 0.2}}


def test_the_reference_has_one_of_itself():
    found = corruption_errors(REFERENCE, 0.02, REFERENCE, 0.02)
    assert found.mean == pytest.approx(1.0)
    assert found.relative_mean == pytest.approx(1.0)


def test_errors_are_summed_over_severities_before_they_are_compared():
    found = corruption_errors({"torn": {1: 0.1, 2: 0.1}, "glare": {1: 0.1}}, 0.0, REFERENCE, 0.02)
    assert dict(found.of_kind) == pytest.approx({"torn": 0.5, "glare": 0.5})
    assert found.mean == pytest.approx(0.5)
    # of what the lab does not lose: 0.2 of 0.36, and 0.1 of 0.18
    assert found.relative_mean == pytest.approx(0.2 / 0.36 / 2 + 0.1 / 0.18 / 2)


def test_only_what_both_met_is_compared():
    found = corruption_errors({"torn": {2: 0.15, 3: 0.9}, "film": {1: 0.5}}, 0.0, REFERENCE, 0.0)
    assert dict(found.of_kind) == pytest.approx({"torn": 0.5})


def test_a_kind_that_costs_the_reference_nothing_is_no_unit():
    found = corruption_errors({"torn": {1: 0.5}}, 0.0, {"torn": {1: 0.0}}, 0.0)
    assert not found.of_kind
    assert math.isnan(found.mean)
    assert math.isnan(found.relative_mean)
