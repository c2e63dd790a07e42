"""``labgap validate``: check scenarios without running them."""

from typing import Annotated

import typer

from labgap.commands.options import Json, Smoke
from labgap.console import emit, emit_json, note
from labgap.errors import InvalidUse
from labgap.exit_codes import ExitCode
from scenarios import library
from scenarios.errors import InvalidScenario
from scenarios.loading import load_any

__all__ = ["validate"]


def validate(
    scenarios: Annotated[
        list[str] | None, typer.Argument(help="Scenario files or names in the library.")
    ] = None,
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """Check scenario files: schema, units, ranges, references.  Runs nothing."""
    names = list(scenarios or ()) or (list(library.names()) if smoke else [])
    if not names:
        raise InvalidUse("name at least one scenario", fix="labgap validate scenario.yaml")
    verdicts = []
    for name in names:
        try:
            loaded = load_any(name)
        except InvalidScenario as error:
            note(str(error))
            problems = [
                {"what": p.what, "where": p.where, "key": p.key, "fix": p.fix}
                for p in error.problems
            ]
            verdicts.append({"scenario": name, "valid": False, "problems": problems})
        else:
            if not json_output:
                emit(f"{name}: valid ({loaded.sha256[:12]})")
            verdicts.append({"scenario": name, "valid": True, "sha256": loaded.sha256})
    if json_output:
        emit_json(verdicts)
    if not all(verdict["valid"] for verdict in verdicts):
        raise typer.Exit(ExitCode.INVALID)
