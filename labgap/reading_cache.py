"""Answers of real models, cached by the content of the question."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from labgap.atomic import write_atomic
from labgap.code_identity import drawing_versions
from labgap.replication import Replication
from scenarios.camera_model import View
from scenarios.events import READINGS
from sim.sorting.parcel import Parcel

__all__ = ["ReadingCache", "question_key", "world_code_hash"]

WORLD_PACKAGES = (
    "sim.frames",
    "sim.degradations",
    "sim.flow",
    "scenarios",
    "systems.contracts",
    "systems.boundary",
)
"""Packages whose code decides what a camera sees; a change of theirs must miss the cache."""
DIGEST = b"labgap.sha256"
"""Key of the file's metadata that holds the hash of its question and rows."""


@cache
def world_code_hash() -> str:
    """Hash of the code that draws what a system is asked."""
    digest = hashlib.sha256(drawing_versions().encode())
    for package in WORLD_PACKAGES:
        for item in sorted(resources.files(package).iterdir(), key=lambda entry: entry.name):
            if item.name.endswith(".py"):
                digest.update(item.name.encode() + b"\0" + item.read_bytes() + b"\0")
    for single in ("streams.py", "identifiers.py"):
        digest.update(resources.files("sim").joinpath(single).read_bytes())
    return digest.hexdigest()


def question_key(
    replication: Replication,
    parcels: Sequence[Parcel],
    lap: int,
    degraded: bool,
    system_identity: str,
    views: Sequence[View] | None = None,
) -> str:
    """Hash of all that an answer to one block depends on.

    Parameters
    ----------
    replication : Replication
    parcels : sequence of Parcel
        The whole block, in order.
    lap : int
    degraded : bool
    system_identity : str
        The system's fingerprint with its parameters or, for a system that has none, something
        unique to the run, so that its answers are never taken for those of other code.
    views : sequence of str, optional
        Sides that the arm's tunnel looks from; by default the scenario's.
    """
    scenario = replication.scenario
    question: dict[str, Any] = {
        "code": world_code_hash(),
        "seed": [scenario.seed, replication.number],
        "camera": replication.camera(views).model_dump(),
        "belt_speed_mps": scenario.sorting.lane.belt_speed_mps,
        "lap": lap,
        "system": system_identity,
        "parcels": [asdict(parcel) for parcel in parcels],
        "conditions": [
            [(condition.kind, condition.severity, condition.instance) for condition in conditions]
            for conditions in (replication.conditions(p, lap, degraded) for p in parcels)
        ],
    }
    if degraded and replication.poses is not None:
        flow = scenario.sorting.flow
        assert flow is not None
        question["flow"] = [replication.poses.library.sha256, flow.tipped_share, flow.laps]
    return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()


def _digest(key: str, rows: Sequence[Mapping[str, Any]]) -> str:
    return hashlib.sha256(json.dumps([key, rows], sort_keys=True).encode()).hexdigest()


class ReadingCache:
    """A folder of Parquet files named by question.

    A file that cannot be read back, whose rows are not those written, or that was written for
    another question, is treated as absent and written again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.parquet"

    def __contains__(self, key: str) -> bool:
        return self._path(key).is_file()

    def get(self, key: str) -> list[dict[str, Any]] | None:
        """Rows stored under `key`, or None."""
        try:
            with pq.ParquetFile(self._path(key)) as parquet:
                table = parquet.read()
        except (OSError, UnicodeDecodeError, pa.ArrowException):
            return None
        written = (table.schema.metadata or {}).get(DIGEST, b"").decode(errors="replace")
        rows = table.to_pylist()
        return rows if table.schema == READINGS and written == _digest(key, rows) else None

    def put(self, key: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Store `rows`, each a record of the published READINGS schema."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        sink = pa.BufferOutputStream()
        table = pa.Table.from_pylist(list(rows), schema=READINGS)
        metadata: dict[bytes, bytes] = dict(READINGS.metadata or {})
        metadata[DIGEST] = _digest(key, table.to_pylist()).encode()
        pq.write_table(table.replace_schema_metadata(metadata), sink, compression="zstd")
        write_atomic(path, sink.getvalue().to_pybytes())
