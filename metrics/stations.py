"""What the belts, the induction stations and the review desk did in one replication."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from metrics.cells import CELLS
from metrics.database import Database
from metrics.desk import desk_sums
from metrics.errors import InconsistentRunError
from metrics.floor import floor_sums
from metrics.station_sums import StationSums, cell_numbers
from scenarios.model import Sorting

__all__ = ["station_sums"]

_HOUR_S = 3600.0
Values = NDArray[np.float64]


def station_sums(database: Database, sorting: Sorting) -> Iterator[StationSums]:
    """Sum what stations did, by cell, over the tables in `database`.

    Rates and utilisations are taken over the arrival period ``[0, duration_s)``; what still leaves
    the belts while they run empty belongs to no hour.

    Raises
    ------
    InconsistentRunError
        If an event lies before the start or on a lane that the scenario does not have.
    """
    yield from _rates(database, "throughput.per_lane_h", "parcel_diverted", sorting)
    yield from _rates(database, "throughput.offered_per_lane_h", "parcel_arrived", sorting)
    yield from _inductions(database, sorting)
    yield from desk_sums(database, sorting)
    yield _surge(database)
    yield from floor_sums(database, sorting)


# Table names cannot be parameters, so each statement is written out.
_COUNTS = {
    "parcel_diverted": "SELECT cell, lane, at_s FROM parcel_diverted WHERE at_s < $end_s",
    "parcel_arrived": "SELECT cell, lane, at_s FROM parcel_arrived WHERE at_s < $end_s",
}

_QUEUEING = """
SELECT cell, a.lane AS lane, a.at_s AS arrived, i.at_s AS inducted
FROM parcel_arrived a JOIN (
    SELECT parcel_id, cell, min(at_s) AS at_s
    FROM (SELECT parcel_id, cell, at_s FROM parcel_inducted
          UNION ALL SELECT parcel_id, cell, at_s FROM parcel_refused)
    GROUP BY parcel_id, cell
) i USING (parcel_id, cell)
ORDER BY cell, lane, arrived, inducted
"""


def _rates(database: Database, metric: str, table: str, sorting: Sorting) -> Iterator[StationSums]:
    duration_s = sorting.arrivals.duration_s
    hours = math.ceil(duration_s / _HOUR_S)
    rows = database.fetch(_COUNTS[table], {"end_s": duration_s})
    if np.any((rows["lane"] < 0) | (rows["lane"] >= sorting.lanes) | ~(rows["at_s"] >= 0.0)):
        raise InconsistentRunError(f"{database.where}: {table} has an event off the map")
    counts = np.zeros((sorting.lanes, hours, len(CELLS)))
    hour = np.minimum(rows["at_s"] // _HOUR_S, hours - 1).astype(np.int64)
    np.add.at(counts, (rows["lane"], hour, cell_numbers(rows["cell"])), 1.0)
    whole = np.full(len(CELLS), duration_s / _HOUR_S)
    total = counts.sum(axis=(0, 1))
    yield StationSums(metric, "all", total, whole * sorting.lanes, total)
    for lane in range(sorting.lanes):
        of_lane = counts[lane].sum(axis=0)
        yield StationSums(metric, f"lane={lane}", of_lane, whole, of_lane)
        for number, count in enumerate(counts[lane]):
            # The last hour may be a part of one.
            part = np.full(len(CELLS), min(1.0, duration_s / _HOUR_S - number))
            yield StationSums(metric, f"lane={lane},hour={number}", count, part, count)


def _inductions(database: Database, sorting: Sorting) -> Iterator[StationSums]:
    duration_s = sorting.arrivals.duration_s
    rows = database.fetch(_QUEUEING)
    cell = cell_numbers(rows["cell"])
    busy = np.zeros((sorting.lanes, len(CELLS)))
    longest, count = busy.copy(), busy.copy()
    for lane in range(sorting.lanes):
        for number in range(len(CELLS)):
            chosen = (rows["lane"] == lane) & (cell == number)
            arrived, inducted = rows["arrived"][chosen], rows["inducted"][chosen]
            busy[lane, number] = _covered(
                np.minimum(arrived, duration_s), np.minimum(inducted, duration_s)
            )
            longest[lane, number] = _most_at_once(arrived, inducted)
            count[lane, number] = len(arrived)
    one = np.ones(len(CELLS))
    for metric, values, unit, whole in (
        ("utilisation.induction", busy, one * duration_s, busy.sum(axis=0) / sorting.lanes),
        ("queue.induction_max", longest, one, longest.max(axis=0)),
    ):
        yield StationSums(metric, "all", whole, unit, count.sum(axis=0))
        for lane in range(sorting.lanes):
            yield StationSums(metric, f"lane={lane}", values[lane], unit, count[lane])


def _covered(start: Values, end: Values) -> float:
    """Length of the union of intervals, sorted by start."""
    if not len(start):
        return 0.0
    reached = np.concatenate(([-np.inf], np.maximum.accumulate(end)[:-1]))
    return float(np.sum(np.maximum(0.0, end - np.maximum(start, reached))))


def _most_at_once(start: Values, end: Values) -> float:
    """Most intervals open at once; one that ends where another starts is not open with it."""
    times, where = np.unique(np.concatenate((start, end)), return_inverse=True)
    steps = np.zeros(len(times))
    np.add.at(steps, where, np.repeat((1.0, -1.0), len(start)))
    return float(np.max(np.cumsum(steps), initial=0.0))


def _surge(database: Database) -> StationSums:
    rows = database.fetch(
        "SELECT a.cell AS cell FROM parcel_arrived a JOIN parcels p USING (parcel_id) "
        "WHERE p.population = 'surge'"
    )
    count = np.bincount(cell_numbers(rows["cell"]), minlength=len(CELLS)).astype(np.float64)
    return StationSums("surge.parcels", "all", count, np.ones(len(CELLS)), count)
