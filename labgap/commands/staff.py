"""``labgap staff``: the cheapest point of a sweep that serves well enough."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from labgap.budgets import DEFAULT_TASK_TIMEOUT_S, Budgets, default_memory_gb
from labgap.commands.options import Engine, Json, Quiet, RayAddress, Runs, Smoke
from labgap.console import emit, emit_json
from labgap.engine_choice import EngineChoice, EngineName
from labgap.errors import InvalidUse
from labgap.exit_codes import ExitCode
from labgap.run_lookup import RUNS_ROOT

__all__ = ["staff"]

SMOKE_SHEET = "video_coding"


def staff(
    sheet: Annotated[
        str, typer.Argument(metavar="SHEET", help="A staffing sheet, or one of the library.")
    ] = "",
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a key in every cell."),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, max=256, help="Tasks at a time.")] = 2,
    engine: Engine = EngineName.LOCAL,
    ray_address: RayAddress = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the sweep.")] = None,
    runs: Runs = RUNS_ROOT,
    resume: Annotated[
        bool, typer.Option("--resume", help="Finish the sweep that was begun.")
    ] = False,
    smoke: Smoke = False,
    quiet: Quiet = False,
    json_output: Json = False,
) -> None:
    """Price every point of a sweep; exit 0 if one serves, 3 if one may, 1 if none does."""
    from labgap.staffing import play_staffing
    from labgap.sweeping import SweepRequest
    from metrics.staffing import Service, cheapest
    from reports.staffing import staffing_sentence

    if not sheet and not smoke:
        raise InvalidUse("name a staffing sheet", fix=f"a file, or e.g. {SMOKE_SHEET}")
    request = SweepRequest(
        sweep="",
        overrides=tuple(overrides or ()),
        systems=(),
        jobs=jobs,
        out=out,
        root=runs,
        cache=None,
        resume=resume,
        engine=EngineChoice(engine, ray_address),
        budgets=Budgets(DEFAULT_TASK_TIMEOUT_S, default_memory_gb(jobs)),
        smoke=smoke,
    )
    played = play_staffing(sheet or SMOKE_SHEET, request, quiet=quiet)
    if json_output:
        emit_json(
            {
                "sweep": str(played.path),
                "answer": staffing_sentence(played.sheet, played.offers),
                "offers": [asdict(offer) for offer in played.offers],
            }
        )
    else:
        emit(staffing_sentence(played.sheet, played.offers))
        emit(f"sheet: {played.path / 'staffing.md'}")
        emit(f"chart: {played.path / 'staffing.png'}")
    if smoke or played.best is not None:
        return
    if cheapest(played.offers, Service.PERHAPS) is not None:
        raise typer.Exit(ExitCode.INCONCLUSIVE)
    raise typer.Exit(ExitCode.REGRESSION)
