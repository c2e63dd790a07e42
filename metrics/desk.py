"""What the people at the review desk did in one replication: pace, errors, overtime, breaks."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from metrics.cells import CELLS
from metrics.database import Database
from metrics.station_sums import StationSums, cell_numbers
from scenarios.model import Sorting

__all__ = ["desk_sums"]

_HOUR_S = 3600.0
Values = NDArray[np.float64]

_KEYED = """
SELECT r.cell AS cell, r.at_s AS at_s, r.service_s AS service_s,
       r.sort_code IS NOT NULL AS keyed,
       coalesce(r.sort_code <> p.sort_code, false) AS wrong
FROM review_answered r LEFT JOIN parcels p USING (parcel_id)
ORDER BY r.at_s, r.service_s
"""
_PRESENT = """
SELECT w.cell AS cell, c.at_s AS came, w.at_s AS went
FROM operator_went w JOIN operator_came c USING (cell, operator)
ORDER BY w.at_s, w.operator
"""
_BREAKS = "SELECT cell, at_s, late_s, duration_s FROM break_taken ORDER BY at_s, operator"
_OVERTIME = "SELECT cell, overtime_s FROM operator_went ORDER BY at_s, operator"
_MISSED = "SELECT cell FROM break_missed"


def desk_sums(database: Database, sorting: Sorting) -> Iterator[StationSums]:
    """Sum what the desk did, by cell.

    Use and pace are taken over the arrival period ``[0, duration_s)`` and over all keying
    respectively; a person counts as available from coming to going, breaks left out, so that
    overtime does not push the use above 1.

    Parameters
    ----------
    database : Database
    sorting : Sorting

    Yields
    ------
    StationSums
        Of the group ``all``; overtime and breaks only where the scenario has shifts.
    """
    duration_s = sorting.arrivals.duration_s
    rows = database.fetch(_KEYED)
    cell = cell_numbers(rows["cell"])
    end = np.minimum(rows["at_s"], duration_s)
    start = np.minimum(rows["at_s"] - rows["service_s"], duration_s)
    answered = np.bincount(cell, minlength=len(CELLS)).astype(np.float64)
    available = np.full(len(CELLS), sorting.review_desk.operators * duration_s)
    available += _on_shift(database, duration_s)
    busy = _by_cell(cell, end - start)
    yield StationSums("utilisation.review_desk", "all", busy, available, answered)
    keying_h = _by_cell(cell, rows["service_s"]) / _HOUR_S
    yield StationSums("desk.pace_per_h", "all", answered, keying_h, answered)
    keyed = _by_cell(cell, rows["keyed"].astype(np.float64))
    wrong = _by_cell(cell, rows["wrong"].astype(np.float64))
    yield StationSums("desk.error_rate", "all", wrong, keyed, keyed)
    if sorting.review_desk.shifts:
        yield from _strain(database)


def _strain(database: Database) -> Iterator[StationSums]:
    one = np.ones(len(CELLS))
    rows = database.fetch(_OVERTIME)
    cell = cell_numbers(rows["cell"])
    people = _by_cell(cell, np.ones(len(cell)))
    yield StationSums("desk.overtime_s", "all", _by_cell(cell, rows["overtime_s"]), one, people)
    rows = database.fetch(_BREAKS)
    cell = cell_numbers(rows["cell"])
    taken = _by_cell(cell, np.ones(len(cell)))
    missed_cell = cell_numbers(database.fetch(_MISSED)["cell"])
    missed = _by_cell(missed_cell, np.ones(len(missed_cell)))
    due = taken + missed
    yield StationSums("desk.breaks_missed", "all", missed, due, due)
    yield StationSums("desk.break_delay_s", "all", _by_cell(cell, rows["late_s"]), taken, taken)


def _on_shift(database: Database, duration_s: float) -> Values:
    """Person-seconds at the desk within the arrival period, by cell, of people on shifts."""
    rows = database.fetch(_PRESENT)
    spans = np.minimum(rows["went"], duration_s) - np.minimum(rows["came"], duration_s)
    present = _by_cell(cell_numbers(rows["cell"]), spans)
    rest = database.fetch(_BREAKS)
    begun = np.minimum(rest["at_s"], duration_s)
    over = np.minimum(rest["at_s"] + rest["duration_s"], duration_s)
    away: Values = present - _by_cell(cell_numbers(rest["cell"]), over - begun)
    return away


def _by_cell(cell: NDArray[np.int64], values: Values) -> Values:
    sums = np.zeros(len(CELLS))
    np.add.at(sums, cell, values)
    return sums
