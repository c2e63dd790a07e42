import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from systems.vision.calibration import choose_threshold, error_bound, fit_temperature


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


@settings(max_examples=20, deadline=None)
@given(true=st.floats(0.3, 5.0), seed=st.integers(0, 1000))
def test_the_temperature_that_made_the_odds_is_found_again(true, seed):
    rng = np.random.default_rng(seed)
    honest = rng.normal(1.0, 2.0, 20_000)
    right = rng.random(honest.size) < expit(honest)
    assert abs(np.log(fit_temperature(honest * true, right) / true)) < 0.12


def test_one_confident_mistake_among_very_many_pictures_is_no_end():
    confidence = np.linspace(1.0, 0.5, 12_000)
    right = np.ones(12_000, bool)
    right[10] = False
    chosen = choose_threshold(confidence, right, 0.001)
    assert chosen.wrong == 1
    assert chosen.share == 1.0
    # the same mistake among so few that no promise bears it
    assert choose_threshold(confidence[:4000], right[:4000], 0.001).value > 1.0
