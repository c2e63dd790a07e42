"""A run as data frames, for notebooks."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from labgap.errors import InvalidUse
from labgap.flow_frames import detection_frame, funnel_frame, recovery_frame
from labgap.run_contents import read_metrics, scenario_of
from labgap.run_folder import RunFolder
from labgap.run_kind import check_no_network, is_network
from labgap.run_lookup import find_run
from metrics.frames import records_frame
from scenarios.events import EVENTS, topic
from scenarios.model import Scenario

__all__ = ["LoadedRun", "load"]

TRUTH_TABLES = ("parcels", "conditions")


@dataclass(frozen=True)
class LoadedRun:
    """One run, read-only.

    Attributes
    ----------
    path : Path
    manifest : dict
    """

    path: Path
    manifest: dict[str, Any]

    @cached_property
    def scenario(self) -> Scenario:
        """The resolved scenario."""
        return scenario_of(self.manifest)

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """The records of ``labgap metrics``, one a row."""
        return records_frame(read_metrics(RunFolder(self.path)))

    @property
    def topics(self) -> tuple[str, ...]:
        """Names `events` understands."""
        return tuple(topic(event) for event in EVENTS)

    def events(self, name: str) -> pd.DataFrame:
        """Every event of one topic, with the columns ``arm``, ``rep`` and ``cell``.

        Parameters
        ----------
        name : str
            One of `topics`, e.g. ``parcel_diverted``.

        Raises
        ------
        InvalidUse
            If there is no such topic.
        """
        if name not in self.topics:
            raise InvalidUse(
                f"no topic is called {name!r}", fix=f"topics: {', '.join(self.topics)}"
            )
        return self._table("events", "arm=*", "rep=*", f"{name}.parquet")

    def readings(self) -> pd.DataFrame:
        """Every answer of the systems under test, with ``arm`` and ``rep``."""
        return self._table("events", "arm=*", "rep=*", "readings.parquet")

    def truth(self, name: str) -> pd.DataFrame:
        """A truth table, ``parcels`` or ``conditions``, with ``rep``."""
        if name not in TRUTH_TABLES:
            raise InvalidUse(f"no truth table is called {name!r}", fix="parcels or conditions")
        return self._table("truth", "rep=*", f"{name}.parquet")

    def centres(self) -> pd.DataFrame:
        """Every centre of a network run, one row a centre and world, with ``rep``.

        Raises
        ------
        InvalidUse
            If the run is of a sorting centre.
        """
        if not is_network(self.manifest):
            raise InvalidUse(
                "this run has no centres: it is of a sorting centre",
                where=str(self.path),
                fix="ask for events(), readings() or truth()",
            )
        return self._read("centres", "rep=*", "part=*", "centres.parquet")

    def funnel(self) -> pd.DataFrame:
        """Parcels that reach each stage from the dock to the promised trailer.

        One row an arm, replication, cell, lane and stage (`metrics.funnel.STAGES`).
        """
        self._check_no_network()
        return funnel_frame(self.path, self.scenario.sorting)

    def recoveries(self) -> pd.DataFrame:
        """Every incident, when its backlog was gone and what it cost; one row each.

        Belts that stood, a camera out, diverters that failed, a desk that was full
        (`metrics.incidents.CAUSES`).
        """
        self._check_no_network()
        return recovery_frame(self.path, self.scenario.sorting)

    def detections(self, *, lane: int, onset_s: float, cell: str = "production") -> pd.DataFrame:
        """When the signals that need no label noticed what began on a lane at `onset_s`.

        One row an arm and replication: alarm, signal, time to detect, parcels late by then.

        Raises
        ------
        InvalidUse
            If there is no such cell, or the lane was not read often enough in the other
            replications to set a chart.
        """
        self._check_no_network()
        return detection_frame(
            self.path, self.scenario.sorting, lane=lane, onset_s=onset_s, cell=cell
        )

    def _check_no_network(self) -> None:
        check_no_network(RunFolder(self.path), "read so; centres() has its rows")

    def _table(self, *parts: str) -> pd.DataFrame:
        self._check_no_network()
        return self._read(*parts)

    def _read(self, *parts: str) -> pd.DataFrame:
        pattern = str(self.path.joinpath(*parts))
        with duckdb.connect() as connection:
            return connection.execute(
                "select * from read_parquet(?, hive_partitioning = true)", [pattern]
            ).df()


def load(run: str | Path) -> LoadedRun:
    """Open a finished run.

    Parameters
    ----------
    run : str or Path
        Its folder, its id under ``runs/``, or ``"latest"``.

    Raises
    ------
    InvalidUse
        If it is no run.
    """
    folder = find_run(str(run))
    return LoadedRun(folder.path, folder.read_manifest())
