"""Gaps under mixes of damage that were not played."""

import numpy as np
import pytest

from metrics.drawn_mixes import drawn_factors, mix_weights, spread_over_mixes


def parcels(count, shares, seed=1):
    rng = np.random.default_rng(seed)
    return rng.random((count, len(shares))) < shares


def test_the_mix_that_was_played_weighs_every_parcel_alike():
    hit = parcels(500, [0.1, 0.3])
    assert mix_weights(hit, [[1.0, 1.0]]) == pytest.approx(np.full((1, 500), 1 / 500))


def test_the_weights_bring_the_shares_that_were_asked_for():
    hit = parcels(20_000, [0.1, 0.3])
    share = hit.mean(axis=0)
    weights = mix_weights(hit, [[2.0, 0.5]])
    assert weights[0] @ hit == pytest.approx(share * [2.0, 0.5], rel=0.03)


def test_a_reweighted_gap_is_the_gap_of_a_floor_played_with_that_mix():
    lost_to = np.array([0.5, 0.1])
    rng = np.random.default_rng(3)

    def gap(hit):
        return rng.random(len(hit)) < 1.0 - np.prod(1.0 - hit * lost_to, axis=1)

    hit = parcels(60_000, [0.05, 0.2], seed=4)
    found = spread_over_mixes(np.ones(len(hit)), ~gap(hit), hit, [[3.0, 0.5]])
    played = gap(parcels(60_000, [0.15, 0.1], seed=5)).mean()
    assert found.worst == pytest.approx(played, abs=0.006)


def test_a_kind_that_hit_nobody_or_everybody_changes_nothing():
    hit = np.zeros((10, 2), bool)
    hit[:, 1] = True
    assert mix_weights(hit, [[3.0, 0.2]]) == pytest.approx(np.full((1, 10), 0.1))


def test_the_worst_mix_is_named_and_the_parcels_it_rests_on_are_counted():
    hit = parcels(2_000, [0.1, 0.1])
    factors = np.array([[1.0, 1.0], [3.0, 1.0], [1.0, 3.0]])
    found = spread_over_mixes(np.ones(2_000), ~hit[:, 0], hit, factors)
    assert found.worst_factors.tolist() == [3.0, 1.0]
    assert found.worst == pytest.approx(3.0 * hit[:, 0].mean(), rel=0.02)
    assert 100 < found.least_parcels < 2_000


def test_factors_reach_as_far_either_way():
    drawn = drawn_factors(np.random.default_rng(1), 4_000, 2)
    assert drawn.min() >= 1 / 3
    assert drawn.max() <= 3.0
    assert np.log(drawn).mean() == pytest.approx(0.0, abs=0.03)
