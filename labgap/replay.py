"""A run's replay: one cell of one replication of one arm, as a page that plays it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labgap.atomic import write_atomic
from labgap.errors import InvalidUse
from labgap.run_contents import gallery_of, scenario_of
from labgap.run_folder import RunFolder
from reports.replay import ReplayInputs, render_replay
from scenarios.events import EVENTS, topic

__all__ = ["CELLS_BY_NAME", "write_replay"]

CELLS_BY_NAME = ("lab", "degraded", "loaded", "production")


def write_replay(
    folder: RunFolder,
    arm: str | None = None,
    replication: int = 0,
    cell: str = "production",
    path: Path | None = None,
) -> Path:
    """Write ``replay.html`` from the tables of a run.

    Parameters
    ----------
    folder : RunFolder
    arm : str, optional
        By default the scenario's first.
    replication : int
    cell : str
    path : Path, optional
        By default ``replay.html`` in the run's folder.

    Raises
    ------
    InvalidUse
        If the run is unfinished, has no such arm, replication or cell, or a table of it cannot be
        read; if `path` is a folder.
    """
    if path is not None and path.is_dir():
        raise InvalidUse(
            "this is a folder, and a replay is one file",
            where=str(path),
            fix=f"name the file, e.g. --out {path / 'replay.html'}",
        )
    manifest = folder.read_manifest()
    _refuse_unfinished(folder, manifest)
    scenario = scenario_of(manifest)
    arms = [each.name for each in scenario.arms]
    arm = arms[0] if arm is None else arm
    if arm not in arms:
        raise InvalidUse("the run has no such arm", where=arm, fix=f"use {', '.join(arms)}")
    if cell not in CELLS_BY_NAME:
        raise InvalidUse("there is no such cell", where=cell, fix=f"use {', '.join(CELLS_BY_NAME)}")
    if not 0 <= replication < scenario.replications:
        raise InvalidUse(
            "the run has no such replication",
            where=str(replication),
            fix=f"replications are 0 to {scenario.replications - 1}",
        )
    events = folder.events_path(arm, replication)
    truth = folder.truth_path(replication)
    of_cell = [("cell", "=", cell)]
    inputs = ReplayInputs(
        title=scenario.title,
        sorting=scenario.sorting,
        arm=arm,
        cell=cell,
        replication=replication,
        events={
            name: folder.read_table(events / f"{name}.parquet", of_cell).drop_columns(["cell"])
            for name in map(topic, EVENTS)
            # runs of earlier versions have no tables of what they did not know
            if (events / f"{name}.parquet").exists()
        },
        parcels=folder.read_table(truth / "parcels.parquet"),
        conditions=folder.read_table(truth / "conditions.parquet"),
        gallery=gallery_of(folder),
        run_name=folder.path.name,
    )
    path = path or folder.path / "replay.html"
    write_atomic(path, render_replay(inputs))
    return path


def _refuse_unfinished(folder: RunFolder, manifest: Mapping[str, Any]) -> None:
    # A run that is being concluded is still "running", but its metrics are there already.
    if manifest["status"] != "complete" and not (folder.path / "metrics.json").exists():
        raise InvalidUse(
            f"the run is unfinished ({manifest['status']}), so there is no replay of it yet",
            where=str(folder.path),
            fix=f"finish it: {manifest['reproduce']} --out {folder.path} --resume",
        )
