"""``labgap replay``: write the page that plays a run's lanes again."""

from pathlib import Path
from typing import Annotated

import typer

from labgap.commands.options import Json, Out, Smoke
from labgap.console import emit, emit_json
from labgap.replay import write_replay
from labgap.run_folder import RunFolder
from labgap.run_lookup import find_run
from labgap.smoke import smoke_run

__all__ = ["replay"]


def replay(
    run: Annotated[str, typer.Argument(metavar="RUN")] = "latest",
    arm: Annotated[
        str | None, typer.Option(help="Whose night to play (default: the first arm's).")
    ] = None,
    replication: Annotated[int, typer.Option(min=0, help="Which repetition.")] = 0,
    cell: Annotated[str, typer.Option(help="lab, degraded, loaded or production.")] = "production",
    out: Out = None,
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """Write replay.html: the lanes as they ran, to play, scrub and click."""
    if smoke:
        with smoke_run() as folder:
            _write(folder, arm, replication, cell, out, json_output)
    else:
        _write(find_run(run), arm, replication, cell, out, json_output)


def _write(
    folder: RunFolder,
    arm: str | None,
    replication: int,
    cell: str,
    out: Path | None,
    json_output: bool,
) -> None:
    path = write_replay(folder, arm, replication, cell, out)
    if json_output:
        emit_json({"html": str(path), "bytes": path.stat().st_size})
    else:
        emit(f"replay: {path}")
