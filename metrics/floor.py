"""What the machine, the hand work and the trailers did in one replication."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from metrics.cells import CELLS
from metrics.database import Database
from metrics.floor_routes import routes
from metrics.recovery import recovery_sums
from metrics.station_sums import StationSums, cell_numbers
from scenarios.model import LineHaul, Sorting

__all__ = ["fates", "floor_sums"]

Values = NDArray[np.float64]

_FATES = """
CREATE OR REPLACE TEMP TABLE fates AS
WITH base AS (
    SELECT parcel_id, lane, chute FROM parcels WHERE population = 'base'
), cells AS (
    SELECT DISTINCT cell FROM parcel_arrived
), laps AS (
    SELECT parcel_id, cell, count(*) AS extra,
           count(*) FILTER (reason = 'chute_full') AS chute_full,
           count(*) FILTER (reason IN ('diverter_down', 'lost_track')) AS machine
    FROM parcel_recirculated GROUP BY parcel_id, cell
), answers AS (
    -- What the control acted on, and whether it was right.
    SELECT r.parcel_id, r.cell,
           CASE r.lookup WHEN 'found' THEN r.tracking_id = p.tracking_id
                         ELSE r.sort_code = p.sort_code END AS right_one
    FROM parcel_read r JOIN parcels p USING (parcel_id) WHERE r.lookup IN ('found', 'code')
    UNION ALL
    SELECT v.parcel_id, v.cell, v.sort_code = p.sort_code
    FROM review_answered v JOIN parcels p USING (parcel_id) WHERE v.sort_code IS NOT NULL
), astray AS (
    SELECT parcel_id, cell FROM answers GROUP BY parcel_id, cell HAVING NOT bool_or(right_one)
), loaded AS (
    SELECT parcel_id, cell, chute, route, misloaded, cut_off_s > promised_s AS late
    FROM parcel_loaded
)
SELECT c.cell AS cell, b.parcel_id AS parcel_id, b.lane AS lane,
       r.parcel_id IS NOT NULL AS refused,
       e.parcel_id IS NOT NULL AS excepted,
       coalesce(d.chute = b.chute, false) AS right_chute,
       coalesce(coalesce(h.chute, d.chute) = b.chute, false) AS right_in_the_end,
       refused OR x.parcel_id IS NOT NULL AS unseen,
       refused
       OR coalesce(e.reason = 'double', false)
       OR (coalesce(e.reason IN ('chute_full', 'diverter_down', 'lost_track'), false)
           AND y.parcel_id IS NULL)
       OR (coalesce(d.chute <> b.chute, false)
           -- What slips from the right diverter drops into the next chute.
           AND (x.parcel_id IS NOT NULL
                OR coalesce(s.chute = d.chute AND s.chute = b.chute + 1, false)))
           AS mechanical,
       l.parcel_id IS NOT NULL AS loaded,
       coalesce(l.chute <> b.chute, false) AS from_wrong_chute,
       coalesce(l.misloaded, false) AS misloaded,
       coalesce(l.late, false) AS late,
       -- A wrong chute of the same route fills the same trailer.
       NOT coalesce(l.route = t.route AND NOT l.late, false) AS missed,
       coalesce(n.extra, 0) AS extra,
       coalesce(n.chute_full, 0) AS chute_full,
       coalesce(n.machine, 0) AS machine
FROM base b CROSS JOIN cells c
LEFT JOIN parcel_refused r ON r.parcel_id = b.parcel_id AND r.cell = c.cell
LEFT JOIN parcel_excepted e ON e.parcel_id = b.parcel_id AND e.cell = c.cell
LEFT JOIN parcel_diverted d ON d.parcel_id = b.parcel_id AND d.cell = c.cell
LEFT JOIN parcel_doubled x ON x.parcel_id = b.parcel_id AND x.cell = c.cell
LEFT JOIN parcel_slipped s
       ON s.parcel_id = b.parcel_id AND s.cell = c.cell AND s.lap = d.lap
LEFT JOIN astray y ON y.parcel_id = b.parcel_id AND y.cell = c.cell
LEFT JOIN exception_handled h ON h.parcel_id = b.parcel_id AND h.cell = c.cell
LEFT JOIN loaded l ON l.parcel_id = b.parcel_id AND l.cell = c.cell
LEFT JOIN routes t ON t.chute = b.chute
LEFT JOIN laps n ON n.parcel_id = b.parcel_id AND n.cell = c.cell
"""

_BY_LANE = """
SELECT cell, lane, count(*) AS parcels,
       count(*) FILTER (mechanical) AS mechanical,
       count(*) FILTER (refused) AS refused,
       count(*) FILTER (unseen) AS unseen,
       count(*) FILTER (right_in_the_end) AS right_in_the_end,
       count(*) FILTER (missed) AS missed,
       count(*) FILTER (missed AND refused) AS missed_refused,
       count(*) FILTER (missed AND excepted) AS missed_excepted,
       count(*) FILTER (missed AND NOT refused AND NOT excepted AND from_wrong_chute)
           AS missed_misroute,
       count(*) FILTER (missed AND NOT refused AND NOT excepted AND NOT from_wrong_chute
                        AND misloaded) AS missed_misload,
       count(*) FILTER (missed AND NOT refused AND NOT excepted AND NOT from_wrong_chute
                        AND NOT misloaded) AS missed_late,
       sum(extra) AS extra, sum(chute_full) AS chute_full, sum(machine) AS machine
FROM fates GROUP BY cell, lane ORDER BY cell, lane
"""

_SHARES = {
    "floor.mechanical": "mechanical",
    "floor.non_conveyable": "refused",
    "floor.unseen": "unseen",
    "floor.right_in_the_end": "right_in_the_end",
    "trailer.missed": "missed",
    "trailer.missed_non_conveyable": "missed_refused",
    "trailer.missed_exception": "missed_excepted",
    "trailer.missed_misroute": "missed_misroute",
    "trailer.missed_misload": "missed_misload",
    "trailer.missed_late": "missed_late",
    "laps.extra": "extra",
    "laps.chute_full": "chute_full",
    "laps.machine": "machine",
}


def fates(database: Database, line_haul: LineHaul | None) -> None:
    """Make the table ``fates``: one row a cell and base parcel."""
    routes(database, line_haul)
    database.execute(_FATES)


def floor_sums(database: Database, sorting: Sorting) -> Iterator[StationSums]:
    """Sum what became of parcels beyond the reader, by cell; nothing for a plain scenario.

    Parameters
    ----------
    database : Database
    sorting : Sorting

    Yields
    ------
    StationSums
        Of the group ``all`` and of every lane; of chutes and desks, which lanes share, of ``all``.
    """
    wanted = _wanted(sorting)
    if wanted:
        yield from _of_parcels(database, sorting, wanted)
    if sorting.faults is not None:
        yield from _stops(database, sorting)
    if _may_pile_up(sorting):
        yield from recovery_sums(database, sorting)
    if sorting.chutes is not None:
        yield from _chutes(database, sorting)
    if sorting.exception_desk is not None:
        yield from _exception_desk(database, sorting)


def _wanted(sorting: Sorting) -> set[str]:
    wanted = set()
    apart = sorting.flow is None or sorting.flow.singulated_share >= 1.0
    doubles = not apart or (sorting.faults is not None and sorting.faults.doubles is not None)
    machine = doubles or sorting.faults is not None or sorting.chutes is not None
    if machine or sorting.lane.non_conveyable_share > 0.0:
        wanted |= {"floor.mechanical", "laps.extra"}
    if sorting.lane.non_conveyable_share > 0.0:
        wanted |= {"floor.non_conveyable"}
    if doubles or sorting.lane.non_conveyable_share > 0.0:
        wanted |= {"floor.unseen"}
    if sorting.faults is not None:
        wanted |= {"laps.machine"}
    if sorting.chutes is not None:
        wanted |= {"laps.chute_full"}
    if sorting.exception_desk is not None:
        wanted |= {"floor.right_in_the_end"}
    if sorting.line_haul is not None:
        wanted |= {name for name in _SHARES if name.startswith("trailer.")}
    return wanted


def _may_pile_up(sorting: Sorting) -> bool:
    """Whether a scenario plans for something that makes a backlog: a plain lane and desk do not."""
    lost = any(share.kind == "camera_outage" for share in sorting.degradations)
    return sorting.faults is not None or bool(sorting.review_desk.shifts) or lost


def _of_parcels(database: Database, sorting: Sorting, wanted: set[str]) -> Iterator[StationSums]:
    fates(database, sorting.line_haul)
    rows = database.fetch(_BY_LANE)
    cell, lane = cell_numbers(rows["cell"]), rows["lane"].astype(np.int64)

    def by_lane(name: str) -> Values:
        sums = np.zeros((sorting.lanes, len(CELLS)))
        np.add.at(sums, (lane, cell), rows[name].astype(np.float64))
        return sums

    parcels = by_lane("parcels")
    for metric, column in _SHARES.items():
        if metric in wanted:
            counts = by_lane(column)
            total = parcels.sum(axis=0)
            yield StationSums(metric, "all", counts.sum(axis=0), total, total)
            for number in range(sorting.lanes):
                yield StationSums(
                    metric, f"lane={number}", counts[number], parcels[number], parcels[number]
                )


def _stops(database: Database, sorting: Sorting) -> Iterator[StationSums]:
    duration_s = sorting.arrivals.duration_s
    rows = database.fetch("SELECT cell, lane, at_s, until_s FROM belt_stopped ORDER BY at_s, lane")
    stood, count = np.zeros((sorting.lanes, len(CELLS))), np.zeros((sorting.lanes, len(CELLS)))
    place = (rows["lane"].astype(np.int64), cell_numbers(rows["cell"]))
    np.add.at(
        stood, place, np.minimum(rows["until_s"], duration_s) - np.minimum(rows["at_s"], duration_s)
    )
    np.add.at(count, place, 1.0)
    whole = np.full(len(CELLS), duration_s)
    metric = "belt.stopped_share"
    yield StationSums(metric, "all", stood.sum(axis=0), whole * sorting.lanes, count.sum(axis=0))
    for lane in range(sorting.lanes):
        yield StationSums(metric, f"lane={lane}", stood[lane], whole, count[lane])


def _chutes(database: Database, sorting: Sorting) -> Iterator[StationSums]:
    assert sorting.chutes is not None
    duration_s = sorting.arrivals.duration_s
    shut = database.fetch(
        # A full chute opens when it is next emptied.
        "SELECT f.cell AS cell, f.at_s AS at_s, min(e.at_s) AS until_s "
        "FROM chute_filled f JOIN chute_emptied e "
        "ON e.cell = f.cell AND e.lane = f.lane AND e.chute = f.chute AND e.at_s > f.at_s "
        "GROUP BY f.cell, f.lane, f.chute, f.at_s ORDER BY f.at_s, f.lane, f.chute"
    )
    cell = cell_numbers(shut["cell"])
    times = sorting.lanes * sorting.lane.chutes * duration_s
    yield _spans("chute.full_share", cell, shut["at_s"], shut["until_s"], duration_s, times)
    rows = database.fetch(
        "SELECT cell, at_s, wait_s, service_s FROM chute_emptied ORDER BY at_s, lane, chute"
    )
    cell = cell_numbers(rows["cell"])
    yield _mean("wait.attendant_mean_s", cell, rows["wait_s"])
    people = sorting.chutes.attendants * duration_s
    start_s = rows["at_s"] - rows["service_s"]
    yield _spans("utilisation.attendants", cell, start_s, rows["at_s"], duration_s, people)


def _exception_desk(database: Database, sorting: Sorting) -> Iterator[StationSums]:
    assert sorting.exception_desk is not None
    duration_s = sorting.arrivals.duration_s
    rows = database.fetch(
        "SELECT h.cell AS cell, h.at_s AS at_s, h.wait_s AS wait_s, h.service_s AS service_s, "
        "h.chute <> p.chute AS wrong FROM exception_handled h JOIN parcels p USING (parcel_id) "
        "ORDER BY h.at_s, h.parcel_id"
    )
    cell = cell_numbers(rows["cell"])
    yield _mean("wait.exception_mean_s", cell, rows["wait_s"])
    people = sorting.exception_desk.people * duration_s
    start_s = rows["at_s"] - rows["service_s"]
    yield _spans("utilisation.exception_desk", cell, start_s, rows["at_s"], duration_s, people)
    yield _mean("exception.error_rate", cell, rows["wrong"].astype(np.float64))


def _mean(metric: str, cell: NDArray[np.int64], values: Values) -> StationSums:
    count = np.bincount(cell, minlength=len(CELLS)).astype(np.float64)
    return StationSums(metric, "all", _by_cell(cell, values), count, count)


def _spans(
    metric: str,
    cell: NDArray[np.int64],
    start_s: Values,
    end_s: Values,
    duration_s: float,
    available_s: float,
) -> StationSums:
    """Share of `available_s` that the spans fill, as far as they lie in the arrival period."""
    filled = np.minimum(end_s, duration_s) - np.minimum(start_s, duration_s)
    count = np.bincount(cell, minlength=len(CELLS)).astype(np.float64)
    available = np.full(len(CELLS), available_s)
    return StationSums(metric, "all", _by_cell(cell, filled), available, count)


def _by_cell(cell: NDArray[np.int64], values: Values) -> Values:
    sums = np.zeros(len(CELLS))
    np.add.at(sums, cell, values)
    return sums
