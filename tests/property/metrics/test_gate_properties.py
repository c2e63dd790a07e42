"""What must hold of any gate, whatever the outcomes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from metrics.catalogue import CATALOGUE, Better, MetricKind
from metrics.gate.effects import effects
from metrics.gate.evidence import ArmEvidence, Population
from metrics.gate.harm import measure_harm
from metrics.gate.harm_interval import bounds, p_above_zero
from metrics.gate.judgement import judge
from metrics.gate.multiplicity import holm
from metrics.gate.outcome_world import OutcomeWorld
from metrics.gate.perturbation import perturbed
from metrics.gate.policy_file import default_policy
from metrics.gate.verdict import Verdict, overall
from tests.gate_specimen import evidence, one_metric

SEEDS = st.integers(0, 10**6)
SIZES = st.integers(1, 120)
LEVELS = st.sampled_from([0.5, 0.9, 0.99])
ORDER = {Verdict.PASS: 0, Verdict.INCONCLUSIVE: 1, Verdict.FAIL: 2}


def pair(seed: int, size: int, level: float, harm: float = 0.0, replications: int = 10):
    rng = np.random.default_rng(seed)
    world = OutcomeWorld(rng, replications, size)
    base = world.arm(level, level)
    return base, perturbed(world.arm(level, level - harm), rng, disagreement=0.1)


def harm_of(base, candidate, metric="accuracy.forced", condition="production"):
    return measure_harm(base, candidate, metric, condition, "all", Better.HIGHER)


@settings(max_examples=30)
@given(SEEDS, SIZES, LEVELS)
def test_an_arm_against_itself_passes(seed: int, size: int, level: float) -> None:
    base, _ = pair(seed, size, level)
    checks = judge(base, base, default_policy()[0])
    assert {check.verdict for check in checks} <= {Verdict.PASS, Verdict.NOT_COMPARABLE}


@settings(max_examples=40)
@given(SEEDS, SIZES, LEVELS)
def test_more_harm_never_looks_better(seed: int, size: int, level: float) -> None:
    base, candidate = pair(seed, size, level)
    right = np.array([rows[:, 1] for rows in candidate.flags["in_time"]])
    # Take the same number of right parcels away from every replication.
    fewest = int(right.sum(axis=1).min())
    reached = None
    for lost in sorted({0, fewest // 3, fewest}):
        worse = right.copy()
        for row in worse:
            row[np.flatnonzero(row)[:lost]] = False
        found = judge(base, evidence(worse), one_metric())[0]
        if found.verdict is Verdict.NOT_COMPARABLE:
            return
        if reached is not None:
            assert found.harm >= reached.harm
        reached = found
    if fewest == size and size >= 30:
        assert reached.verdict is Verdict.FAIL


@settings(max_examples=40)
@given(SEEDS, SIZES, LEVELS, st.sampled_from(["lab", "production", "gap"]))
def test_swapping_sides_flips_the_sign(seed: int, size: int, level: float, condition: str) -> None:
    base, candidate = pair(seed, size, level, harm=0.05)
    ours = harm_of(base, candidate, condition=condition)
    theirs = harm_of(candidate, base, condition=condition)
    assert ours.value == pytest.approx(-theirs.value, abs=1e-12)
    low, high = bounds(ours, 0.9)
    assert bounds(theirs, 0.9) == pytest.approx((-high, -low), abs=1e-9)


@settings(max_examples=40)
@given(SEEDS, SIZES, LEVELS)
def test_good_turned_round_is_harm_turned_round(seed: int, size: int, level: float) -> None:
    base, candidate = pair(seed, size, level, harm=0.05)
    higher = measure_harm(base, candidate, "rate.exception", "production", "all", Better.HIGHER)
    lower = measure_harm(base, candidate, "rate.exception", "production", "all", Better.LOWER)
    assert higher.value == pytest.approx(-lower.value, abs=1e-12)
    assert bounds(higher, 0.9) == pytest.approx([-end for end in bounds(lower, 0.9)][::-1])


def permuted(arm: ArmEvidence, order) -> ArmEvidence:
    def take(rows):
        return tuple(rows[number] for number in order)

    population = Population(
        take(arm.population.parcels),
        take(arm.population.truth),
        {name: take(masks) for name, masks in arm.population.groups.items()},
    )
    flags = {name: take(rows) for name, rows in arm.flags.items()}
    sums = {key: block[list(order)] for key, block in arm.sums.items()}
    return ArmEvidence(arm.arm, population, flags, sums)


@settings(max_examples=20)
@given(SEEDS, st.permutations(range(10)))
def test_the_order_of_replications_changes_nothing(seed: int, order: list[int]) -> None:
    base, candidate = pair(seed, 60, 0.9, harm=0.03)
    policy = default_policy()[0]
    ours = judge(base, candidate, policy)
    theirs = judge(permuted(base, order), permuted(candidate, order), policy)
    for one, other in zip(ours, theirs, strict=True):
        assert (one.verdict, one.group) == (other.verdict, other.group)
        for name in ("harm", "low", "high", "p_adjusted", "margin"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-9)


@settings(max_examples=40)
@given(SEEDS, SIZES, LEVELS, st.floats(0.5, 0.98))
def test_a_higher_level_is_never_shorter(seed: int, size: int, level: float, first: float) -> None:
    harm = harm_of(*pair(seed, size, level, harm=0.02))
    inner, outer = bounds(harm, first), bounds(harm, (1 + first) / 2)
    assert outer[0] <= inner[0] + 1e-12
    assert inner[0] - 1e-12 <= harm.value <= inner[1] + 1e-12
    assert inner[1] <= outer[1] + 1e-12
    assert -1.0 <= outer[0] <= outer[1] <= 1.0


@settings(max_examples=40)
@given(SEEDS, SIZES, LEVELS, st.floats(0.001, 0.3))
def test_p_and_interval_agree(seed: int, size: int, level: float, alpha: float) -> None:
    harm = harm_of(*pair(seed, size, level, harm=0.05))
    p = p_above_zero(harm)
    assert 0.0 <= p <= 1.0
    if abs(p - alpha) > 1e-6 * alpha:
        assert (bounds(harm, 1 - 2 * alpha)[0] > 0.0) is (p < alpha)


@settings(max_examples=25)  # statsmodels takes a tenth of a second each
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40))
def test_holm_is_that_of_statsmodels(p_values: list[float]) -> None:
    expected = multipletests(p_values, method="holm")[1]
    assert holm(p_values) == pytest.approx(list(expected))


def test_holm_of_nothing_is_nothing() -> None:
    assert holm([]) == []


@settings(max_examples=15)
@given(SEEDS, st.floats(0.01, 100.0))
def test_the_unit_of_a_time_does_not_matter(seed: int, scale: float) -> None:
    base, candidate = pair(seed, 20, 0.9)

    def scaled(arm):
        sums = {key: block.copy() for key, block in arm.sums.items()}
        for block in sums.values():
            block[:, 0] *= scale
        return ArmEvidence(arm.arm, arm.population, arm.flags, sums)

    name = "time_in_system.mean_s"
    small, large = harm_of(base, candidate, name), harm_of(scaled(base), scaled(candidate), name)
    assert large.value == pytest.approx(scale * small.value, rel=1e-6, abs=1e-9)
    assert bounds(large, 0.9) == pytest.approx(
        [scale * end for end in bounds(small, 0.9)], rel=1e-6
    )
    assert p_above_zero(large) == pytest.approx(p_above_zero(small), rel=1e-6)


@settings(max_examples=15)
@given(SEEDS, SIZES, LEVELS)
def test_effects_are_candidate_less_base(seed: int, size: int, level: float) -> None:
    base, candidate = pair(seed, size, level, harm=0.1)
    found = list(effects(base, candidate))
    assert {effect.metric for effect in found} >= {
        name for name, spec in CATALOGUE.items() if spec.kind is not MetricKind.PROPORTION
    }
    for effect in found:
        assert effect.change == pytest.approx(effect.candidate - effect.base, abs=1e-9)
        if effect.low is not None:
            assert effect.low - 1e-9 <= effect.change <= effect.high + 1e-9


def test_verdicts_of_the_whole_are_ordered() -> None:
    checks = judge(*pair(1, 100, 0.9, harm=0.3), default_policy()[0])
    worst = max(
        (c.verdict for c in checks if c.level == "error" and c.verdict in ORDER), key=ORDER.get
    )
    assert overall(checks) is worst
