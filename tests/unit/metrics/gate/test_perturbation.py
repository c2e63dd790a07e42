"""Another day: other parcels, the same shares; and invented worlds with a known truth."""

import numpy as np
import pytest

from metrics.gate.outcome_world import OutcomeWorld
from metrics.gate.perturbation import perturbed
from tests.gate_specimen import evidence


def rng(seed=1):
    return np.random.default_rng(seed)


def production(arm, name="in_time"):
    return np.array([rows[:, 1] for rows in arm.flags[name]])


def test_the_world_has_the_accuracy_it_was_asked_for() -> None:
    arm = OutcomeWorld(rng(), 400, 200).arm(0.99, 0.9)
    assert production(arm).mean() == pytest.approx(0.9, abs=0.006)
    means = production(arm).mean(axis=1)
    assert means.std() > 2 * np.sqrt(0.09 / 200) / 1.5  # replications differ beyond chance


def test_arms_of_one_world_share_their_luck() -> None:
    world = OutcomeWorld(rng(), 5, 300)
    better, worse = production(world.arm(0.99, 0.95)), production(world.arm(0.99, 0.9))
    assert np.all(better >= worse)


def test_outcomes_of_the_world_are_coherent() -> None:
    arm = OutcomeWorld(rng(), 3, 300).arm(0.9, 0.7)
    for rows in zip(
        *(arm.flags[n] for n in ("correct", "misread", "review", "no_read")), strict=True
    ):
        assert np.all(np.sum(rows, axis=0) == 1)


def test_about_one_percent_change_and_no_way_is_preferred() -> None:
    arm = OutcomeWorld(rng(), 200, 500).arm(0.95, 0.95)
    other = perturbed(arm, rng(2))
    before, after = production(arm), production(other)
    assert np.mean(before != after) == pytest.approx(0.01, abs=0.001)
    lost, won = np.sum(before & ~after), np.sum(~before & after)
    assert abs(lost - won) < 4 * np.sqrt(lost + won)


def test_no_group_gains_what_another_loses() -> None:
    torn = np.tile(np.arange(400) < 200, (300, 1))
    right = np.where(torn, rng(3).random((300, 400)) < 0.5, True)
    arm = evidence(right, groups={"kind=torn": torn})
    blind = production(perturbed(arm, rng(4), disagreement=0.2))
    aware = production(perturbed(arm, rng(4), disagreement=0.2, families=("all", "kind")))
    assert aware[torn].mean() == pytest.approx(right[torn].mean(), abs=0.01)
    assert np.all(aware[~torn])
    assert blind[torn].mean() > right[torn].mean() + 0.05


def test_outcomes_stay_together() -> None:
    other = perturbed(OutcomeWorld(rng(), 3, 300).arm(0.9, 0.7), rng(5), disagreement=0.3)
    assert np.array_equal(production(other), production(other, "correct"))
    assert np.all(production(other, "accepted") >= production(other, "correct"))


def test_sums_vary_a_little() -> None:
    arm = OutcomeWorld(rng(), 50, 10).arm(0.9, 0.9)
    other = perturbed(arm, rng(6))
    key = ("throughput.per_lane_h", "all")
    ratios = other.sums[key][:, 0] / arm.sums[key][:, 0]
    assert 0.003 < ratios[:, 0].std() < 0.007
    assert np.array_equal(other.sums[key][:, 1:], arm.sums[key][:, 1:])


def test_everybody_right_stays_right() -> None:
    arm = evidence(np.ones((10, 20)))
    assert np.all(production(perturbed(arm, rng())))


def test_no_parcels_are_no_trouble() -> None:
    arm = evidence(np.ones((2, 0)))
    assert perturbed(arm, rng()).population.parcels == (0, 0)
