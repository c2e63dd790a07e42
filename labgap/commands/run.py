"""``labgap run``: play a scenario and write its run folder."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from labgap.arms import RemoteOptions
from labgap.budgets import DEFAULT_TASK_TIMEOUT_S
from labgap.commands.options import Engine, Json, Quiet, RayAddress, Runs, Smoke
from labgap.console import emit, emit_json, note
from labgap.engine_choice import EngineChoice, EngineName
from labgap.errors import InvalidUse
from labgap.run_lookup import RUNS_ROOT
from labgap.running import RunRequest, estimate_run, play
from labgap.smoke import NETWORK_SMOKE_OVERRIDES, SMOKE_OVERRIDES
from labgap.summary import summary_record, summary_table
from scenarios.loading import names_network

__all__ = ["run"]

QUICKSTART = "quickstart"


def run(
    scenario: Annotated[
        str, typer.Argument(help="Scenario file, or the name of one in the library.")
    ] = "",
    system: Annotated[
        list[str] | None,
        typer.Option(
            "--system",
            metavar="KIND=SYSTEM",
            help="Your system, as arm 'candidate': a registered name, pkg.module:Factory, or "
            "http://127.0.0.1:8080/v2/models/NAME of a running server.",
        ),
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Parameter of --system; repeatable."),
    ] = None,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="Contact this host for --system too, not this machine alone."),
    ] = None,
    remote_timeout: Annotated[
        float | None,
        typer.Option(min=0.1, max=300.0, help="Seconds a request to a server may take (20)."),
    ] = None,
    arm: Annotated[
        list[str] | None, typer.Option("--arm", help="Run this arm only; repeatable.")
    ] = None,
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a key of the scenario."),
    ] = None,
    replications: Annotated[
        int | None, typer.Option("--reps", min=1, help="Replications instead of the scenario's.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed instead of the scenario's.")] = None,
    jobs: Annotated[int, typer.Option(min=1, max=256, help="Tasks at a time.")] = 2,
    engine: Engine = EngineName.LOCAL,
    ray_address: RayAddress = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of this run (default: a new one).")
    ] = None,
    runs: Runs = RUNS_ROOT,
    cache: Annotated[
        Path | None, typer.Option(help="Folder of cached answers (default: RUNS/.cache).")
    ] = None,
    profiles: Annotated[
        Path | None,
        typer.Option(help="Latency profiles measured by `labgap calibrate`: a file or folder."),
    ] = None,
    photos: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Ask every arm about these real photographs too, pictures beside their texts.",
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Finish the run in --out, or the latest of this scenario."),
    ] = False,
    task_timeout: Annotated[
        float,
        typer.Option(min=1.0, help="Seconds a block of 32 parcels, or a replication, may take."),
    ] = DEFAULT_TASK_TIMEOUT_S,
    task_memory: Annotated[
        float | None,
        typer.Option(
            min=0.2, help="GB of memory a worker may take (default: 80 % of all, shared)."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say items, minutes and disk; run nothing.")
    ] = False,
    smoke: Smoke = False,
    quiet: Quiet = False,
    json_output: Json = False,
) -> None:
    """Run a scenario: the same parcels in the lab and in production, for every arm."""
    if smoke and not scenario:
        scenario = QUICKSTART
    if not scenario:
        raise InvalidUse(
            "name a scenario", fix="a file, or one of `labgap list scenarios`, e.g. quickstart"
        )
    network = names_network(scenario)
    changes = list(overrides or ())
    if smoke:
        changes += NETWORK_SMOKE_OVERRIDES if network else SMOKE_OVERRIDES
    if replications is not None:
        changes.append(f"replications={replications}")
    if seed is not None:
        changes.append(f"seed={seed}")
    request = RunRequest(
        scenario=scenario,
        overrides=tuple(changes),
        systems=tuple(system or ()),
        only_arms=tuple(arm or ()),
        jobs=jobs,
        out=out,
        root=runs,
        cache=cache,
        resume=resume,
        profiles=profiles,
        photos=photos,
        task_timeout_s=task_timeout,
        task_memory_gb=task_memory,
        engine=EngineChoice(engine, ray_address),
        remote=RemoteOptions(tuple(allow_host or ()), remote_timeout),
        params=tuple(param or ()),
    )
    if network:
        if photos is not None:
            raise InvalidUse(
                "a network of centres asks no reader, so there is nobody to show photographs to",
                where="--photos",
                fix="give a scenario with a sorting centre, e.g. quickstart",
            )
        _run_network(request, dry_run, quiet, json_output)
        return
    if dry_run:
        costs = estimate_run(request)
        if json_output:
            emit_json(costs.record())
        else:
            emit(
                f"{costs.parcels} parcels in {costs.replications} replications, "
                f"{costs.model_readings} model readings ({costs.arms} arms), "
                f"about {costs.minutes:g} min with {jobs} jobs, {costs.disk_mb:g} MB on disk"
            )
        return
    finished = play(request, quiet=quiet)
    if json_output:
        emit_json(summary_record(finished))
    else:
        emit(summary_table(finished))
        emit(f"report: {finished.folder.path / 'report.html'}")
        emit(f"replay: {finished.folder.path / 'replay.html'}")
    note(f"next: labgap show {shlex.quote(str(finished.folder.path))} PARCEL")


def _run_network(request: RunRequest, dry_run: bool, quiet: bool, json_output: bool) -> None:
    # Most runs are of a sorting centre, and need nothing of this.
    from labgap.network_running import estimate_network, play_network
    from labgap.network_summary import network_summary_record, network_summary_table

    if dry_run:
        costs = estimate_network(request)
        if json_output:
            emit_json(costs.record())
        else:
            emit(
                f"{costs.centres} centres, about {costs.parcels:,} parcels in both worlds of "
                f"{costs.replications} replications, no model readings (array tier only), about "
                f"{costs.minutes:g} min with {request.jobs} jobs, {costs.disk_mb:g} MB on disk"
            )
        return
    finished = play_network(request, quiet=quiet)
    if json_output:
        emit_json(network_summary_record(finished))
    else:
        emit(network_summary_table(finished))
        emit(f"report: {finished.folder.path / 'report.html'}")
    note(f"next: labgap show {shlex.quote(str(finished.folder.path))} CENTRE")
