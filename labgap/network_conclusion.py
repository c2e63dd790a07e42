"""What a finished network run leaves: metrics and reports, which can be made again at any time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from labgap.atomic import write_atomic
from labgap.errors import InvalidUse
from labgap.network_tasks import NetworkSpec
from labgap.run_contents import read_metrics
from labgap.run_folder import RunFolder
from metrics.network import compute_network
from metrics.records import Metrics
from scenarios.network_scenario import NetworkScenario

__all__ = [
    "NetworkTables",
    "measure_network",
    "network_scenario_of",
    "read_network_tables",
    "write_network_reports",
]


@dataclass(frozen=True)
class NetworkTables:
    """Tables of a run, one a replication."""

    centres: tuple[pa.Table, ...]
    hours: tuple[pa.Table, ...]


def network_scenario_of(manifest: Mapping[str, Any]) -> NetworkScenario:
    """The scenario a network run played.

    Raises
    ------
    InvalidUse
        If the manifest holds no valid one.
    """
    try:
        return NetworkScenario.model_validate_json(json.dumps(manifest["scenario"]))
    except ValueError as error:
        reason = " ".join(str(error).split())[:200]
        raise InvalidUse(
            f"the run's manifest holds no valid network scenario: {reason}",
            where=str(manifest.get("run_id", "")),
            fix="read it with the labgap that wrote it, or run the scenario again",
        ) from None


def read_network_tables(folder: RunFolder, scenario: NetworkScenario) -> NetworkTables:
    """Read every table of a run.

    Raises
    ------
    InvalidUse
        If one is missing, damaged or none of the run's.
    """
    spec = NetworkSpec(scenario, folder.path)
    folder.check_folders({task.path for task in spec.tasks()})
    found = {
        name: tuple(
            pa.concat_tables(
                [
                    folder.read_table(folder.centres_path(number, part) / f"{name}.parquet")
                    for part in range(spec.parts)
                ]
            )
            for number in range(scenario.replications)
        )
        for name in ("centres", "hours")
    }
    return NetworkTables(found["centres"], found["hours"])


def measure_network(folder: RunFolder) -> Metrics:
    """Compute metrics from the tables, and write ``metrics.json``."""
    scenario = network_scenario_of(folder.read_manifest())
    tables = read_network_tables(folder, scenario)
    measured = compute_network(tables.centres, tables.hours, scenario.network.load.duration_s)
    write_atomic(folder.path / "metrics.json", measured.to_json())
    return measured


def write_network_reports(folder: RunFolder) -> Path:
    """Write ``report.html`` and ``report.md``; returns the path of the former."""
    from reports.network import NetworkInputs, render_network_html, render_network_markdown

    manifest = folder.read_manifest()
    scenario = network_scenario_of(manifest)
    tables = read_network_tables(folder, scenario)
    inputs = NetworkInputs(
        scenario=scenario,
        metrics=read_metrics(folder),
        manifest={key: value for key, value in manifest.items() if key != "status"},
        centres=tables.centres,
        hours=tables.hours,
        reproduce=manifest["reproduce"],
        run_name=folder.path.name,
    )
    path = folder.path / "report.html"
    write_atomic(path, render_network_html(inputs))
    write_atomic(folder.path / "report.md", render_network_markdown(inputs))
    return path
