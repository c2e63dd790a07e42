"""``labgap gate``: whether a candidate may go in."""

from pathlib import Path
from typing import Annotated

import typer

from labgap.atomic import write_atomic
from labgap.commands.arms import BaseArm, CandidateArm
from labgap.commands.options import Smoke
from labgap.console import emit, note
from labgap.errors import InvalidUse
from labgap.exit_codes import ExitCode
from labgap.gating import GateRequest, Inconclusive, exit_code
from labgap.gating import gate as judge_candidate
from labgap.invented import smoke_pair
from metrics.gate.policy_file import default_policy, load_policy
from metrics.gate.report import GateReport
from metrics.gate.verdict import Verdict
from reports.gate.json import render_json
from reports.gate.junit import render_junit
from reports.gate.markdown import render_gate_markdown
from reports.gate.text import render_text

__all__ = ["gate"]


def gate(
    base: Annotated[str, typer.Argument(metavar="BASE", help="A run, or a baseline file.")] = "",
    candidate: Annotated[
        str, typer.Argument(metavar="CAND", help="A run, or a baseline file.")
    ] = "",
    policy: Annotated[
        Path | None, typer.Option(help="What the candidate must hold (default: built in).")
    ] = None,
    base_arm: BaseArm = None,
    cand_arm: CandidateArm = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML here.")] = None,
    markdown: Annotated[
        Path | None, typer.Option("--md", help="Write Markdown for a pull request here.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write JSON here; '-' prints it.")
    ] = None,
    inconclusive: Annotated[
        Inconclusive | None,
        typer.Option(help="End an inconclusive gate with 1 (fail) or 0 (warn, pass), not 3."),
    ] = None,
    show_policy: Annotated[
        bool, typer.Option("--show-policy", help="Print the built-in policy; gate nothing.")
    ] = False,
    smoke: Smoke = False,
) -> None:
    """Hold a candidate to a policy: exit 0 pass, 1 fail, 3 inconclusive, 4 not comparable."""
    chosen, text = default_policy()
    if show_policy:
        emit(text.rstrip())
        return
    if policy is not None:
        chosen = load_policy(policy)
    if smoke:
        with smoke_pair() as (base, candidate):
            report = judge_candidate(GateRequest(base, candidate, None, None, chosen))
    else:
        if not base or not candidate:
            raise InvalidUse(
                "there must be a base and a candidate",
                where="command line",
                fix="labgap gate BASE CAND: a run or a baseline file each",
            )
        request = GateRequest(
            base,
            candidate,
            base_arm,
            cand_arm,
            chosen,
            None if policy is None else str(policy),
            inconclusive,
        )
        report = judge_candidate(request)
    _say(report, junit, markdown, json_file)
    if report.verdict is Verdict.INCONCLUSIVE and inconclusive is Inconclusive.WARN:
        note("labgap: warning: the gate is inconclusive and ends with 0, as --inconclusive says")
    code = exit_code(report.verdict, inconclusive)
    if code is not ExitCode.PASS:
        raise typer.Exit(int(code))


def _say(
    report: GateReport, junit: Path | None, markdown: Path | None, json_file: Path | None
) -> None:
    if junit is not None:
        write_atomic(junit, render_junit(report))
    if markdown is not None:
        write_atomic(markdown, render_gate_markdown(report))
    if json_file == Path("-"):
        emit(render_json(report))
        return
    if json_file is not None:
        write_atomic(json_file, render_json(report) + "\n")
    emit(render_text(report))
