"""What the gate does, measured: false alarms, misses, power and coverage."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special

from metrics.catalogue import CATALOGUE, Better, MetricKind
from metrics.gate.evidence import ArmEvidence
from metrics.gate.harm import Condition, measure_harm
from metrics.gate.harm_interval import harm_interval, rule_of
from metrics.gate.judgement import judge
from metrics.gate.outcome_world import OutcomeWorld
from metrics.gate.perturbation import DISAGREEMENT, perturbed
from metrics.gate.policy import GateMetric, Margin, Policy
from metrics.gate.verdict import Check, Level, Verdict, overall

__all__ = ["Coverage", "Design", "Flake", "Power", "coverage", "flake", "power"]

HARMS = (0.0, 0.5, 1.0, 1.5, 2.0)
"""Harms of a power table, in margins."""


@dataclass(frozen=True, slots=True)
class Design:
    """Size of an invented experiment.

    Attributes
    ----------
    replications, parcels : int
        `parcels` of one replication.
    accuracy : float
        Of the base, in lab and production.
    disagreement : float
        Share of parcels that change between right and wrong by chance.
    """

    replications: int = 10
    parcels: int = 500
    accuracy: float = 0.95
    disagreement: float = DISAGREEMENT


@dataclass(frozen=True, slots=True)
class Flake:
    """Verdicts on candidates that are as good as the base.

    Attributes
    ----------
    trials : int
    verdicts : mapping of str to int
        Of the whole gate.
    failed_checks : mapping of (metric, condition, group) to int
        Blocking checks that raised a false alarm.
    """

    trials: int
    verdicts: dict[str, int]
    failed_checks: dict[tuple[str, str, str], int]

    @property
    def false_fails(self) -> int:
        """Trials that ended in a regression that is none."""
        return self.verdicts.get(Verdict.FAIL, 0)

    @property
    def most(self) -> float:
        """One-sided 95 % upper limit of the rate of false fails (Clopper & Pearson 1934)."""
        if self.false_fails == self.trials:
            return 1.0
        left = self.trials - self.false_fails
        return float(special.betaincinv(self.false_fails + 1, left, 0.95))


@dataclass(frozen=True, slots=True)
class Power:
    """Shares of verdicts at one true harm."""

    metrics: tuple[str, ...]
    condition: Condition
    margin: float
    harm: float
    passed: float
    failed: float
    inconclusive: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often a 95 % interval holds the truth.

    Attributes
    ----------
    accuracy, gap : float
        Base accuracy, and what the other side loses.
    covered : float
    width : float
        Mean width.
    exact : float
        Share of trials in which the exact rule applied.
    """

    accuracy: float
    gap: float
    covered: float
    width: float
    exact: float


def _rng(seed: int, *keys: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=keys))


def flake(
    policy: Policy,
    trials: int,
    *,
    seed: int = 1,
    design: Design = Design(),
    base: ArmEvidence | None = None,
) -> Flake:
    """Gate an arm against itself on another day, `trials` times.

    Parameters
    ----------
    policy : Policy
    trials : int
    seed : int
    design : Design
        Of the invented arm; a fresh one every trial.
    base : ArmEvidence or None
        A measured arm instead.
    """
    families = tuple(dict.fromkeys(name for metric in policy.metrics for name in metric.by))
    verdicts: Counter[str] = Counter()
    failed: Counter[tuple[str, str, str]] = Counter()
    for trial in range(trials):
        rng = _rng(seed, trial)
        ours = base
        if ours is None:
            world = OutcomeWorld(rng, design.replications, design.parcels)
            ours = world.arm(design.accuracy, design.accuracy)
        theirs = perturbed(ours, rng, disagreement=design.disagreement, families=families)
        checks = _comparisons(ours, theirs, policy)
        verdicts[overall(checks)] += 1
        failed.update(
            (check.metric, check.condition, check.group)
            for check in checks
            if check.verdict is Verdict.FAIL and check.level is Level.ERROR
        )
    return Flake(trials, dict(verdicts), dict(failed))


def _comparisons(base: ArmEvidence, candidate: ArmEvidence, policy: Policy) -> list[Check]:
    """Checks against a base; a promise of single parcels has no other day here."""
    metrics = tuple(metric for metric in policy.metrics if metric.sla is None)
    if not metrics:
        return []
    return list(judge(base, candidate, policy.model_copy(update={"metrics": metrics})))


def power(
    policy: Policy, trials: int, *, seed: int = 1, design: Design = Design()
) -> Iterator[Power]:
    """Gate candidates of known harm, for every blocking share of a policy, each by itself.

    Harms are those of `HARMS` in margins.  A share behaves like any other of the same level, so
    each is played as ``accuracy.forced`` of an arm of `design`.
    """
    for (condition, margin), names in _played(policy, design).items():
        alone = GateMetric(
            id="accuracy.forced", condition=condition, margin=Margin(absolute=margin)
        )
        single = policy.model_copy(update={"metrics": (alone,)})
        for times in HARMS:
            counts = _verdicts(single, condition, times * margin, trials, seed, design)
            shares = (
                counts[verdict] / trials
                for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE)
            )
            yield Power(tuple(names), condition, margin, times * margin, *shares)


def _played(policy: Policy, design: Design) -> dict[tuple[Condition, float], list[str]]:
    """Metrics by what decides their verdicts: condition and margin."""
    played: dict[tuple[Condition, float], list[str]] = {}
    for entry in policy.metrics:
        spec = CATALOGUE[entry.id]
        if entry.margin is None or entry.level == "warn":
            continue
        if spec.kind is MetricKind.PROPORTION and spec.denominator is None:
            higher = entry.good is Better.HIGHER
            margin = _margin(entry.margin, higher, design.accuracy)
            names = played.setdefault((entry.condition, margin), [])
            if entry.id not in names:
                names.append(entry.id)
    return played


def _margin(margin: Margin, higher: bool, accuracy: float) -> float:
    if margin.absolute is not None:
        return margin.absolute
    assert margin.relative is not None
    return margin.relative * (accuracy if higher else 1.0 - accuracy)


def _verdicts(
    policy: Policy, condition: Condition, harm: float, trials: int, seed: int, design: Design
) -> Counter[Verdict]:
    counts: Counter[Verdict] = Counter()
    for trial in range(trials):
        rng = _rng(seed, trial)
        world = OutcomeWorld(rng, design.replications, design.parcels)
        level = design.accuracy
        lab = level - harm if condition == "lab" else level
        production = level if condition == "lab" else level - harm
        theirs = perturbed(world.arm(lab, production), rng, disagreement=design.disagreement)
        counts[overall(judge(world.arm(level, level), theirs, policy))] += 1
    return counts


def coverage(
    accuracy: float, gap: float, trials: int, *, seed: int = 1, design: Design = Design()
) -> Coverage:
    """Draw pairs of arms a known `gap` apart and count how often the 95 % interval holds it."""
    covered = exact = 0
    width = 0.0
    for trial in range(trials):
        rng = _rng(seed, trial)
        world = OutcomeWorld(rng, design.replications, design.parcels)
        theirs = perturbed(
            world.arm(accuracy, accuracy - gap), rng, disagreement=design.disagreement
        )
        ours = world.arm(accuracy, accuracy)
        good = CATALOGUE["accuracy.forced"].better
        harm = measure_harm(ours, theirs, "accuracy.forced", "production", "all", good)
        assert harm is not None
        found = harm_interval(harm, 0.95)
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= gap <= found.high
        width += found.high - found.low
        exact += rule_of(harm) == "exact"
    return Coverage(accuracy, gap, covered / trials, width / trials, exact / trials)
