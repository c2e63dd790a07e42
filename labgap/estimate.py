"""What a run will cost, said before it is spent."""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from labgap.arms import ArmSpec
from labgap.budgets import Budgets
from labgap.engine import remaining_work
from labgap.errors import SystemUnderTestFailed
from labgap.executor import executor_for
from labgap.reader_host import ReaderHost
from labgap.reading_cache import ReadingCache
from labgap.replication import replication_of
from labgap.tasks import CELLS, Failure, RunSpec
from systems.errors import SystemFailure

__all__ = ["Estimate", "estimate"]

PROBE_PARCELS = 4
BYTES_PER_PARCEL_CELL = 220
"""Event rows of one parcel in one cell, compressed; measured on `sorting_production`."""
BYTES_PER_READING = 150
PARCELS_PER_S = 15_000.0
"""Parcels a process plays through a cell, tables written; docs/benchmarks.md has the figure."""
FIXED_S = 12.0
"""Starting workers, metrics, report."""


@dataclass(frozen=True)
class Estimate:
    """Items, time and disk of a run."""

    arms: int
    replications: int
    parcels: int
    model_readings: int
    minutes: float
    disk_mb: float

    def record(self) -> dict[str, float | int]:
        """As a JSON-ready mapping."""
        return asdict(self)


@dataclass(frozen=True)
class ProbeTask:
    """Time one arm's reader on a few parcels, and leave the seconds a parcel in a file."""

    spec: RunSpec
    arm: ArmSpec
    result: Path

    def run(self) -> Failure | None:
        """Write the seconds; the first answer, which pays for loading, is not timed."""
        replication = replication_of(self.spec.scenario, 0)
        parcels = replication.population.parcels[:PROBE_PARCELS]
        try:
            with TemporaryDirectory() as folder:
                host = ReaderHost(self.arm, "probe", ReadingCache(Path(folder)))
                host.read(replication, parcels[:1], 1, degraded=False)
                began = time.perf_counter()
                for parcel in parcels:
                    host.read(replication, [parcel], 1, degraded=True)
                seconds = (time.perf_counter() - began) / len(parcels)
        except SystemFailure as error:
            return Failure(str(error), self.arm.name, 0, "first parcels")
        self.result.write_text(json.dumps(seconds), "utf-8")
        return None

    def failed(self, message: str) -> Failure:
        """Say that the arm could not be timed."""
        words = f"vision system {self.arm.spec!r} {message}"
        return Failure(words, self.arm.name, 0, "first parcels")


def estimate(spec: RunSpec, jobs: int, budgets: Budgets) -> Estimate:
    """Estimate what `spec` costs by letting each arm read a few parcels of it.

    Cached answers are not looked for, so a repeated run is cheaper than this says.

    Raises
    ------
    SystemUnderTestFailed
        If a system breaks, hangs or passes its budgets on these parcels.
    """
    work = remaining_work(spec)
    parcels = sum(
        len(replication_of(spec.scenario, number).population.parcels)
        for number in range(spec.scenario.replications)
    )
    played = parcels * len(CELLS) * len(spec.arms)
    pace = _paces(spec, budgets) if parcels else {}
    reading_s = sum(pace[arm.name] * block.parcels for block in work.blocks for arm in block.arms)
    seconds = (reading_s + played / PARCELS_PER_S) / jobs + FIXED_S
    disk = played * BYTES_PER_PARCEL_CELL + 2 * parcels * len(spec.arms) * BYTES_PER_READING
    return Estimate(
        arms=len(spec.arms),
        replications=spec.scenario.replications,
        parcels=parcels,
        model_readings=work.readings,
        minutes=round(seconds / 60.0, 1),
        disk_mb=round(disk / 1e6, 1),
    )


def _paces(spec: RunSpec, budgets: Budgets) -> dict[str, float]:
    """Seconds a parcel of each arm's reader, timed one after the other in a watched worker."""
    with TemporaryDirectory() as folder:
        executor = executor_for(1, budgets)
        try:
            tasks = [
                ProbeTask(spec, arm, Path(folder) / f"{number}.json")
                for number, arm in enumerate(spec.arms)
            ]
            for _, failure in executor.map_unordered(tasks):
                if failure is not None:
                    raise SystemUnderTestFailed(
                        failure.message,
                        where=f"arm {failure.arm}, {failure.where}",
                        fix="mend the system; `labgap check-system` shows more",
                    )
            return {task.arm.name: json.loads(task.result.read_text("utf-8")) for task in tasks}
        finally:
            executor.close()
