"""From a request on the command line to a finished run."""

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from labgap.arms import ArmSpec, choose_arms
from labgap.conclusion import conclude
from labgap.engine import execute
from labgap.errors import Interrupted, InvalidUse, SystemUnderTestFailed
from labgap.estimate import Estimate, estimate
from labgap.latency_choice import with_measured_profiles
from labgap.progress import progress_reporter
from labgap.provenance import manifest_of
from labgap.reader_host import resolve_arm
from labgap.run_folder import RunFolder, new_run_path
from labgap.run_lookup import runs_under
from labgap.tasks import RunSpec
from metrics.records import Metrics
from scenarios.loading import LoadedScenario, load_scenario

__all__ = ["SMOKE_OVERRIDES", "FinishedRun", "RunRequest", "estimate_run", "play", "smoke_run"]

SMOKE_OVERRIDES = (
    "replications=2",
    "fidelity={kind: full}",
    "sorting.lanes=1",
    "sorting.arrivals={duration_s: 60, rate_per_h: 720, profile: [], burst: null, surges: []}",
)
"""What makes any scenario small enough to try in seconds: about a dozen parcels."""


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

    @property
    def cache_path(self) -> Path:
        """Where answers are cached."""
        return (self.cache or self.root / ".cache").resolve()

    def command(self, loaded: LoadedScenario) -> str:
        """One line that makes this run again."""
        words = ["labgap", "run", self.scenario]
        for option, values in (
            ("--set", self.overrides),
            ("--system", self.systems),
            ("--arm", self.only_arms),
        ):
            for value in values:
                words += [option, value]
        if self.profiles is not None:
            words += ["--profiles", str(self.profiles)]
        return f"{shlex.join(words)}  # scenario sha256 {loaded.sha256[:12]}"


@dataclass(frozen=True)
class FinishedRun:
    """A run whose reports are written."""

    folder: RunFolder
    spec: RunSpec
    metrics: Metrics


def _load(request: RunRequest) -> tuple[LoadedScenario, tuple[ArmSpec, ...]]:
    loaded = load_scenario(request.scenario, request.overrides)
    arms = choose_arms(loaded.scenario, request.systems, request.only_arms)
    for arm in arms:
        resolve_arm(arm)
    if request.profiles is not None:
        arms = with_measured_profiles(arms, request.profiles)
    return loaded, arms


def estimate_run(request: RunRequest) -> Estimate:
    """Say what a request will cost."""
    loaded, arms = _load(request)
    path = request.out or new_run_path(request.root, loaded.scenario.name)
    spec = RunSpec(loaded.scenario, arms, path.name, path.resolve(), request.cache_path)
    return estimate(spec, request.jobs)


def play(request: RunRequest, *, quiet: bool = False) -> FinishedRun:
    """Run, or finish, what a request names.

    Raises
    ------
    InvalidUse
        If the folder holds another run or a finished one and `resume` is not set.
    SystemUnderTestFailed, Interrupted
        As the engine does; the manifest then says so and the run can be resumed.
    """
    loaded, arms = _load(request)
    folder = RunFolder(_choose_path(request, loaded).resolve())
    folder.path.mkdir(parents=True, exist_ok=True)
    with folder.locked():
        spec = RunSpec(loaded.scenario, arms, folder.path.name, folder.path, request.cache_path)
        manifest = _begin(request, loaded, arms, folder)
        try:
            with progress_reporter(quiet) as reporter:
                execute(spec, request.jobs, reporter)
            measured = conclude(spec)
        except SystemUnderTestFailed:
            folder.write_manifest({**manifest, "status": "failed"})
            raise
        except (Interrupted, KeyboardInterrupt):
            folder.write_manifest({**manifest, "status": "interrupted"})
            raise
        folder.write_manifest({**manifest, "status": "complete"})
    return FinishedRun(folder, spec, measured)


def _choose_path(request: RunRequest, loaded: LoadedScenario) -> Path:
    if request.out is not None:
        return request.out
    if not request.resume:
        return new_run_path(request.root, loaded.scenario.name)
    for run in reversed(runs_under(request.root)):
        manifest = run.read_manifest()
        if manifest["scenario_sha256"] == loaded.sha256 and manifest["status"] != "complete":
            return run.path
    raise InvalidUse(
        "there is no unfinished run of this scenario to resume",
        where=str(request.root),
        fix="leave out --resume, or name the folder with --out",
    )


def _begin(
    request: RunRequest, loaded: LoadedScenario, arms: tuple[ArmSpec, ...], folder: RunFolder
) -> dict[str, object]:
    """Write the manifest of a new run, or take up that of one to resume."""
    if not folder.manifest_path.exists():
        strangers = [path.name for path in folder.path.iterdir() if path.name != ".lock"]
        if strangers:
            raise InvalidUse(
                f"the folder is not empty and holds no run ({', '.join(strangers[:3])})",
                where=str(folder.path),
                fix="choose a new folder with --out",
            )
        manifest = dict(manifest_of(loaded, arms, folder.path.name, request.command(loaded)))
        folder.write_manifest(manifest)
        return manifest
    manifest = folder.read_manifest()
    if not request.resume:
        raise InvalidUse(
            f"the folder already holds a run ({manifest['status']})",
            where=str(folder.path),
            fix="add --resume to finish it, or choose another folder with --out",
        )
    fresh = dict(manifest_of(loaded, arms, folder.path.name, request.command(loaded)))
    for key in ("scenario_sha256", "world_code_sha256", "arms"):
        if json.dumps(manifest[key], sort_keys=True) != json.dumps(fresh[key], sort_keys=True):
            raise InvalidUse(
                f"the run cannot be resumed: its {key} is not what it was when it began",
                where=str(folder.path),
                fix="resume with the same scenario, options, systems and labgap, "
                "or start a new run",
            )
    return {**manifest, "status": "running"}


@contextmanager
def smoke_run() -> Iterator[RunFolder]:
    """Make a small finished run in a temporary folder, for verbs tried with ``--smoke``."""
    with TemporaryDirectory(prefix="labgap-smoke-") as root:
        request = RunRequest(
            scenario="quickstart",
            overrides=SMOKE_OVERRIDES,
            systems=(),
            only_arms=(),
            jobs=1,
            out=Path(root) / "smoke",
            root=Path(root),
            cache=None,
            resume=False,
        )
        yield play(request, quiet=True).folder
