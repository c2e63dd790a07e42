"""After a lane stood: when its backlog was gone, and which trailers left without its parcels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from metrics.cells import CELLS
from metrics.database import Database
from metrics.floor_routes import routes
from metrics.station_sums import StationSums
from scenarios.model import Sorting

__all__ = ["Recovery", "recoveries", "recovery_sums"]

Values = NDArray[np.float64]

_STOPS = """
SELECT cell, lane, at_s, until_s, cause FROM belt_stopped ORDER BY cell, lane, at_s
"""
_QUEUE = """
SELECT a.cell AS cell, a.lane AS lane, a.at_s AS came_s, o.at_s AS gone_s
FROM parcel_arrived a JOIN (
    SELECT parcel_id, cell, at_s FROM parcel_inducted
    UNION ALL SELECT parcel_id, cell, at_s FROM parcel_refused
) o USING (parcel_id, cell)
ORDER BY came_s, gone_s
"""
_LATE = """
SELECT a.cell AS cell, a.lane AS lane, a.at_s AS came_s, l.promised_s AS promised_s,
       t.route AS route
FROM parcel_loaded l JOIN parcel_arrived a USING (parcel_id, cell) JOIN parcels p USING (parcel_id)
JOIN routes t ON t.chute = p.chute
WHERE l.cut_off_s > l.promised_s ORDER BY came_s
"""


@dataclass(frozen=True, slots=True)
class Recovery:
    """One stop of a lane and what followed.

    Attributes
    ----------
    cell : str
    lane : int
    cause : str
        ``jam`` or ``outage``.
    at_s, until_s : float
        When the belt stood.
    queue_before, queue_most : int
        Parcels waiting at the lane's induction as it stopped, and at most until `gone_s`.
    gone_s : float
        When no more waited than before; not earlier than `until_s`.
    late_parcels : int
        Parcels that came or waited between `at_s` and `gone_s` and were loaded after their
        promised trailer had left.
    missed_trailers : int
        Promised trailers (route and cut-off) that left without one of them.
    """

    cell: str
    lane: int
    cause: str
    at_s: float
    until_s: float
    queue_before: int
    queue_most: int
    gone_s: float
    late_parcels: int
    missed_trailers: int

    @property
    def recovery_s(self) -> float:
        """From the belt's running again until the backlog is gone."""
        return self.gone_s - self.until_s


def recoveries(tables: Mapping[str, pa.Table], sorting: Sorting) -> list[Recovery]:
    """Follow every stop of every lane until its backlog is gone.

    Where a lane stops again before that, both stops share what the second one adds.

    Parameters
    ----------
    tables : mapping of str to Table
        Of one arm and replication, as `metrics.tables.RunTables.load` gives them.
    sorting : Sorting
        Of the scenario that ran.

    Returns
    -------
    list of Recovery
        Ordered by cell as in `metrics.cells.CELLS`, lane and time.
    """
    database = Database()
    database.hold(tables, "recovery")
    return _recoveries(database, sorting)


def recovery_sums(database: Database, sorting: Sorting) -> Iterator[StationSums]:
    """Sum recovery times by cell, for the catalogue's metrics of recovery."""
    found = _recoveries(database, sorting)
    seconds, longest, stops = (np.zeros(len(CELLS)) for _ in range(3))
    for stop in found:
        cell = CELLS.index(stop.cell)
        seconds[cell] += stop.recovery_s
        longest[cell] = max(longest[cell], stop.recovery_s)
        stops[cell] += 1.0
    yield StationSums("recovery.mean_s", "all", seconds, stops, stops)
    yield StationSums("recovery.longest_s", "all", longest, np.ones(len(CELLS)), stops)


def _recoveries(database: Database, sorting: Sorting) -> list[Recovery]:
    stops = database.fetch(_STOPS)
    queue = database.fetch(_QUEUE)
    routes(database, sorting.line_haul)
    late = database.fetch(_LATE)
    order = sorted(
        range(len(stops["at_s"])),
        key=lambda at: (CELLS.index(stops["cell"][at]), stops["lane"][at], stops["at_s"][at]),
    )
    return [
        _followed({name: column[at] for name, column in stops.items()}, queue, late) for at in order
    ]


def _followed(
    stop: Mapping[str, Any], queue: Mapping[str, NDArray[Any]], late: Mapping[str, NDArray[Any]]
) -> Recovery:
    at_s, until_s = float(stop["at_s"]), float(stop["until_s"])
    mine = (queue["cell"] == stop["cell"]) & (queue["lane"] == stop["lane"])
    came_s, gone_s = queue["came_s"][mine], np.sort(queue["gone_s"][mine])
    before = int(np.sum(came_s <= at_s) - np.sum(gone_s <= at_s))
    # The queue only shrinks when a parcel goes: those are the moments to look at.
    looks = np.concatenate(([until_s], gone_s[gone_s > until_s]))
    waiting = np.searchsorted(came_s, looks, side="right") - np.searchsorted(
        gone_s, looks, side="right"
    )
    over = looks[int(np.argmax(waiting <= before))]
    peaks = np.concatenate(([at_s], came_s[(came_s > at_s) & (came_s <= over)]))
    most = np.searchsorted(came_s, peaks, side="right") - np.searchsorted(
        gone_s, peaks, side="right"
    )
    # Parcels that had come before the stop and were still waiting are the last `before` of them.
    first = np.sum(came_s <= at_s) - before
    since_s = came_s[first] if first < len(came_s) else at_s
    hit = (
        (late["cell"] == stop["cell"])
        & (late["lane"] == stop["lane"])
        & (late["came_s"] >= min(since_s, at_s))
        & (late["came_s"] <= over)
    )
    trailers = set(zip(late["route"][hit].tolist(), late["promised_s"][hit].tolist(), strict=True))
    return Recovery(
        str(stop["cell"]),
        int(stop["lane"]),
        str(stop["cause"]),
        at_s,
        until_s,
        before,
        int(most.max()),
        float(over),
        int(np.sum(hit)),
        len(trailers),
    )
