"""After an incident: when its backlog was gone, and which trailers left without its parcels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from metrics.cells import CELLS
from metrics.database import Database
from metrics.floor_routes import routes
from metrics.incidents import ALL_LANES, CAUSES, Incident, incidents
from metrics.station_sums import StationSums
from scenarios.model import Sorting

__all__ = ["Recovery", "recoveries", "recovery_sums"]

Values = NDArray[np.float64]

_LATE = """
SELECT l.cell AS cell, a.lane AS lane, a.at_s AS came_s, l.promised_s AS promised_s,
       t.route AS route
FROM parcel_loaded l JOIN parcel_arrived a USING (parcel_id, cell) JOIN parcels p USING (parcel_id)
JOIN routes t ON t.chute = p.chute
WHERE l.cut_off_s > l.promised_s
UNION ALL
-- Of the desk, parcels whose image was asked about: when, first.
SELECT l.cell, -1, v.at_s, l.promised_s, t.route
FROM parcel_loaded l JOIN (
    SELECT parcel_id, cell, min(at_s) AS at_s FROM review_requested GROUP BY parcel_id, cell
) v USING (parcel_id, cell) JOIN parcels p USING (parcel_id)
JOIN routes t ON t.chute = p.chute
WHERE l.cut_off_s > l.promised_s
ORDER BY came_s
"""


@dataclass(frozen=True, slots=True)
class Recovery:
    """One incident and what followed.

    Attributes
    ----------
    cell : str
    lane : int
        `metrics.incidents.ALL_LANES` for the desk.
    cause : str
        One of `metrics.incidents.CAUSES`.
    at_s, until_s : float
        How long it lasted, as `metrics.incidents.Incident` has it.
    queue_before, queue_most : int
        Its backlog's level before, and at most until `gone_s`.
    gone_s : float
        When no more waited than before; not earlier than `until_s`.
    late_parcels : int
        Parcels that came or waited between `at_s` and `gone_s` (of the desk, whose image was asked
        about in that time) and were loaded after their promised trailer had left.
    missed_trailers : int
        Promised trailers (route and cut-off) that left without one of them.
    ended : bool
        As `metrics.incidents.Incident` has it.
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
    ended: bool = True

    @property
    def recovery_s(self) -> float | None:
        """From the end of the incident until the backlog is gone; None where it had no end."""
        return self.gone_s - self.until_s if self.ended else None


def recoveries(tables: Mapping[str, pa.Table], sorting: Sorting) -> list[Recovery]:
    """Follow every incident until its backlog is gone.

    Where another begins before that, both share what the second one adds.

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
    """Mean and longest recovery of a replication by cell, of all causes and of each.

    Both are a replication's own: it counts once, however many incidents it had, and not at all
    where it had none.  So the mean never exceeds the longest.  What had no end counts in neither:
    the night was over before anything could be recovered from.
    """
    found = _recoveries(database, sorting)
    happened = dict.fromkeys(each.cause for each in found if each.ended)
    for group, wanted in (
        ("all", CAUSES),
        *((f"cause={cause}", (cause,)) for cause in CAUSES if cause in happened),
    ):
        mean, longest, count = (np.zeros(len(CELLS)) for _ in range(3))
        for number, cell in enumerate(CELLS):
            took_s = [
                each.recovery_s
                for each in found
                if each.cell == cell and each.cause in wanted and each.recovery_s is not None
            ]
            if took_s:
                mean[number], longest[number] = np.mean(took_s), max(took_s)
                count[number] = len(took_s)
        had_any = (count > 0.0).astype(np.float64)
        yield StationSums("recovery.mean_s", group, mean, had_any, count)
        yield StationSums("recovery.longest_s", group, longest, had_any, count)


def _recoveries(database: Database, sorting: Sorting) -> list[Recovery]:
    routes(database, sorting.line_haul)
    late = database.fetch(_LATE)
    order = sorted(
        incidents(database, sorting),
        key=lambda each: (CELLS.index(each.cell), each.lane, each.at_s, each.cause),
    )
    return [_followed(each, late) for each in order]


def _followed(incident: Incident, late: Mapping[str, NDArray[Any]]) -> Recovery:
    backlog, at_s = incident.backlog, incident.at_s
    over = backlog.back_at(incident.before, incident.until_s)
    since_s = at_s
    if incident.lane != ALL_LANES:
        # First come, first gone, near enough: those there as it began are the last to have come.
        came = int(np.searchsorted(backlog.came_s, at_s, side="right"))
        first = came - int(backlog.waiting(np.array([at_s]))[0])
        since_s = min(at_s, float(backlog.came_s[first])) if first < came else at_s
    hit = (
        (late["cell"] == incident.cell)
        & (late["lane"] == incident.lane)
        & (late["came_s"] >= since_s)
        & (late["came_s"] <= over)
    )
    trailers = set(zip(late["route"][hit].tolist(), late["promised_s"][hit].tolist(), strict=True))
    return Recovery(
        incident.cell,
        incident.lane,
        incident.cause,
        at_s,
        incident.until_s,
        incident.before,
        backlog.most(at_s, over),
        over,
        int(np.sum(hit)),
        len(trailers),
        incident.ended,
    )
