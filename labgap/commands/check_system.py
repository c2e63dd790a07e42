"""``labgap check-system``: whether a system keeps its contract."""

from typing import Annotated

import typer

from labgap.budgets import Budgets, default_memory_gb
from labgap.commands.options import Json, Smoke
from labgap.conformance_task import findings_on
from labgap.console import emit, emit_json
from labgap.exit_codes import ExitCode
from labgap.parameters import parsed_parameters

__all__ = ["check_system"]

DEFAULT_SUITE_S = 300.0

MARK = {"pass": "ok  ", "warn": "warn", "fail": "FAIL"}


def check_system(
    kind: Annotated[str, typer.Argument(help="vision, service, routing or items.")] = "vision",
    system: Annotated[
        str, typer.Argument(metavar="SYSTEM", help="Registered name or pkg.module:Factory.")
    ] = "barcode",
    param: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Parameter of the system; repeatable."),
    ] = None,
    task_timeout: Annotated[
        float, typer.Option(min=1.0, help="Seconds that the whole suite may take.")
    ] = DEFAULT_SUITE_S,
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """Run the conformance suite on a system; exits 5 if it breaks its contract."""
    if "=" in kind:
        kind, _, system = kind.partition("=")
    budgets = Budgets(task_timeout, default_memory_gb(1))
    findings = findings_on(kind, system, parsed_parameters(param or ()), budgets)
    failed = [finding for finding in findings if finding.status == "fail"]
    if json_output:
        emit_json(
            [
                {"check": f.check, "status": f.status, "detail": f.detail, "fix": f.fix}
                for f in findings
            ]
        )
    else:
        for finding in findings:
            emit(f"{MARK[finding.status]} {finding.check}: {finding.detail}")
            if finding.fix and finding.status != "pass":
                emit(f"     fix: {finding.fix}")
        emit(f"{kind} {system}: {len(findings) - len(failed)} of {len(findings)} checks passed")
    if failed:
        raise typer.Exit(ExitCode.SYSTEM_FAILED)
