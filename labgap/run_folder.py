"""One run on disk: where everything lies, and what its manifest says."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from labgap.atomic import TEMPORARY_PREFIX, atomic_folder, write_atomic
from labgap.errors import InvalidUse

__all__ = ["MANIFEST_SCHEMA_VERSION", "RunFolder", "new_run_path"]

MANIFEST_SCHEMA_VERSION = 1


def new_run_path(root: Path, scenario: str, now: datetime | None = None) -> Path:
    """Pick an unused folder under `root`, named after the scenario and the moment."""
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")
    base = root / f"{scenario}-{stamp}"
    candidate, number = base, 2
    while candidate.exists():
        candidate, number = root / f"{base.name}-{number}", number + 1
    return candidate


@dataclass(frozen=True)
class RunFolder:
    """Paths and atomic reads and writes inside ``runs/<id>/``."""

    path: Path

    @property
    def manifest_path(self) -> Path:
        """Where the manifest lies."""
        return self.path / "manifest.json"

    def events_path(self, arm: str, replication: int) -> Path:
        """Folder of one arm's event tables and readings in one replication."""
        return self.path / "events" / f"arm={arm}" / f"rep={replication:04d}"

    def truth_path(self, replication: int) -> Path:
        """Folder of one replication's truth tables."""
        return self.path / "truth" / f"rep={replication:04d}"

    @property
    def gallery_path(self) -> Path:
        """Folder of the failure pictures."""
        return self.path / "gallery"

    def read_manifest(self) -> dict[str, Any]:
        """Read and check the manifest.

        Raises
        ------
        InvalidUse
            If there is none, it is not JSON, or a newer labgap wrote it.
        """
        try:
            manifest = json.loads(self.manifest_path.read_text("utf-8"))
        except FileNotFoundError:
            raise InvalidUse(
                "this is not a run: it has no manifest.json",
                where=str(self.path),
                fix="give the folder that `labgap run` printed, or see `labgap runs list`",
            ) from None
        except (json.JSONDecodeError, UnicodeDecodeError, OSError) as error:
            raise InvalidUse(
                f"the manifest cannot be read ({error})",
                where=str(self.manifest_path),
                fix="run the scenario again; the run's tables may still be intact",
            ) from None
        version = manifest.get("schema_version") if isinstance(manifest, dict) else None
        if version != MANIFEST_SCHEMA_VERSION:
            raise InvalidUse(
                f"the run has manifest schema {version!r}; "
                f"this labgap reads {MANIFEST_SCHEMA_VERSION}",
                where=str(self.manifest_path),
                fix="read it with the labgap that wrote it, or run the scenario again",
            )
        return manifest  # type: ignore[no-any-return]

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest."""
        write_atomic(self.manifest_path, json.dumps(manifest, indent=2, sort_keys=True) + "\n")

    def write_tables(self, folder: Path, tables: Mapping[str, pa.Table]) -> None:
        """Write a folder of Parquet tables that appears whole or not at all."""
        with atomic_folder(folder) as temporary:
            for name, table in tables.items():
                pq.write_table(table, temporary / f"{name}.parquet", compression="zstd")

    def has_tables(self, folder: Path) -> bool:
        """Say whether a folder of tables was finished."""
        return folder.is_dir()

    def leftovers(self) -> list[Path]:
        """Temporary files and folders that a killed run left behind."""
        return sorted(self.path.rglob(f"{TEMPORARY_PREFIX}*"))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder against a second run.

        Raises
        ------
        InvalidUse
            If another process holds it.
        """
        lock = FileLock(self.path / ".lock")
        try:
            with lock.acquire(timeout=0):
                yield
        except Timeout:
            raise InvalidUse(
                "another labgap process is writing to this run",
                where=str(self.path),
                fix="wait for it, stop it, or choose another folder with --out",
            ) from None
