"""``labgap sweep``: a family of runs, one table."""

from pathlib import Path
from typing import Annotated

import typer

from labgap.budgets import DEFAULT_TASK_TIMEOUT_S, Budgets, default_memory_gb
from labgap.commands.options import Engine, Json, Quiet, RayAddress, Runs, Smoke
from labgap.console import emit, emit_json
from labgap.engine_choice import EngineChoice, EngineName
from labgap.errors import InvalidUse
from labgap.run_lookup import RUNS_ROOT

__all__ = ["sweep"]

SMOKE_SWEEP = "belt_speed"


def sweep(
    file: Annotated[
        str, typer.Argument(metavar="SWEEP", help="Sweep file, or one of the library.")
    ] = "",
    system: Annotated[
        list[str] | None,
        typer.Option(
            "--system", metavar="KIND=SYSTEM", help="Your system, as arm 'candidate' of each cell."
        ),
    ] = None,
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a key in every cell."),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, max=256, help="Tasks at a time.")] = 2,
    engine: Engine = EngineName.LOCAL,
    ray_address: RayAddress = None,
    out: Annotated[Path | None, typer.Option(help="Folder of this sweep.")] = None,
    runs: Runs = RUNS_ROOT,
    cache: Annotated[
        Path | None, typer.Option(help="Folder of cached answers (default: RUNS/.cache).")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Finish the sweep in --out, or the latest of this.")
    ] = False,
    task_timeout: Annotated[
        float, typer.Option(min=1.0, help="Seconds a block of 32 parcels may take.")
    ] = DEFAULT_TASK_TIMEOUT_S,
    task_memory: Annotated[
        float | None, typer.Option(min=0.2, help="GB of memory a worker may take.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Validate and list the cells; run nothing.")
    ] = False,
    smoke: Smoke = False,
    quiet: Quiet = False,
    json_output: Json = False,
) -> None:
    """Play a scenario at every point of a design; write one table and its figures."""
    from labgap.sweeping import SweepRequest, plan_sweep, play_sweep

    if not file and not smoke:
        raise InvalidUse("name a sweep", fix=f"a file, or one of the library, e.g. {SMOKE_SWEEP}")
    request = SweepRequest(
        sweep=file or SMOKE_SWEEP,
        overrides=tuple(overrides or ()),
        systems=tuple(system or ()),
        jobs=jobs,
        out=out,
        root=runs,
        cache=cache,
        resume=resume,
        engine=EngineChoice(engine, ray_address),
        budgets=Budgets(task_timeout, task_memory or default_memory_gb(jobs)),
        smoke=smoke,
    )
    if dry_run:
        planned = plan_sweep(request)
        if json_output:
            emit_json([{"run": cell.name, **cell.point} for cell in planned.cells])
        else:
            for cell in planned.cells:
                emit(f"{cell.name}  {cell.words}")
            emit(f"{len(planned.cells)} cells, all valid")
        return
    finished = play_sweep(request, quiet=quiet)
    if json_output:
        emit_json(
            {
                "sweep": str(finished.path),
                "table": str(finished.path / "table.csv"),
                "cells": {name: dict(state) for name, state in finished.states.items()},
                "rows": finished.table.to_pylist(),
            }
        )
    else:
        emit(f"{len(finished.states)} cells, {finished.table.num_rows} rows")
        emit(f"table: {finished.path / 'table.csv'}")
        emit(f"page: {finished.path / 'sweep.html'}")
