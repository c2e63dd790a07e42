"""What a run will cost, said before it is spent."""

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from labgap.engine import remaining_work
from labgap.reader_host import ReaderHost
from labgap.reading_cache import ReadingCache
from labgap.replication import replication_of
from labgap.tasks import CELLS, RunSpec, prepare_process

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


def estimate(spec: RunSpec, jobs: int) -> Estimate:
    """Estimate what `spec` costs by letting each arm read a few parcels of it.

    Cached answers are not looked for, so a repeated run is cheaper than this says.
    """
    prepare_process()
    work = remaining_work(spec)
    parcels = sum(
        len(replication_of(spec.scenario, number).population.parcels)
        for number in range(spec.scenario.replications)
    )
    played = parcels * len(CELLS) * len(spec.arms)
    reading_s = sum(
        _probe(spec, index) * sum(block.parcels for block in work.blocks if block.arm == arm)
        for index, arm in enumerate(spec.arms)
    )
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


def _probe(spec: RunSpec, arm: int) -> float:
    replication = replication_of(spec.scenario, 0)
    parcels = replication.population.parcels[:PROBE_PARCELS]
    if not parcels:
        return 0.0
    with TemporaryDirectory() as folder:
        host = ReaderHost(spec.arms[arm], "probe", ReadingCache(Path(folder)))
        host.read(replication, parcels[:1], 1, degraded=False)  # pays for loading, untimed
        began = time.perf_counter()
        for parcel in parcels:
            host.read(replication, [parcel], 1, degraded=True)
        return (time.perf_counter() - began) / len(parcels)
