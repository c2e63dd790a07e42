"""``labgap survive``: kill runs at random moments, resume them, and compare every byte."""

from typing import Annotated

import typer

from labgap.commands.options import Json, Smoke
from labgap.console import emit, emit_json
from labgap.exit_codes import ExitCode
from labgap.smoke import NETWORK_SMOKE_OVERRIDES, SMOKE_OVERRIDES
from labgap.survival import survive as endure
from scenarios.loading import names_network

__all__ = ["survive"]

ARMS = "arms=[{name: barcode, vision: {name: barcode}}, {name: nobody, vision: {name: no_read}}]"
SMOKE_KILLS = 2


def survive(
    scenario: Annotated[
        str, typer.Argument(help="Scenario file, or the name of one in the library.")
    ] = "quickstart",
    kills: Annotated[int, typer.Option(min=1, help="Times to kill a run.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="Of the moments of the kills.")] = 0,
    full: Annotated[
        bool, typer.Option("--full", help="The scenario as it is, not a dozen parcels of it.")
    ] = False,
    jobs: Annotated[int, typer.Option(min=1, max=256, help="Runs at a time.")] = 2,
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """Kill -9 whole runs at random moments, resume each, and compare every file with a reference.

    Exits 70 if a single byte differs, for that is a bug in labgap.
    """
    small = NETWORK_SMOKE_OVERRIDES if names_network(scenario) else (*SMOKE_OVERRIDES, ARMS)
    overrides = () if full else small
    arguments = [scenario, "--jobs", "1"]
    for override in overrides:
        arguments += ["--set", override]
    found = endure(arguments, SMOKE_KILLS if smoke else kills, seed, jobs)
    if json_output:
        emit_json(found.record())
    else:
        for problem in found.problems:
            emit(problem)
        emit(
            f"{found.identical} of {found.kills} kills, on {found.runs} runs, "
            "left no trace: every file is byte for byte that of a run left alone"
        )
    if found.problems:
        raise typer.Exit(ExitCode.BUG)
