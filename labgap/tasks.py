"""The pure pieces of work a run is cut into; each can be done by any process, in any order."""

import hashlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from labgap.arms import ArmSpec
from labgap.code_identity import played_code_hash, source_hash
from labgap.lane_readings import WorldReadings
from labgap.photo_folder import PhotoFolder
from labgap.reader_host import ReaderHost, resolve_arm
from labgap.reading_cache import ReadingCache
from labgap.replication import Replication, replication_of
from labgap.run_folder import RunFolder
from scenarios.events import READINGS
from scenarios.model import Scenario
from sim.sorting.centre import run_cell
from systems.contracts.vision import Capture
from systems.errors import SystemFailure
from systems.vision.cascade.last_batches import sharing

__all__ = [
    "CELLS",
    "BlockTask",
    "Failure",
    "RunSpec",
    "Task",
    "TruthTask",
    "UnitTask",
    "prepare_process",
]

CELLS = {
    "lab": (False, False),
    "degraded": (True, False),
    "loaded": (False, True),
    "production": (True, True),
}
"""The 2 x 2: cell name -> (degradations on, load on)."""

THREADS = 1
"""Threads of every numeric library in every process of a run; recorded in the manifest."""


@dataclass(frozen=True)
class RunSpec:
    """A run, as it travels to workers."""

    scenario: Scenario
    arms: tuple[ArmSpec, ...]
    run_id: str
    path: Path
    cache: Path
    nonce: str
    photos: PhotoFolder | None = None

    @property
    def folder(self) -> RunFolder:
        """Where the run is written."""
        return RunFolder(self.path)

    def question(self, arm: ArmSpec | None = None) -> str:
        """Hash of all that an arm's tables depend on, or, without an arm, the truth tables."""
        asked: list[object] = [played_code_hash(), self.scenario.model_dump_json()]
        if arm is not None:
            asked += [arm.spec, arm.params, resolve_arm(arm).fingerprint, arm.latency.sha256]
            asked += [source_hash(arm.spec), arm.views]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def questions(self) -> set[str]:
        """Every question that a table of the run may answer."""
        return {self.question(), *(self.question(arm) for arm in self.arms)}


@dataclass(frozen=True)
class Failure:
    """A system under test broke; travels back from workers in place of an exception."""

    message: str
    arm: str
    replication: int
    where: str


class Task(Protocol):
    """A pure, picklable piece of work that leaves its result on disk."""

    def run(self) -> Failure | None:
        """Do the work."""

    def failed(self, message: str) -> Failure:
        """Say that it could not be done, for a reason that lies outside `run`."""


def prepare_process() -> None:
    """Fix the thread count of numeric libraries, whatever the machine."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(THREADS)
    if "cv2" in sys.modules or _has_cv2():
        import cv2

        cv2.setNumThreads(THREADS)


def _has_cv2() -> bool:
    from importlib.util import find_spec

    return find_spec("cv2") is not None


def _host(spec: RunSpec, arm: ArmSpec) -> ReaderHost:
    return ReaderHost(arm, spec.nonce, ReadingCache(spec.cache))


@dataclass(frozen=True)
class BlockTask:
    """Read one block of first passes with real models; its pictures are drawn once for all."""

    spec: RunSpec
    arms: tuple[ArmSpec, ...]
    replication: int
    block: int
    degraded: bool
    parcels: int

    @property
    def readings(self) -> int:
        """Answers that it leaves."""
        return self.parcels * len(self.arms)

    def run(self) -> Failure | None:
        """Leave the block's answers in the cache."""
        replication = replication_of(self.spec.scenario, self.replication)
        parcels = replication.blocks(self.degraded)[self.block]
        drawn: dict[int, Capture] = {}
        with sharing():
            for arm in self.arms:
                try:
                    _host(self.spec, arm).read(replication, parcels, 1, self.degraded, drawn)
                except SystemFailure as error:
                    return self._failure(str(error), arm.name)
        return None

    def failed(self, message: str) -> Failure:
        """Say which block of which arms could not be read."""
        systems = " or ".join(repr(arm.spec) for arm in self.arms)
        names = ", ".join(arm.name for arm in self.arms)
        return self._failure(f"vision system {systems} {message}", names)

    def _failure(self, message: str, arm: str) -> Failure:
        world = "degraded" if self.degraded else "lab"
        first = replication_of(self.spec.scenario, self.replication).blocks(self.degraded)
        where = f"block {self.block} ({first[self.block][0].parcel_id} on), {world} world"
        return Failure(message, arm, self.replication, where)


@dataclass(frozen=True)
class TruthTask:
    """Write one replication's truth tables."""

    spec: RunSpec
    replication: int

    def run(self) -> Failure | None:
        """Leave the tables in the run folder."""
        folder = self.spec.folder
        tables = replication_of(self.spec.scenario, self.replication).truth_tables()
        folder.write_tables(folder.truth_path(self.replication), tables, self.spec.question())
        return None

    def failed(self, message: str) -> Failure:
        """Say which replication's truth could not be written; no arm is to blame."""
        return Failure(f"labgap itself {message}", "", self.replication, "truth tables")


@dataclass(frozen=True)
class UnitTask:
    """Play the four cells of one arm in one replication."""

    spec: RunSpec
    arm: ArmSpec
    replication: int

    def run(self) -> Failure | None:
        """Leave the event tables and the readings in the run folder."""
        replication = replication_of(self.spec.scenario, self.replication)
        try:
            tables = self._tables(replication)
        except SystemFailure as error:
            return self._failure(str(error))
        folder = self.spec.folder
        path = folder.events_path(self.arm.name, self.replication)
        folder.write_tables(path, tables, self.spec.question(self.arm))
        return None

    def failed(self, message: str) -> Failure:
        """Say which arm's replication could not be played."""
        return self._failure(f"vision system {self.arm.spec!r} {message}")

    def _failure(self, message: str) -> Failure:
        return Failure(message, self.arm.name, self.replication, "a later lap")

    def _tables(self, replication: Replication) -> dict[str, pa.Table]:
        host = _host(self.spec, self.arm)
        profile = self.arm.latency
        lab = self._first_pass(replication, host, degraded=False)
        # What nothing degraded looks the same on the floor, and got its answer in the lab.
        same = {number: {**row, "degraded": True} for number, row in lab.items()}
        floor = same | self._first_pass(replication, host, degraded=True)
        worlds = {
            degraded: WorldReadings(replication, degraded, first_pass, host, profile)
            for degraded, first_pass in ((False, lab), (True, floor))
        }
        by_topic: dict[str, list[pa.Table]] = {}
        for cell, (degraded, loaded) in CELLS.items():
            log = run_cell(
                self.spec.scenario.sorting,
                replication.population,
                loaded,
                worlds[degraded],
                replication.streams,
                worlds[degraded].legible,
                worlds[degraded].damage,
                replication.feeding(degraded),
            )
            for topic, table in log.tables().items():
                by_topic.setdefault(topic, []).append(_with_cell(table, cell))
        tables = {topic: pa.concat_tables(parts) for topic, parts in by_topic.items()}
        rows = [*worlds[False].rows(), *worlds[True].rows()]
        tables["readings"] = pa.Table.from_pylist(rows, schema=READINGS)
        return tables

    def _first_pass(
        self, replication: Replication, host: ReaderHost, degraded: bool
    ) -> dict[int, dict[str, Any]]:
        return {
            parcel.number: row
            for parcels in replication.blocks(degraded)
            for parcel, row in zip(
                parcels, host.read(replication, parcels, 1, degraded), strict=True
            )
        }


def _with_cell(table: pa.Table, cell: str) -> pa.Table:
    column = pa.array([cell] * len(table), pa.string())
    return table.append_column(pa.field("cell", pa.string(), nullable=False), column)
