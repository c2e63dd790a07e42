"""What changed between two arms, metric by metric, without a verdict."""

from collections.abc import Iterator
from dataclasses import dataclass

from metrics.catalogue import CATALOGUE, Better
from metrics.gate.evidence import ArmEvidence
from metrics.gate.harm import Condition, measure_harm
from metrics.gate.harm_interval import harm_interval
from metrics.intervals import LEVEL

__all__ = ["Effect", "effects"]

_CONDITIONS: tuple[Condition, ...] = ("lab", "production", "gap")


@dataclass(frozen=True, slots=True)
class Effect:
    """Candidate less base.

    Attributes
    ----------
    metric, condition, group : str
    base, candidate, change : float
        In the metric's unit.
    low, high : float or None
        95 % interval of `change`.
    rule : str
        Method of the interval.
    parcels, replications : int
    """

    metric: str
    condition: Condition
    group: str
    base: float
    candidate: float
    change: float
    low: float | None
    high: float | None
    rule: str
    parcels: int
    replications: int


def effects(
    base: ArmEvidence, candidate: ArmEvidence, families: tuple[str, ...] = ("all",)
) -> Iterator[Effect]:
    """Every metric of the catalogue, in every condition and group that both arms measured."""
    for spec in CATALOGUE.values():
        groups = candidate.groups(spec.name, families)
        for group in base.groups(spec.name, families):
            if group not in groups:
                continue
            for condition in _CONDITIONS if spec.has_gap else _CONDITIONS[:2]:
                # Lower is better: harm is then candidate less base, and less so for a gap.
                harm = measure_harm(base, candidate, spec.name, condition, group, Better.LOWER)
                if harm is None:
                    continue
                found = harm_interval(harm, LEVEL)
                low, high, change = found.low, found.high, harm.value
                if condition == "gap":
                    change = -change + 0.0
                    low, high = _negated(high), _negated(low)
                yield Effect(
                    spec.name,
                    condition,
                    group,
                    harm.base,
                    harm.candidate,
                    change,
                    low,
                    high,
                    str(found.rule),
                    harm.parcels,
                    len(harm.replications),
                )


def _negated(number: float | None) -> float | None:
    return None if number is None else -number + 0.0
