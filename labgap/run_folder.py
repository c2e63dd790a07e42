"""One run on disk: where everything lies, and what its manifest says."""

import json
from collections.abc import Iterable, Iterator, Mapping
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
from labgap.manifest_check import manifest_problem
from labgap.seals import damage, seal, sealed_for

__all__ = ["MANIFEST_SCHEMA_VERSION", "RunFolder", "UnreadableManifest", "new_run_path"]

MANIFEST_SCHEMA_VERSION = 1
MAX_MANIFEST_BYTES = 20_000_000
LINKABLE = (
    "*",
    "gallery/*",
    "events/*",
    "events/*/*",
    "truth/*",
    "centres/*",
    "centres/*/*",
    "photos/*",
    "photos/*/*",
)
"""Where in a run folder links are looked for; the seals look after the tables themselves."""


class UnreadableManifest(InvalidUse):
    """There is a manifest, but it is torn or says impossible things."""


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

    def centres_path(self, replication: int, part: int) -> Path:
        """Folder of a part of a network's centres in one replication."""
        return self.path / "centres" / f"rep={replication:04d}" / f"part={part:04d}"

    @property
    def gallery_path(self) -> Path:
        """Folder of the failure pictures."""
        return self.path / "gallery"

    def read_manifest(self) -> dict[str, Any]:
        """Read and check the manifest.

        Raises
        ------
        InvalidUse
            If there is none, it is torn or malformed, another labgap wrote it, or the folder
            holds links.
        """
        try:
            self._refuse_links()
            with self.manifest_path.open("rb") as stream:
                manifest = json.loads(stream.read(MAX_MANIFEST_BYTES))
        except FileNotFoundError:
            raise InvalidUse(
                "this is not a run: it has no manifest.json",
                where=str(self.path),
                fix="give the folder that `labgap run` printed, or see `labgap runs list`",
            ) from None
        except (ValueError, OSError) as error:
            raise self._unreadable(str(error)) from None
        except RecursionError:
            raise self._unreadable("it is nested too deep") from None
        version = manifest.get("schema_version") if isinstance(manifest, dict) else None
        if version != MANIFEST_SCHEMA_VERSION:
            raise InvalidUse(
                f"the run has manifest schema {version!r}; "
                f"this labgap reads {MANIFEST_SCHEMA_VERSION}",
                where=str(self.manifest_path),
                fix="read it with the labgap that wrote it, or run the scenario again",
            )
        if (problem := manifest_problem(manifest)) is not None:
            raise self._unreadable(problem)
        return manifest  # type: ignore[no-any-return]

    def _unreadable(self, why: str) -> UnreadableManifest:
        return UnreadableManifest(
            f"the manifest cannot be read ({why})",
            where=str(self.manifest_path),
            fix="run the same command with --resume and --out set to this folder; "
            "tables that are whole are kept",
        )

    def _refuse_links(self) -> None:
        """A run that somebody sent must not lead reads or writes out of its folder."""
        for pattern in LINKABLE:
            for path in self.path.glob(pattern):
                if path.is_symlink():
                    raise InvalidUse(
                        "a run folder holds no links, and this is one",
                        where=str(path),
                        fix="put what it leads to in its place, or delete it and resume the run",
                    )

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest."""
        write_atomic(self.manifest_path, json.dumps(manifest, indent=2, sort_keys=True) + "\n")

    def write_tables(self, folder: Path, tables: Mapping[str, pa.Table], belongs_to: str) -> None:
        """Write a sealed folder of Parquet tables that appears whole or not at all.

        `belongs_to` is the hash of the question that the tables answer.
        """
        with atomic_folder(folder) as temporary:
            for name, table in tables.items():
                pq.write_table(table, temporary / f"{name}.parquet", compression="zstd")
            seal(temporary, belongs_to)

    def has_tables(self, folder: Path, belongs_to: str) -> bool:
        """Say whether a folder holds, byte for byte, finished tables that answer a question."""
        return folder.is_dir() and damage(folder) is None and sealed_for(folder) == belongs_to

    def table_folders(self) -> list[Path]:
        """Every folder of tables that is there, whoever put it there."""
        patterns = ("events/arm=*/rep=*", "truth/rep=*", "centres/rep=*/part=*")
        return sorted(folder for pattern in patterns for folder in self.path.glob(pattern))

    def holds_only(self, questions: set[str]) -> bool:
        """Say whether no table here is known to answer any other question."""
        found = {sealed_for(folder) for folder in self.table_folders()}
        return found <= {None, *questions}

    def damaged(self) -> list[str]:
        """A sentence for each folder of tables that is not what was written."""
        found = ((folder, damage(folder)) for folder in self.table_folders())
        return [
            f"{folder.relative_to(self.path)}: {what}" for folder, what in found if what is not None
        ]

    def check_tables(self, arms: Iterable[str], replications: int) -> None:
        """Make sure that the tables of all arms and replications, and no others, are there whole.

        Raises
        ------
        InvalidUse
            If one is missing, damaged or none of the run's.
        """
        numbers = range(replications)
        expected = {self.truth_path(number) for number in numbers}
        expected |= {self.events_path(arm, number) for arm in arms for number in numbers}
        self.check_folders(expected)

    def check_folders(self, expected: set[Path]) -> None:
        """Make sure that these folders of tables, and no others, are there whole.

        Raises
        ------
        InvalidUse
            If one is missing, damaged or none of the run's.
        """
        present = set(self.table_folders())
        problems = [
            *(f"{folder.relative_to(self.path)} is missing" for folder in expected - present),
            *(f"{folder.relative_to(self.path)} is none of it" for folder in present - expected),
        ]
        problems = sorted(problems) or self.damaged()
        if problems:
            more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
            raise InvalidUse(
                f"the run's tables are not as they were written: {problems[0]}{more}",
                where=str(self.path),
                fix="run the same command with --resume and --out set to this folder: what is "
                "damaged is computed again, what is whole is kept",
            )

    def read_table(self, path: Path, filters: Any = None) -> pa.Table:
        """Read one table of the run.

        Raises
        ------
        InvalidUse
            If it is missing or damaged.
        """
        try:
            return pq.read_table(path, filters=filters)
        except (OSError, pa.ArrowException) as error:
            reason = " ".join(str(error).split())[:200]
            raise InvalidUse(
                f"the table cannot be read: {reason}",
                where=str(path),
                fix="run the same command with --resume and --out set to the run's folder",
            ) from None

    def leftovers(self) -> list[Path]:
        """Temporary files and folders that a killed run left behind, links not followed."""
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
