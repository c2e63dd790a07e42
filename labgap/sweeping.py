"""From a sweep file to its table: cell by cell, each a run that resumes like any other."""

import hashlib
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from labgap.atomic import write_atomic
from labgap.budgets import Budgets
from labgap.engine import interruptible
from labgap.engine_choice import EngineChoice
from labgap.errors import Interrupted, InvalidUse, NothingMeasured, SystemUnderTestFailed
from labgap.executor import Executor, executor_for
from labgap.progress import progress_reporter
from labgap.provenance import manifest_of, moment
from labgap.run_contents import read_metrics
from labgap.run_folder import RunFolder, new_run_path
from labgap.running import SAME_ON_RESUME, RunRequest, load_request, play
from labgap.smoke import SMOKE_OVERRIDES
from labgap.sweep_cells import Cell, cells_of, check_cells
from labgap.sweep_figures import write_figures
from labgap.sweep_table import cell_rows, sweep_table, write_table
from metrics.catalogue import CATALOGUE
from metrics.records import Metrics
from scenarios.did_you_mean import did_you_mean
from scenarios.errors import InvalidScenario, Problem
from scenarios.loading import load_scenario
from scenarios.sweep_design import corners
from scenarios.sweep_loading import LoadedSweep, load_sweep

__all__ = ["FinishedSweep", "PlannedSweep", "SweepRequest", "plan_sweep", "play_sweep"]

MANIFEST = "sweep.json"
SWEEP_SCHEMA_VERSION = 1
MAX_MANIFEST_BYTES = 20_000_000
CELLS_FOLDER = "cells"
CELL_NAME = re.compile(r"[0-9a-f]{12}")
SHORTER_STILL = "sorting.arrivals.duration_s=30"
"""Laid upon the smoke size of one run: a sweep plays several."""


@dataclass(frozen=True)
class SweepRequest:
    """What the user asked for."""

    sweep: str
    overrides: tuple[str, ...]
    systems: tuple[str, ...]
    jobs: int
    out: Path | None
    root: Path
    cache: Path | None
    resume: bool
    engine: EngineChoice
    budgets: Budgets
    smoke: bool = False

    def command(self) -> str:
        """One line that makes this sweep again."""
        words = ["labgap", "sweep", self.sweep]
        words += [word for value in self.overrides for word in ("--set", value)]
        words += [word for value in self.systems for word in ("--system", value)]
        return shlex.join(words)


@dataclass(frozen=True)
class PlannedSweep:
    """A sweep whose every cell is known to be valid."""

    loaded: LoadedSweep
    cells: tuple[Cell, ...]
    metrics: tuple[str, ...]
    requests: tuple[RunRequest, ...]

    @property
    def sha256(self) -> str:
        """Of the names of all cells in order, and so of everything changed in them."""
        return hashlib.sha256(" ".join(cell.name for cell in self.cells).encode()).hexdigest()


@dataclass(frozen=True)
class FinishedSweep:
    """A sweep whose table is written.

    Attributes
    ----------
    path : Path
    table : pyarrow.Table
    states : mapping
        Of each cell, by name: ``point``, ``status``, and ``why`` where it failed.
    """

    path: Path
    table: pa.Table
    states: Mapping[str, Mapping[str, Any]]

    @property
    def failed(self) -> dict[str, Mapping[str, Any]]:
        """Cells in which a system broke."""
        return {name: s for name, s in self.states.items() if s["status"] == "failed"}


def plan_sweep(request: SweepRequest) -> PlannedSweep:
    """Load a sweep and validate every cell.

    Raises
    ------
    InvalidScenario
        If the file or the scenario of any cell is wrong.
    SystemTrouble
        If a system cannot be found or built.
    """
    loaded = load_sweep(request.sweep)
    if request.smoke:
        loaded = replace(loaded, sweep=corners(loaded.sweep))
    overrides = (*request.overrides, *((*SMOKE_OVERRIDES, SHORTER_STILL) if request.smoke else ()))
    cells = cells_of(loaded, overrides)
    check_cells(loaded, cells)
    cache = request.cache or request.root / ".cache"
    requests = tuple(
        RunRequest(
            scenario=loaded.scenario,
            overrides=cell.overrides,
            systems=request.systems,
            only_arms=(),
            jobs=request.jobs,
            out=Path(cell.name),
            root=request.root,
            cache=cache,
            resume=True,
            task_timeout_s=request.budgets.seconds,
            task_memory_gb=request.budgets.memory_gb,
            engine=request.engine,
        )
        for cell in cells
    )
    seen: set[str] = set()
    for cell, wanted in zip(cells, requests, strict=True):
        arms = json.dumps([value for key, value in cell.point.items() if _names_system(key)])
        if arms not in seen:
            load_request(wanted)
            seen.add(arms)
    return PlannedSweep(loaded, cells, _metrics(loaded, cells[0]), requests)


def _names_system(axis: str) -> bool:
    return axis.startswith(("system.", "arms."))


def _metrics(loaded: LoadedSweep, cell: Cell) -> tuple[str, ...]:
    scenario = load_scenario(loaded.scenario, cell.overrides).scenario
    wanted = loaded.sweep.metrics or scenario.primary_metrics
    for name in wanted:
        if name not in CATALOGUE:
            close = did_you_mean(name, CATALOGUE)
            fix = f"did you mean {close}?" if close else "see `labgap list metrics`"
            what = f"there is no metric {name}"
            raise InvalidScenario([Problem(what, str(loaded.source), "metrics", fix)])
    return tuple(wanted)


def play_sweep(request: SweepRequest, *, quiet: bool = False) -> FinishedSweep:
    """Play, or finish, a sweep and write its table and figures.

    Raises
    ------
    InvalidUse
        If the folder holds another sweep, or a begun one and `resume` is not set.
    SystemUnderTestFailed
        At the end, if a system broke in any cell; the others are played and in the table.
    Interrupted
        On SIGINT or SIGTERM; the sweep can be resumed.
    NothingMeasured
        If no cell measured anything.
    """
    planned = plan_sweep(request)
    path = _choose_path(request, planned).resolve()
    path.mkdir(parents=True, exist_ok=True)
    with RunFolder(path).locked(), _whole_sweep(path), interruptible(path):
        manifest = _begin(request, planned, path)
        states: dict[str, dict[str, Any]] = {}
        rows: list[dict[str, Any]] = []
        with progress_reporter(quiet) as reporter, _Engine(request, path) as engine:
            reporter.phase("cells played", len(planned.cells))
            for cell, wanted in zip(planned.cells, planned.requests, strict=True):
                here = replace(wanted, out=path / CELLS_FOLDER / cell.name)
                state, measured = _play_cell(here, engine)
                states[cell.name] = {"point": dict(cell.point), **state}
                if measured is not None:
                    rows += cell_rows(cell, measured, planned.metrics)
                reporter.advance(1)
        axes = {name: [cell.point[name] for cell in planned.cells] for name in cells_axes(planned)}
        table = sweep_table(rows, axes)
        write_table(path, table)
        finished = FinishedSweep(path, table, states)
        write_figures(path, planned.loaded.sweep, table, states, str(manifest["reproduce"]))
        manifest |= {"status": "failed" if finished.failed else "complete", "cells": states}
        _write_manifest(path, manifest)
    _say_what_failed(finished)
    return finished


def cells_axes(planned: PlannedSweep) -> list[str]:
    """Names of the axes, in the order of the file."""
    return [axis.name for axis in planned.loaded.sweep.axes]


class _Engine:
    """Opens an executor when the first task needs one, and a new one after a failure."""

    def __init__(self, request: SweepRequest, path: Path) -> None:
        self._request, self._path = request, path
        self._executor: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def executor(self) -> Executor:
        """The one that is open."""
        if self._executor is None:
            request = self._request
            self._executor = executor_for(request.jobs, request.budgets, request.engine, self._path)
        return self._executor

    def close(self) -> None:
        """Drop what a failed cell left in hand."""
        if self._executor is not None:
            self._executor.close()
            self._executor = None


def _play_cell(request: RunRequest, engine: _Engine) -> tuple[dict[str, Any], Metrics | None]:
    assert request.out is not None
    folder = RunFolder(request.out)
    try:
        if not _is_finished(request, folder):
            play(request, quiet=True, executor=engine.executor())
    except SystemUnderTestFailed as error:
        engine.close()
        return {"status": "failed", "why": f"{error.where}: {error.what}"}, None
    except NothingMeasured:
        pass  # its rows say so: nothing in them
    measured = read_metrics(folder)
    some = any(record.n for record in measured.records)
    return {"status": "complete" if some else "nothing measured"}, measured


def _is_finished(request: RunRequest, folder: RunFolder) -> bool:
    """Whether a cell needs no playing; one that began as another run is told by `play`."""
    try:
        manifest = folder.read_manifest()
        if manifest["status"] != "complete":
            return False
        folder.check_tables(manifest["arms"], manifest["replications"])
        read_metrics(folder)
    except InvalidUse:
        return False
    loaded, arms = load_request(request)
    fresh = manifest_of(loaded, arms, folder.path.name, "")
    return all(
        json.dumps(manifest.get(key), sort_keys=True) == json.dumps(fresh.get(key), sort_keys=True)
        for key in SAME_ON_RESUME
    )


def _choose_path(request: SweepRequest, planned: PlannedSweep) -> Path:
    if request.out is not None:
        return request.out
    if not request.resume:
        return new_run_path(request.root, planned.loaded.sweep.name)
    for file in sorted(request.root.glob(f"*/{MANIFEST}"), reverse=True):
        manifest = read_manifest(file.parent)
        if manifest["cells_sha256"] == planned.sha256 and manifest["status"] != "complete":
            return file.parent
    raise InvalidUse(
        "there is no unfinished sweep of this file to resume",
        where=str(request.root),
        fix="leave out --resume, or name the folder with --out",
    )


def _begin(request: SweepRequest, planned: PlannedSweep, path: Path) -> dict[str, Any]:
    """Write the manifest of a new sweep, or take up that of one to resume."""
    fresh: dict[str, Any] = {
        "schema_version": SWEEP_SCHEMA_VERSION,
        "status": "running",
        "created_at": moment(),
        "sweep": planned.loaded.sweep.model_dump(mode="json"),
        "sweep_sha256": planned.loaded.sha256,
        "cells_sha256": planned.sha256,
        "systems": list(request.systems),
        "metrics": list(planned.metrics),
        "engine": request.engine.record(),
        "reproduce": request.command(),
        "cells": {cell.name: {"point": dict(cell.point)} for cell in planned.cells},
    }
    if not (path / MANIFEST).exists():
        names = (entry.name for entry in path.iterdir())
        own = {".lock"}
        if strange := sorted(n for n in names if n not in own and not n.startswith(".writing-")):
            raise InvalidUse(
                f"the folder is not empty and holds no sweep ({', '.join(strange[:3])})",
                where=str(path),
                fix="choose a new folder with --out",
            )
        _write_manifest(path, fresh)
        return fresh
    manifest = read_manifest(path)
    if not request.resume:
        raise InvalidUse(
            f"the folder already holds a sweep ({manifest['status']})",
            where=str(path),
            fix="add --resume to finish it, or choose another folder with --out",
        )
    if (manifest["cells_sha256"], manifest["systems"]) != (planned.sha256, list(request.systems)):
        raise InvalidUse(
            "the sweep cannot be resumed: its cells or systems are not what they were",
            where=str(path),
            fix="resume with the same file and options, or start anew: answers that still hold "
            "come from the cache",
        )
    return {**manifest, "status": "running", "engine": request.engine.record()}


def read_manifest(path: Path) -> dict[str, Any]:
    """Read ``sweep.json``.

    Raises
    ------
    InvalidUse
        If there is none, or it is damaged or of another labgap.
    """
    file = path / MANIFEST
    try:
        with file.open("rb") as stream:
            manifest = json.loads(stream.read(MAX_MANIFEST_BYTES))
        if manifest["schema_version"] != SWEEP_SCHEMA_VERSION:
            raise ValueError(f"schema {manifest['schema_version']!r}")
        for key in ("status", "cells_sha256", "systems", "metrics", "sweep", "cells"):
            manifest[key]
        if not all(CELL_NAME.fullmatch(name) for name in manifest["cells"]):
            raise ValueError("a cell has no name of ours")
    except FileNotFoundError:
        raise InvalidUse(
            f"this is no sweep: it has no {MANIFEST}",
            where=str(path),
            fix="give the folder that `labgap sweep` printed",
        ) from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidUse(
            f"the sweep's manifest cannot be read ({' '.join(str(error).split())[:120]})",
            where=str(file),
            fix="delete it and run the same command with --out set to a new folder: answers come "
            "from the cache",
        ) from None
    return dict(manifest)


def _write_manifest(path: Path, manifest: Mapping[str, Any]) -> None:
    write_atomic(path / MANIFEST, json.dumps(manifest, indent=2) + "\n")


@contextmanager
def _whole_sweep(path: Path) -> Iterator[None]:
    """Let an interrupted cell speak for the sweep: that is what is resumed."""
    try:
        yield
    except Interrupted as error:
        raise Interrupted(error.what, where=str(path), fix=error.fix) from None


def _say_what_failed(finished: FinishedSweep) -> None:
    if finished.failed:
        name, state = next(iter(finished.failed.items()))
        point = ", ".join(f"{key}={value}" for key, value in state["point"].items())
        more = f", and in {len(finished.failed) - 1} more cells" if len(finished.failed) > 1 else ""
        raise SystemUnderTestFailed(
            f"a system failed in cell {name} ({point}){more}: {state['why']}",
            where=str(finished.path),
            fix="the other cells are in the table; mend the system, then the same command with "
            "--resume and --out set to this folder",
        )
    if all(state["status"] == "nothing measured" for state in finished.states.values()):
        raise NothingMeasured(
            "no parcel arrived in any cell, so nothing was measured",
            where=str(finished.path),
            fix="raise sorting.arrivals.rate_per_h or duration_s",
        )
