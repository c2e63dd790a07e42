"""``labgap doctor``: what is missing, shadowed or mismatched, and the line that mends it."""

import typer

from labgap.commands.options import Json, Smoke
from labgap.console import emit, emit_json
from labgap.exit_codes import ExitCode
from labgap.health import examine

__all__ = ["doctor"]

MARK = {"ok": "ok  ", "absent": "-   ", "warn": "warn", "bad": "BAD "}


def doctor(smoke: Smoke = False, json_output: Json = False) -> None:
    """Examine the installation; exits 2 if something labgap needs is broken."""
    findings = examine()
    if json_output:
        emit_json([finding.record() for finding in findings])
    else:
        for finding in findings:
            emit(f"{MARK[finding.status]} {finding.name}: {finding.detail}")
            if finding.fix and finding.status != "ok":
                emit(f"     fix: {finding.fix}")
    if any(finding.status == "bad" for finding in findings):
        raise typer.Exit(ExitCode.INVALID)
