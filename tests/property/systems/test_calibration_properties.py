import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from systems.vision.calibration import choose_threshold, error_bound, fit_odds_scale
from systems.vision.cascade.odds_scale import OddsScale


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 800), target=st.sampled_from([0.01, 0.05]))
def test_what_is_accepted_keeps_its_promise_on_the_pictures_it_was_chosen_on(seed, n, target):
    rng = np.random.default_rng(seed)
    confidence = np.round(rng.random(n), 2)
    right = rng.random(n) < 0.5 + 0.5 * confidence
    chosen = choose_threshold(confidence, right, target)
    accepted = confidence >= chosen.value
    assert int(accepted.sum()) == chosen.accepted
    assert int((accepted & ~right).sum()) == chosen.wrong
    if chosen.accepted:
        assert error_bound(chosen.wrong, chosen.accepted) == chosen.bound <= target


def test_a_promise_is_broken_no_more_often_than_it_says():
    target, level, broken = 0.02, 0.90, 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        confidence = rng.random(1500)
        # wrong answers get more frequent as confidence falls: 0 at 1, 10 % at 0
        wrong_share = 0.1 * (1.0 - confidence)
        chosen = choose_threshold(confidence, rng.random(1500) >= wrong_share, target, level)
        if chosen.accepted:
            broken += 0.1 * 0.5 * (1.0 - chosen.value) > target
    # 10 % of 300 is 30; 45 is three standard deviations above
    assert broken <= 45


def test_nothing_can_be_promised_on_few_pictures():
    chosen = choose_threshold(np.ones(20), np.ones(20, bool), 0.001)
    assert chosen.value > 1.0
    assert chosen.accepted == 0
    assert choose_threshold([], [], 0.001).value > 1.0


def test_no_error_in_three_thousand_promises_a_thousandth():
    chosen = choose_threshold(np.linspace(0.5, 1.0, 3000), np.ones(3000, bool), 0.001)
    assert chosen.accepted == 3000
    assert chosen.bound <= 0.001
    # nothing that was seen is a reason to refuse anything
    assert chosen.value == 0.0


@settings(max_examples=20, deadline=None)
@given(true=st.floats(0.3, 5.0), offset=st.floats(-4.0, 4.0), seed=st.integers(0, 1000))
def test_the_scale_that_made_the_odds_is_found_again(true, offset, seed):
    rng = np.random.default_rng(seed)
    honest = rng.normal(1.0, 2.0, 20_000)
    right = rng.random(honest.size) < expit(honest)
    found = fit_odds_scale((honest - offset) * true, right)
    assert abs(np.log(found.temperature / true)) < 0.12
    assert abs(found.offset - offset) < 0.2 + 0.12 * abs(offset)


@settings(max_examples=40, deadline=None)
@given(
    odds=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60),
    data=st.data(),
)
def test_a_scale_is_finite_whatever_it_is_fitted_on(odds, data):
    right = np.array(data.draw(st.lists(st.booleans(), min_size=len(odds), max_size=len(odds))))
    found = fit_odds_scale(odds, right)
    assert 0.05 <= found.temperature <= 20.0
    assert -20.0 <= found.offset <= 20.0
    assert fit_odds_scale([], []) == OddsScale(1.0, 0.0)


def test_where_all_are_right_odds_grow_but_stay_finite():
    found = fit_odds_scale(np.zeros(98), np.ones(98, bool))
    # (98 + 1) / (98 + 2), as the rule of succession has it
    assert abs(expit(found.odds(0.0)) - 0.99) < 1e-3


def test_one_confident_mistake_among_very_many_pictures_is_no_end():
    confidence = np.linspace(1.0, 0.5, 12_000)
    right = np.ones(12_000, bool)
    right[10] = False
    chosen = choose_threshold(confidence, right, 0.001)
    assert chosen.wrong == 1
    assert chosen.share == 1.0
    # the same mistake among so few that no promise bears it
    assert choose_threshold(confidence[:4000], right[:4000], 0.001).value > 1.0
