"""Risk, coverage and calibration of a reader's confidence."""

import numpy as np
import pytest

from metrics.selective import calibration_error, reliability, risk_coverage


def test_the_surest_answers_are_given_first():
    curve = risk_coverage([0.9, 0.2, 0.8, 0.5], [True, False, True, False])
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert curve.risk.tolist() == pytest.approx([0.0, 0.0, 1 / 3, 0.5])
    assert curve.area == pytest.approx((0.0 + 0.0 + 1 / 3 + 0.5) / 4)
    assert curve.coverage_at(0.0) == 0.5
    assert curve.coverage_at(0.5) == 1.0


def test_equally_sure_answers_stand_or_fall_together():
    curve = risk_coverage([0.9, 0.9, 0.1], [True, False, True])
    assert curve.coverage.tolist() == pytest.approx([2 / 3, 1.0])
    assert curve.coverage_at(0.0) == 0.0


def test_a_reader_that_says_how_sure_it_is_is_calibrated():
    rng = np.random.default_rng(1)
    sure = rng.random(200_000)
    right = rng.random(200_000) < sure
    assert calibration_error(sure, right) < 0.01
    assert calibration_error(np.ones(200_000), right) == pytest.approx(0.5, abs=0.01)


def test_bins_hold_about_as_many_parcels_each():
    found = reliability(np.linspace(0.0, 1.0, 100), np.ones(100, bool), bins=7)
    assert {each.parcels for each in found} == {14, 15}
    assert [each.confidence for each in found] == sorted(each.confidence for each in found)


def test_fewer_parcels_than_bins():
    assert [each.parcels for each in reliability([0.5, 0.7], [True, True])] == [1, 1]


@pytest.mark.parametrize("given", [([], []), ([0.5], [True, False]), ([[0.5]], [[True]])])
def test_what_is_no_pair_a_parcel_is_refused(given):
    for function in (risk_coverage, reliability, calibration_error):
        with pytest.raises(ValueError, match="one confidence and one verdict"):
            function(*given)
