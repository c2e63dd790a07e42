"""One lane of one replication as somebody would have watched it: to be drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.database import Database
from metrics.lasting_faults import STOPS, LastingFault
from metrics.noticing import SAME_NIGHT, Night, Watch, limit_for, read_night, watch
from metrics.tables import RunTables
from scenarios.model import Sorting

__all__ = ["WatchedLane", "watched_lane"]

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WatchedLane:
    """Signals of a lane around one lasting fault.

    Attributes
    ----------
    arm : str
    replication : int
    watch : Watch
    at_s : ndarray, shape (points,)
    points : ndarray, shape (points, signals)
        Of `metrics.detection.SIGNALS`, over the whole night in production.
    usual : tuple of float or None
        Level of each signal up to which it counts as usual; None where nothing was before.
    """

    arm: str
    replication: int
    watch: Watch
    at_s: Values
    points: Values
    usual: tuple[float, ...] | None


def watched_lane(tables: RunTables, arm: str, sorting: Sorting) -> WatchedLane | None:
    """Watch the longest fault of an arm's first replication, damage before a belt that stands.

    None where the replication has no lasting fault.  The other replications are opened only where
    the fault set in too early in its night.

    Raises
    ------
    MissingTableError
        If a table is missing.
    """
    first, *rest = tables.replications(arm)
    night = _night(tables, arm, first, sorting)
    if night is None or not night.faults:
        return None
    fault = min(night.faults, key=_rank)
    others: list[Night] = []
    if limit_for(night, others, fault)[0] != SAME_NIGHT:
        found = [_night(tables, arm, number, sorting) for number in rest]
        others = [other for other in found if other is not None]
    _, monitor = limit_for(night, others, fault)
    at_s, points = night.points["production", fault.lane]
    usual = None if monitor is None else monitor.mean
    return WatchedLane(arm, first, watch(night, others, fault), at_s, points, usual)


def _night(tables: RunTables, arm: str, replication: int, sorting: Sorting) -> Night | None:
    database = Database()
    database.hold(tables.load(arm, replication), f"arm {arm!r}, replication {replication}")
    return read_night(database, sorting)


def _rank(fault: LastingFault) -> tuple[bool, float, float]:
    """Damage first, then what lasts longest."""
    return fault.kind in STOPS, fault.onset_s - fault.until_s, fault.onset_s
