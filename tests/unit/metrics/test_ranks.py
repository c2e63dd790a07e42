"""Ranks of readers in two places."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from metrics.ranks import rank_agreement

ITEMS = 200


def column(share: float) -> np.ndarray:
    return np.arange(ITEMS) < share * ITEMS


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=7))
def test_it_is_spearman_s_correlation(shares: list[tuple[int, int]]) -> None:
    right = {f"r{i}": column(one / 20) for i, (one, _) in enumerate(shares)}
    rate = {f"r{i}": other / 20 for i, (_, other) in enumerate(shares)}
    found = rank_agreement(right, rate, 5, 1)
    ones, others = zip(*shares, strict=True)
    if len(set(ones)) == 1 or len(set(others)) == 1:
        assert found.value is None
    else:
        assert found.value == pytest.approx(spearmanr(ones, others).statistic)


def test_readers_that_are_far_apart_keep_their_ranks_whatever_is_drawn() -> None:
    right = {"a": column(0.1), "b": column(0.5), "c": column(0.9)}
    found = rank_agreement(right, {"a": 0.3, "b": 0.2, "c": 0.1}, 200, 1)
    assert (found.value, found.low, found.high) == (-1.0, -1.0, -1.0)


def test_readers_that_are_close_have_a_wide_interval() -> None:
    rng = np.random.default_rng(1)
    right = {name: rng.random(50) < 0.5 for name in "abcd"}
    found = rank_agreement(right, {"a": 0.1, "b": 0.2, "c": 0.3, "d": 0.4}, 500, 1)
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low > 0.5


def test_two_readers_have_no_rank_to_speak_of() -> None:
    with pytest.raises(ValueError, match="three readers"):
        rank_agreement({"a": column(0.1), "b": column(0.2)}, {"a": 0.1, "b": 0.2}, 5, 1)


def test_readers_as_good_as_another_are_counted():
    right = {"a": column(0.9), "b": column(0.5), "c": column(0.5), "d": column(0.5)}
    assert rank_agreement(right, dict.fromkeys("abcd", 0.1) | {"a": 0.2}, 5, 1).tied == 3
    assert rank_agreement(right, dict.fromkeys("abcd", 0.1) | {"a": 0.2}, 5, 1).readers == 4
