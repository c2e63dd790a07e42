"""``labgap runs``: list, size and clean what is on disk."""

import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from labgap.commands.options import Json, Runs, Smoke
from labgap.console import emit, emit_json
from labgap.errors import InvalidUse
from labgap.outcome import ends_clearly
from labgap.run_folder import RunFolder
from labgap.run_lookup import RUNS_ROOT, find_run, runs_under

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False)


def size_of(path: Path) -> int:
    """Bytes of all files below `path`."""
    return sum(entry.stat().st_size for entry in path.rglob("*") if entry.is_file())


def _record(folder: RunFolder) -> dict[str, Any]:
    try:
        manifest = folder.read_manifest()
    except InvalidUse:
        return {"run": folder.path.name, "status": "unreadable"}
    return {
        "run": folder.path.name,
        "status": manifest["status"],
        "scenario": manifest["scenario"]["name"],
        "arms": list(manifest["arms"]),
        "replications": manifest["replications"],
        "created_at": manifest["created_at"],
    }


@app.callback()
def runs() -> None:
    """List, size and clean runs."""


@app.command("list")
@ends_clearly
def list_runs(runs: Runs = RUNS_ROOT, smoke: Smoke = False, json_output: Json = False) -> None:
    """List runs, oldest first."""
    records = [_record(folder) for folder in runs_under(runs)]
    if json_output:
        emit_json(records)
    elif not records:
        emit(f"no runs under {runs}")
    for record in () if json_output else records:
        arms = ", ".join(record.get("arms", ()))
        emit(f"{record['run']:<40} {record['status']:<12} {arms}")


@app.command("size")
@ends_clearly
def size(runs: Runs = RUNS_ROOT, smoke: Smoke = False, json_output: Json = False) -> None:
    """Say what each run, and the cache of answers, takes on disk."""
    sizes = {folder.path.name: size_of(folder.path) for folder in runs_under(runs)}
    sizes[".cache"] = size_of(runs / ".cache")
    if json_output:
        emit_json(sizes)
        return
    for name, taken in sizes.items():
        emit(f"{name:<40} {taken / 1e6:10.1f} MB")
    emit(f"{'total':<40} {sum(sizes.values()) / 1e6:10.1f} MB")


@app.command("clean")
@ends_clearly
def clean(
    names: Annotated[list[str] | None, typer.Argument(metavar="RUN...")] = None,
    cache: Annotated[bool, typer.Option("--cache", help="Remove the cache of answers.")] = False,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Remove every run that is not complete.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Remove; without it, only say what.")] = False,
    runs: Runs = RUNS_ROOT,
    smoke: Smoke = False,
) -> None:
    """Remove named runs, unfinished runs or the cache.  Says what, and does it with --yes."""
    doomed = [find_run(name, runs).path for name in names or ()]
    for path in doomed:
        RunFolder(path).read_manifest()  # refuses to remove what is no run
    if unfinished:
        doomed += [
            folder.path
            for folder in runs_under(runs)
            if _record(folder)["status"] != "complete" and folder.path not in doomed
        ]
    if cache and (runs / ".cache").is_dir():
        doomed.append(runs / ".cache")
    for path in doomed:
        emit(f"{'removed' if yes else 'would remove'} {path} ({size_of(path) / 1e6:.1f} MB)")
        if yes:
            shutil.rmtree(path)
    if not doomed:
        emit("nothing to remove; name runs, or use --unfinished or --cache")
    elif not yes:
        emit("add --yes to remove")
