"""Where a run comes from: versions, machine, systems, hashes.  An allow-list; no environment."""

import importlib.metadata
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from labgap.arms import ArmSpec
from labgap.code_identity import played_code_hash, source_hash
from labgap.reader_host import resolve_arm
from labgap.reading_cache import world_code_hash
from labgap.run_folder import MANIFEST_SCHEMA_VERSION
from labgap.tasks import THREADS
from scenarios.loading import LoadedScenario

__all__ = ["machine_name", "manifest_of", "moment", "surroundings"]

PACKAGES = (
    "labgap",
    "numpy",
    "scipy",
    "simpy",
    "pyarrow",
    "duckdb",
    "matplotlib",
    "opencv-python-headless",
    "zxing-cpp",
    "onnxruntime",
    "torch",
)


def moment() -> str:
    """Now, in UTC, to the second; ``SOURCE_DATE_EPOCH`` stands in for the clock where set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _platform() -> str:
    return f"{platform.system()} {platform.machine()}"


def machine_name() -> str:
    """Name the machine in a few words, for what is measured on it."""
    return f"{_processor()}, {os.cpu_count()} cores, {_platform()}"


def _system_record(arm: ArmSpec) -> dict[str, Any]:
    resolved = resolve_arm(arm)
    profile = arm.latency
    return {
        "kind": "vision",
        "spec": arm.spec,
        "params": arm.params,
        "from_command_line": arm.from_command_line,
        "views": list(arm.views),
        "origin": resolved.origin,
        "fingerprint": resolved.fingerprint,
        "source_sha256": source_hash(arm.spec),
        "latency_profile": {
            "name": profile.name,
            "version": profile.version,
            "sha256": profile.sha256,
            "is_default": profile.is_default,
        },
    }


def surroundings() -> dict[str, Any]:
    """What a run was made with: threads, versions, machine."""
    return {
        "threads": THREADS,
        "versions": _versions(),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "system": _platform(),
        },
    }


def manifest_of(
    loaded: LoadedScenario,
    arms: Sequence[ArmSpec],
    run_id: str,
    reproduce: str,
) -> Mapping[str, Any]:
    """Build the manifest of a run that is about to start.

    Raises
    ------
    systems.errors.SystemLoadError
        If an arm's system cannot be loaded: better now than after an hour.
    """
    scenario = loaded.scenario
    return {
        "schema_version": MANIFEST_SCHEMA_VERSION,
        "run_id": run_id,
        "status": "running",
        "created_at": moment(),
        "scenario": scenario.model_dump(mode="json"),
        "scenario_sha256": loaded.sha256,
        "scenario_source": loaded.source.name,
        "world_code_sha256": world_code_hash(),
        "played_code_sha256": played_code_hash(),
        "seed": scenario.seed,
        "replications": scenario.replications,
        "fidelity": scenario.fidelity.model_dump(mode="json"),
        "arms": {arm.name: _system_record(arm) for arm in arms},
        **surroundings(),
        "reproduce": reproduce,
    }
