"""Verdicts, and what they rest on."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from metrics.gate.harm import Condition

__all__ = ["Check", "Level", "Verdict", "overall"]


class Verdict(StrEnum):
    """What a gate can say."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_COMPARABLE = "not comparable"


class Level(StrEnum):
    """Whether a check blocks."""

    ERROR = "error"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Check:
    """One metric, condition and group against its margin.

    Attributes
    ----------
    metric, group : str
    condition : str
        ``lab``, ``production`` or ``gap``.
    level : Level
    verdict : Verdict
    reason : str
        Why, in one sentence.
    base, candidate : float or None
        In the metric's unit.
    harm, low, high : float or None
        Candidate less base, turned so that more is worse, with its two-sided ``1 - 2 alpha``
        interval.
    margin : float or None
        In the metric's unit.
    p, p_adjusted : float or None
        Of "no harm": by itself, and after Holm over all blocking checks.
    rule : str
        Method of the interval.
    parcels, replications : int
    replications_needed : int or None
        What a verdict would take, where that can be said.
    """

    metric: str
    condition: Condition
    group: str
    level: Level
    verdict: Verdict
    reason: str
    base: float | None = None
    candidate: float | None = None
    harm: float | None = None
    low: float | None = None
    high: float | None = None
    margin: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    rule: str = "none"
    parcels: int = 0
    replications: int = 0
    replications_needed: int | None = None


def overall(checks: Iterable[Check]) -> Verdict:
    """Verdict of a gate: that of its worst blocking check.

    What cannot be compared comes before a regression, so that a broken comparison never passes
    for a broken candidate.  No check at all is nothing measured.
    """
    checks = tuple(checks)
    blocking = {check.verdict for check in checks if check.level is Level.ERROR}
    if not any(check.verdict is not Verdict.NOT_COMPARABLE for check in checks):
        return Verdict.NOT_COMPARABLE
    for verdict in (Verdict.NOT_COMPARABLE, Verdict.FAIL, Verdict.INCONCLUSIVE):
        if verdict in blocking:
            return verdict
    return Verdict.PASS
