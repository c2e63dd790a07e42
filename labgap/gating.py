"""A gate from what the user typed to what it says."""

import shlex
from dataclasses import dataclass
from enum import StrEnum

from labgap.comparability import check_comparable, comparable_groups, remarks
from labgap.comparison import find_sides
from labgap.errors import NothingMeasured
from labgap.evidence_source import Source
from labgap.exit_codes import ExitCode
from metrics.gate.judgement import judge
from metrics.gate.policy import Policy
from metrics.gate.report import GateReport
from metrics.gate.verdict import Verdict, overall

__all__ = ["GateRequest", "Inconclusive", "exit_code", "gate"]


class Inconclusive(StrEnum):
    """What an inconclusive gate ends with."""

    FAIL = "fail"
    WARN = "warn"
    PASS = "pass"


@dataclass(frozen=True, slots=True)
class GateRequest:
    """What the user asked for.

    Attributes
    ----------
    base, candidate : str
        A run or a baseline file each.
    base_arm, candidate_arm : str or None
    policy : Policy
    policy_file : str or None
        None for the default policy.
    inconclusive : Inconclusive or None
        None for exit 3.
    """

    base: str
    candidate: str
    base_arm: str | None
    candidate_arm: str | None
    policy: Policy
    policy_file: str | None = None
    inconclusive: Inconclusive | None = None

    @property
    def command(self) -> str:
        """One line that gates again."""
        words = ["labgap", "gate", self.base, self.candidate]
        for option, value in (
            ("--policy", self.policy_file),
            ("--base-arm", self.base_arm),
            ("--cand-arm", self.candidate_arm),
            ("--inconclusive", self.inconclusive),
        ):
            words += [] if value is None else [option, str(value)]
        return shlex.join(words)


def gate(request: GateRequest) -> GateReport:
    """Judge a candidate.

    Returns
    -------
    GateReport
        With its `problem` set, and no checks, where the two cannot be compared.

    Raises
    ------
    InvalidUse
        If a side is no run and no baseline, or the arms must be named.
    """
    try:
        base, candidate = find_sides(
            request.base, request.candidate, request.base_arm, request.candidate_arm
        )
        base, candidate = comparable_groups(base, candidate)
        check_comparable(base, candidate)
    except NothingMeasured as error:
        return GateReport(
            Verdict.NOT_COMPARABLE,
            "unknown",
            request.base,
            request.candidate,
            (),
            request.policy.alpha,
            _blocks(request),
            (request.command,),
            problem=str(error),
        )
    checks = judge(base.evidence, candidate.evidence, request.policy)
    return GateReport(
        overall(checks),
        base.scenario,
        _named(base),
        _named(candidate),
        checks,
        request.policy.alpha,
        _blocks(request),
        tuple(line for line in (request.command, base.reproduce, candidate.reproduce) if line),
        tuple(remarks(base, candidate)),
    )


def _blocks(request: GateRequest) -> bool:
    return request.inconclusive in (None, Inconclusive.FAIL)


def _named(source: Source) -> str:
    spec = source.system.get("spec")
    return f"{source.name}, system {spec}" if isinstance(spec, str) else source.name


def exit_code(verdict: Verdict, inconclusive: Inconclusive | None) -> ExitCode:
    """Exit code of a verdict."""
    match verdict:
        case Verdict.PASS:
            return ExitCode.PASS
        case Verdict.FAIL:
            return ExitCode.REGRESSION
        case Verdict.NOT_COMPARABLE:
            return ExitCode.NOT_COMPARABLE
        case _ if inconclusive is None:
            return ExitCode.INCONCLUSIVE
        case _ if inconclusive is Inconclusive.FAIL:
            return ExitCode.REGRESSION
    return ExitCode.PASS
