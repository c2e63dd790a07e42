"""What holds of risk and coverage whatever a reader answered."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from metrics.selective import calibration_error, risk_coverage

answers = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.booleans()), min_size=1)


@given(answers)
def test_the_curve_ends_with_every_answer_given(given):
    sure, right = zip(*given, strict=True)
    curve = risk_coverage(sure, right)
    assert curve.coverage[-1] == 1.0
    assert curve.risk[-1] == np.mean(~np.array(right))
    assert (np.diff(curve.coverage) > 0.0).all()
    assert 0.0 <= curve.area <= 1.0


@given(answers, st.randoms(use_true_random=False))
def test_the_order_of_parcels_does_not_matter_to_the_curve(given, random):
    mixed = list(given)
    random.shuffle(mixed)
    one, other = (risk_coverage(*zip(*each, strict=True)) for each in (given, mixed))
    assert np.array_equal(one.coverage, other.coverage)
    assert np.allclose(one.risk, other.risk)


@given(answers, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_risk_never_buys_less_coverage(given, one, other):
    curve = risk_coverage(*zip(*given, strict=True))
    assert curve.coverage_at(min(one, other)) <= curve.coverage_at(max(one, other))


@given(answers)
def test_a_calibration_error_is_a_share(given):
    assert 0.0 <= calibration_error(*zip(*given, strict=True)) <= 1.0
