"""From a request on the command line to a finished run."""

import json
import shlex
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import uuid4

from labgap.arms import LOOPBACK_ONLY, WAITING_SHARE, ArmSpec, RemoteOptions, choose_arms
from labgap.atomic import TEMPORARY_PREFIX, write_atomic
from labgap.budgets import DEFAULT_TASK_TIMEOUT_S, Budgets, default_memory_gb
from labgap.console import note
from labgap.engine import execute
from labgap.engine_choice import LOCAL, EngineChoice
from labgap.errors import (
    Interrupted,
    InvalidUse,
    NothingMeasured,
    SystemUnderTestFailed,
)
from labgap.estimate import Estimate, estimate
from labgap.executor import Executor, opened
from labgap.latency_choice import with_measured_profiles
from labgap.photo_folder import scan_photos
from labgap.progress import progress_reporter
from labgap.provenance import manifest_of
from labgap.reader_host import resolve_arm
from labgap.run_folder import RunFolder, UnreadableManifest, new_run_path
from labgap.run_lookup import RUNS_ROOT, latest_sequence, runs_under
from labgap.tasks import RunSpec
from labgap.unanswered import unanswered
from metrics.records import Metrics
from scenarios.loading import LoadedNetwork, LoadedScenario, load_scenario

__all__ = [
    "FinishedRun",
    "RunRequest",
    "begin",
    "choose_path",
    "estimate_run",
    "load_request",
    "play",
]

NONCE = ".nonce"
"""Name of the file that tells runs of one folder name apart."""

SAME_ON_RESUME = {
    "scenario_sha256": "the scenario",
    "played_code_sha256": "labgap's own code",
    "arms": "an arm or its system",
    "photos": "the folder of photographs",
}
"""Keys of the manifest that a resumed run must find as they were, and what they mean."""


@dataclass(frozen=True)
class RunRequest:
    """What the user asked for."""

    scenario: str
    overrides: tuple[str, ...]
    systems: tuple[str, ...]
    only_arms: tuple[str, ...]
    jobs: int
    out: Path | None
    root: Path
    cache: Path | None
    resume: bool
    profiles: Path | None = None
    photos: Path | None = None
    task_timeout_s: float = DEFAULT_TASK_TIMEOUT_S
    task_memory_gb: float | None = None
    engine: EngineChoice = LOCAL
    remote: RemoteOptions = LOOPBACK_ONLY
    params: tuple[str, ...] = ()

    @property
    def budgets(self) -> Budgets:
        """What one task may take."""
        memory_gb = self.task_memory_gb or default_memory_gb(self.jobs)
        return Budgets(self.task_timeout_s, memory_gb)

    @property
    def cache_path(self) -> Path:
        """Where answers are cached."""
        return (self.cache or self.root / ".cache").resolve()

    def command(self, loaded: LoadedScenario | LoadedNetwork) -> str:
        """One line that makes this run again."""
        # Reports travel: where somebody's photographs lie is no part of them.
        photos = "" if self.photos is None else self.photos.resolve().name
        return f"{shlex.join(self._words(photos))}  # scenario sha256 {loaded.sha256[:12]}"

    def resuming(self, folder: RunFolder) -> str:
        """One line that goes on with this run in `folder`, one task at a time."""
        words = [*self._words(str(self.photos)), "--out", str(folder.path)]
        words += ["--resume", "--jobs", "1"]
        if self.cache is not None or self.root != RUNS_ROOT:
            words += ["--cache", str(self.cache_path)]
        return shlex.join(words)

    def _words(self, photos: str) -> list[str]:
        words = ["labgap", "run", self.scenario]
        for option, values in (
            ("--set", self.overrides),
            ("--system", self.systems),
            ("--param", self.params),
            ("--arm", self.only_arms),
        ):
            for value in values:
                words += [option, value]
        for host in self.remote.hosts:
            words += ["--allow-host", host]
        if self.remote.timeout_s is not None:
            words += ["--remote-timeout", f"{self.remote.timeout_s:g}"]
        if self.profiles is not None:
            words += ["--profiles", str(self.profiles)]
        if self.photos is not None:
            words += ["--photos", photos]
        return words


@dataclass(frozen=True)
class FinishedRun:
    """A run whose reports are written."""

    folder: RunFolder
    spec: RunSpec
    metrics: Metrics


def load_request(request: RunRequest) -> tuple[LoadedScenario, tuple[ArmSpec, ...]]:
    """Load a request's scenario and its arms' systems; raises as `play` where one is wrong."""
    loaded = load_scenario(request.scenario, request.overrides)
    if loaded.scenario.sorting.camera.renderer == "pybullet" and not _importable("pybullet"):
        raise InvalidUse(
            "pybullet is not installed, and the scenario's cameras are drawn with it",
            where="sorting.camera.renderer",
            fix="pip install 'labgap[train]' -c constraints.txt, or leave renderer out",
        )
    wait_s = request.task_timeout_s / WAITING_SHARE
    arms = tuple(
        replace(arm, wait_s=wait_s)
        for arm in choose_arms(
            loaded.scenario, request.systems, request.only_arms, request.remote, request.params
        )
    )
    for arm in arms:
        with _loading(arm, request.task_timeout_s):
            system: Any = resolve_arm(arm).system
            if arm.is_remote:
                system.connect()
    if request.profiles is not None:
        arms = with_measured_profiles(arms, request.profiles)
    return loaded, arms


def _importable(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ValueError:  # it was withdrawn from this process
        return False


@contextmanager
def _loading(arm: ArmSpec, seconds: float) -> Iterator[None]:
    """End a system that hangs while it is imported or built, which happens in this process."""

    def too_late(number: int, frame: FrameType | None) -> None:
        raise SystemUnderTestFailed(
            f"vision system {arm.spec!r} was not loaded within {seconds:g} s",
            where=f"arm {arm.name}",
            fix="mend the system, or allow it more with --task-timeout",
        )

    previous = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, previous)


def estimate_run(request: RunRequest) -> Estimate:
    """Say what a request will cost."""
    loaded, arms = load_request(request)
    path = request.out or new_run_path(request.root, loaded.scenario.name)
    spec = RunSpec(
        loaded.scenario, arms, path.name, path.resolve(), request.cache_path, uuid4().hex
    )
    return estimate(spec, request.jobs, request.budgets)


def play(
    request: RunRequest, *, quiet: bool = False, executor: Executor | None = None
) -> FinishedRun:
    """Run, or finish, what a request names.

    Tasks go to `executor`, which stays open; without one, to what the request names.

    Raises
    ------
    InvalidUse
        If the folder holds another run or a finished one and `resume` is not set.
    SystemUnderTestFailed, Interrupted
        As the engine does; the manifest then says so and the run can be resumed.
    NothingMeasured
        If no parcel arrived, or a server gave no answer at all.
    """
    loaded, arms = load_request(request)
    photos = None if request.photos is None else scan_photos(request.photos)
    folder = RunFolder(choose_path(request, loaded).resolve())
    folder.path.mkdir(parents=True, exist_ok=True)
    with folder.locked():
        spec = RunSpec(
            loaded.scenario,
            arms,
            folder.path.name,
            folder.path,
            request.cache_path,
            _nonce(folder),
            photos,
        )
        fresh = {
            **manifest_of(loaded, spec.arms, folder.path.name, request.command(loaded)),
            "engine": request.engine.record(),
        }
        if photos is not None:
            fresh["photos"] = {"sha256": photos.sha256, "files": len(photos.photos)}
        manifest = begin(request, folder, fresh, spec.questions())
        try:
            with progress_reporter(quiet) as reporter:
                execute(
                    spec,
                    reporter,
                    opened(request.jobs, request.budgets, request.engine, folder.path)
                    if executor is None
                    else nullcontext(executor),
                )
            # Figures are drawn last: a request that is refused, or estimated, loads none of it.
            from labgap.conclusion import conclude

            measured = conclude(spec)
        except SystemUnderTestFailed as error:
            folder.write_manifest({**manifest, "status": "failed"})
            again = f"{error.fix}\n  reproduce: {request.resuming(folder)}"
            raise SystemUnderTestFailed(error.what, where=error.where, fix=again) from None
        except (Interrupted, KeyboardInterrupt):
            folder.write_manifest({**manifest, "status": "interrupted"})
            raise
        silent = {arm: found for arm, found in unanswered(folder).items() if found.is_all}
        folder.write_manifest({**manifest, "status": "failed" if silent else "complete"})
    for arm, found in silent.items():
        raise NothingMeasured(
            f"the server never answered, so nothing was measured: {found.sentence()}",
            where=f"{folder.path}, arm {arm}",
            fix="mend the server and start a new run: a resumed one repeats what it recorded",
        )
    if not any(record.n for record in measured.records):
        raise NothingMeasured(
            "no parcel arrived in any replication, so nothing was measured",
            where=str(folder.path),
            fix="raise sorting.arrivals.rate_per_h or duration_s",
        )
    return FinishedRun(folder, spec, measured)


def _nonce(folder: RunFolder) -> str:
    """What tells this run from every other, also from one whose folder's name it took over.

    It lies in a file of its own: the manifest says only what makes the run again.
    """
    path = folder.path / NONCE
    if not path.exists():
        write_atomic(path, uuid4().hex)
    return path.read_text("utf-8")


def choose_path(request: RunRequest, loaded: LoadedScenario | LoadedNetwork) -> Path:
    """Pick the folder a request means: named, new, or of the run to resume.

    Raises
    ------
    InvalidUse
        If there is no unfinished run to resume.
    """
    if request.out is not None:
        return request.out
    if not request.resume:
        return new_run_path(request.root, loaded.scenario.name)
    for run in reversed(runs_under(request.root)):
        with suppress(UnreadableManifest):
            manifest = run.read_manifest()
            if manifest["scenario_sha256"] == loaded.sha256 and manifest["status"] != "complete":
                return run.path
    raise InvalidUse(
        "there is no unfinished run of this scenario to resume",
        where=str(request.root),
        fix="leave out --resume, or name the folder with --out",
    )


def begin(
    request: RunRequest, folder: RunFolder, planned: Mapping[str, object], questions: set[str]
) -> dict[str, object]:
    """Write the manifest of a new run, or take up that of one to resume.

    Parameters
    ----------
    request : RunRequest
    folder : RunFolder
    planned : mapping
        Manifest of the run if it were new.
    questions : set of str
        What the run's tables may answer: those of a run without a manifest must.

    Raises
    ------
    InvalidUse
        If the folder holds another run, or a finished one.
    """
    fresh = dict(planned)
    if not folder.manifest_path.exists():
        # A run killed in its first moments leaves no more than its lock and half a manifest.
        strangers = [
            path.name
            for path in folder.path.iterdir()
            if path.name not in {".lock", NONCE} and not path.name.startswith(TEMPORARY_PREFIX)
        ]
        if strangers:
            raise InvalidUse(
                f"the folder is not empty and holds no run ({', '.join(strangers[:3])})",
                where=str(folder.path),
                fix="choose a new folder with --out",
            )
        fresh["sequence"] = 1 + latest_sequence(folder.path.parent)
        folder.write_manifest(fresh)
        return fresh
    try:
        manifest = folder.read_manifest()
    except UnreadableManifest:
        if not request.resume or not folder.holds_only(questions):
            raise
        note(f"{folder.manifest_path}: it was torn; written again")
        fresh["sequence"] = 1 + latest_sequence(folder.path.parent)
        folder.write_manifest(fresh)
        return fresh
    if not request.resume:
        raise InvalidUse(
            f"the folder already holds a run ({manifest['status']})",
            where=str(folder.path),
            fix="add --resume to finish it, or choose another folder with --out",
        )
    for key, meant in SAME_ON_RESUME.items():
        if json.dumps(manifest.get(key), sort_keys=True) != json.dumps(
            fresh.get(key), sort_keys=True
        ):
            raise InvalidUse(
                f"the run cannot be resumed: {meant} ({key}) is not what it was when it began",
                where=str(folder.path),
                fix="resume with the same scenario, options, systems and labgap, "
                "or start a new run: answers that still hold come from the cache",
            )
    return {**manifest, "status": "running", "engine": request.engine.record()}
