"""Options that several verbs share."""

from pathlib import Path
from typing import Annotated

import typer

from labgap.engine_choice import EngineName

__all__ = ["Engine", "Json", "Out", "Quiet", "RayAddress", "Run", "Runs", "Smoke"]

Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")]
Smoke = Annotated[
    bool,
    typer.Option("--smoke", help="Try the verb in seconds on a small built-in run or fixture."),
]
Run = Annotated[
    str, typer.Argument(metavar="RUN", help="Folder of a run, its id under runs/, or 'latest'.")
]
Runs = Annotated[Path, typer.Option("--runs", help="Folder that holds the runs.")]
Engine = Annotated[EngineName, typer.Option("--engine", help="Where tasks run.")]
RayAddress = Annotated[
    str | None,
    typer.Option(
        "--ray-address",
        metavar="HOST:PORT",
        help="Ray cluster to join (default: start one on this machine).",
    ),
]
Out = Annotated[Path | None, typer.Option("--out", help="Where to write.")]
