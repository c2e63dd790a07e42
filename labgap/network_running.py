"""From a request to play a network to a finished run, resumable at every moment."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from labgap.code_identity import played_code_hash
from labgap.engine import drive, interruptible, tidy
from labgap.errors import Interrupted, InvalidUse, NothingMeasured, SystemUnderTestFailed
from labgap.executor import executor_for
from labgap.network_conclusion import measure_network, write_network_reports
from labgap.network_tasks import NetworkSpec
from labgap.progress import progress_reporter
from labgap.provenance import moment, surroundings
from labgap.run_folder import MANIFEST_SCHEMA_VERSION, RunFolder
from labgap.run_kind import NETWORK
from labgap.running import RunRequest, begin, choose_path
from metrics.network import NETWORK_ARM, TIER_NOTE
from metrics.records import Metrics
from scenarios.loading import LoadedNetwork, load_network

__all__ = [
    "FinishedNetwork",
    "NetworkEstimate",
    "estimate_network",
    "play_network",
]

PARCELS_PER_S = 900_000.0
"""Parcels a process plays through one world, figures and tables written: docs/benchmarks.md."""
FIXED_S = 8.0
"""Starting workers, loading compiled code, metrics, report."""
BYTES_PER_ROW = 460
"""A centre in one world of one replication, compressed; measured on `national_network`."""


@dataclass(frozen=True)
class FinishedNetwork:
    """A network run whose reports are written."""

    folder: RunFolder
    spec: NetworkSpec
    metrics: Metrics


@dataclass(frozen=True)
class NetworkEstimate:
    """Size, time and disk of a run; no model reads anything."""

    centres: int
    replications: int
    parcels: int
    model_readings: int
    minutes: float
    disk_mb: float

    def record(self) -> dict[str, float | int]:
        """As a JSON-ready mapping."""
        return asdict(self)


def estimate_network(request: RunRequest) -> NetworkEstimate:
    """Say what a request will cost; `parcels` is the expected number over both worlds."""
    from sim.network.centres import draw_centres

    scenario = _load(request).scenario
    network, replications = scenario.network, scenario.replications
    parcels = sum(
        centre.rate_per_h * network.load.duration_s / 3600.0
        + network.load.arrivals(centre.rate_per_h).expected_parcels()
        for centre in draw_centres(network, scenario.seed)
    )
    played = parcels * replications
    rows = 2 * network.centres * replications
    return NetworkEstimate(
        centres=network.centres,
        replications=replications,
        parcels=round(played),
        model_readings=0,
        minutes=round((played / PARCELS_PER_S / request.jobs + FIXED_S) / 60.0, 1),
        disk_mb=round(rows * BYTES_PER_ROW / 1e6, 1),
    )


def play_network(request: RunRequest, *, quiet: bool = False) -> FinishedNetwork:
    """Run, or finish, what a request names.

    Raises
    ------
    InvalidUse
        If the request names systems, or the folder holds another run or a finished one.
    Interrupted
        On SIGINT or SIGTERM; the run can be resumed.
    SystemUnderTestFailed
        If a part passes its budget of time or memory.
    NothingMeasured
        If no parcel arrived.
    """
    loaded = _load(request)
    folder = RunFolder(choose_path(request, loaded).resolve())
    folder.path.mkdir(parents=True, exist_ok=True)
    with folder.locked():
        spec = NetworkSpec(loaded.scenario, folder.path)
        planned = {
            **_manifest(loaded, folder.path.name, request.command(loaded)),
            "engine": request.engine.record(),
        }
        manifest = begin(request, folder, planned, {spec.question()})
        try:
            with progress_reporter(quiet) as reporter, interruptible(folder.path):
                tidy(folder)
                remaining = spec.remaining()
                reporter.phase("parts of the network played", len(remaining))
                executor = executor_for(request.jobs, request.budgets, request.engine, folder.path)
                try:
                    drive(executor, remaining, folder.path, reporter)
                finally:
                    executor.close()
                measured = measure_network(folder)
                write_network_reports(folder)
        except SystemUnderTestFailed as error:
            folder.write_manifest({**manifest, "status": "failed"})
            again = (
                "allow more with --task-timeout or --task-memory\n"
                f"  reproduce: {request.resuming(folder)}"
            )
            raise SystemUnderTestFailed(error.what, where=error.where, fix=again) from None
        except (Interrupted, KeyboardInterrupt):
            folder.write_manifest({**manifest, "status": "interrupted"})
            raise
        folder.write_manifest({**manifest, "status": "complete"})
    if not measured.get("network.parcels", arm=NETWORK_ARM, condition="production").n:
        raise NothingMeasured(
            "no parcel arrived in any replication, so nothing was measured",
            where=str(folder.path),
            fix="raise network.sizes.median_per_h or network.load.duration_s",
        )
    return FinishedNetwork(folder, spec, measured)


def _load(request: RunRequest) -> LoadedNetwork:
    for option, given in (
        ("--system", request.systems),
        ("--param", request.params),
        ("--arm", request.only_arms),
        ("--profiles", request.profiles),
        ("--cache", request.cache),
    ):
        if given:
            raise InvalidUse(
                "a network scenario runs no model: it has no arms, systems, answers or latency",
                where=option,
                fix=f"leave out {option}, or name a scenario with a sorting centre",
            )
    return load_network(request.scenario, request.overrides)


def _manifest(loaded: LoadedNetwork, run_id: str, reproduce: str) -> dict[str, Any]:
    scenario = loaded.scenario
    return {
        "schema_version": MANIFEST_SCHEMA_VERSION,
        "kind": NETWORK,
        "tier": TIER_NOTE,
        "run_id": run_id,
        "status": "running",
        "created_at": moment(),
        "scenario": scenario.model_dump(mode="json"),
        "scenario_sha256": loaded.sha256,
        "scenario_source": Path(loaded.source).name,
        "played_code_sha256": played_code_hash(),
        "seed": scenario.seed,
        "replications": scenario.replications,
        "arms": {NETWORK_ARM: {"spec": "array tier, no model", "params": {}}},
        **surroundings(),
        "reproduce": reproduce,
    }
