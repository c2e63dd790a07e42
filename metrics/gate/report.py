"""Everything a gate says, for pages, programs and continuous integration alike."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from metrics.gate.verdict import Check, Level, Verdict

__all__ = ["GATE_SCHEMA_VERSION", "GateReport"]

GATE_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class GateReport:
    """Outcome of a gate.

    Attributes
    ----------
    verdict : Verdict
        Of the whole.
    scenario, base, candidate : str
        Names for people.
    checks : tuple of Check
        In the order of the policy; empty where nothing could be compared.
    alpha : float
        One-sided error; intervals are for ``1 - 2 alpha``.
    blocks_inconclusive : bool
        Whether an inconclusive check ends the process with anything but 0.
    reproduce : tuple of str
        Lines for a shell, the gate itself first.
    remarks : tuple of str
        What a reader should know beside the verdict.
    problem : str
        Why nothing could be compared; empty otherwise.
    """

    verdict: Verdict
    scenario: str
    base: str
    candidate: str
    checks: tuple[Check, ...]
    alpha: float
    blocks_inconclusive: bool
    reproduce: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    problem: str = ""

    @property
    def level(self) -> float:
        """Confidence level of the intervals."""
        return 1.0 - 2.0 * self.alpha

    def having(self, verdict: Verdict, level: Level | None = None) -> Sequence[Check]:
        """Checks with a verdict, of one level or of both."""
        return [
            check
            for check in self.checks
            if check.verdict is verdict and level in (None, check.level)
        ]

    def record(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "schema_version": GATE_SCHEMA_VERSION,
            "verdict": str(self.verdict),
            "scenario": self.scenario,
            "base": self.base,
            "candidate": self.candidate,
            "alpha": self.alpha,
            "interval_level": self.level,
            "problem": self.problem or None,
            "remarks": list(self.remarks),
            "reproduce": list(self.reproduce),
            "checks": [asdict(check) for check in self.checks],
        }
