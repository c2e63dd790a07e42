"""What became of every base parcel of one replication, in all four cells side by side.

The joins run in DuckDB over the registered Arrow tables; every text in them is data, never SQL.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.cells import CELLS
from metrics.database import Database
from metrics.errors import InconsistentRunError
from scenarios.model import Lane

__all__ = ["Items", "read_items"]

Column = NDArray[np.float64]

_ITEMS = """
CREATE OR REPLACE TEMP TABLE items AS
SELECT row_number() OVER (ORDER BY parcel_id) - 1 AS item,
       parcel_id, lane, tracking_id, sort_code, chute
FROM parcels WHERE population = 'base' AND sampled
"""

_OUTCOMES = """
WITH cells(cell, cell_no, degraded) AS (
    VALUES ('lab', 0, false), ('degraded', 1, true), ('loaded', 2, false), ('production', 3, true)
), offered AS (
    -- An empty text offers nothing.
    SELECT i.item, r.degraded, r.decision,
           nullif(r.tracking_id, '') AS id, nullif(r.sort_code, '') AS code,
           i.tracking_id AS true_id, i.sort_code AS true_code
    FROM readings r JOIN items i USING (parcel_id) WHERE r.lap = 1 AND r.source = 'model'
), first_pass AS (
    SELECT item, degraded, count(*) AS answers, any_value(decision) AS decision,
           bool_and(id IS NOT NULL OR code IS NOT NULL) AS offers,
           bool_and((id IS NOT NULL OR code IS NOT NULL)
                    AND coalesce(id = true_id, true)
                    AND coalesce(code = true_code, true)) AS is_right
    FROM offered GROUP BY item, degraded
), asked_and_heard AS (
    SELECT r.parcel_id, r.cell, any_value(r.lane) AS lane, min(c.at_s) AS seen_s,
           min(r.at_s) AS at_s
    FROM parcel_read r JOIN parcel_captured c USING (parcel_id, cell)
    WHERE r.lap = 1 AND c.lap = 1 GROUP BY r.parcel_id, r.cell
), stood AS (
    -- A parcel gets no nearer to its diverter while the belt stands.
    SELECT h.parcel_id, h.cell,
           sum(least(h.at_s, s.until_s) - greatest(h.seen_s, s.at_s)) AS stood_s
    FROM asked_and_heard h JOIN belt_stopped s
      ON s.lane = h.lane AND s.cell = h.cell AND s.at_s < h.at_s AND s.until_s > h.seen_s
    GROUP BY h.parcel_id, h.cell
), heard AS (
    SELECT h.parcel_id, h.cell, h.at_s - h.seen_s - coalesce(s.stood_s, 0.0) AS delay_s
    FROM asked_and_heard h LEFT JOIN stood s USING (parcel_id, cell)
), late AS (
    SELECT DISTINCT parcel_id, cell FROM deadline_missed WHERE lap = 1 AND waited_for = 'reader'
), missed AS (
    SELECT DISTINCT parcel_id, cell FROM deadline_missed
), again AS (
    SELECT DISTINCT parcel_id, cell FROM parcel_recirculated
), arrival AS (
    SELECT parcel_id, cell, count(*) AS arrivals, min(at_s) AS at_s
    FROM parcel_arrived GROUP BY parcel_id, cell
), induction AS (
    SELECT parcel_id, cell, arg_min(wait_s, at_s) AS wait_s
    FROM (SELECT parcel_id, cell, wait_s, at_s FROM parcel_inducted
          -- What no belt can carry waited as long to be turned away.
          UNION ALL SELECT parcel_id, cell, wait_s, at_s FROM parcel_refused)
    GROUP BY parcel_id, cell
), review AS (
    SELECT parcel_id, cell, count(*) AS reviews, list_sum(list_sort(list(wait_s))) AS wait_s
    FROM review_started GROUP BY parcel_id, cell
), asked AS (
    SELECT DISTINCT parcel_id, cell FROM review_requested
), departure AS (
    SELECT parcel_id, cell, count(*) AS departures, max(at_s) AS at_s, max(chute) AS chute
    FROM (SELECT parcel_id, cell, at_s, chute FROM parcel_diverted
          UNION ALL SELECT parcel_id, cell, at_s, NULL FROM parcel_excepted
          UNION ALL SELECT parcel_id, cell, at_s, NULL FROM parcel_refused)
    GROUP BY parcel_id, cell
)
SELECT coalesce(f.answers, 0) AS answers,
       coalesce(f.decision, 'no_read') AS decision,
       coalesce(f.offers, false) AS offers,
       coalesce(f.is_right, false) AS is_right,
       -- The model answered for every parcel, but in this cell the camera may never have had it.
       h.cell IS NOT NULL AS seen,
       -- The log names late destinations; an answer that names none is held to the same diverter.
       l.cell IS NULL AND coalesce(h.delay_s <= $first_s + $step_s * i.chute, false) AS timely,
       coalesce(a.arrivals, 0) AS arrivals,
       coalesce(d.departures, 0) AS departures,
       coalesce(d.chute = i.chute, false) AS right_chute,
       coalesce(d.chute <> i.chute, false) AS misroute,
       d.cell IS NOT NULL AND d.chute IS NULL AS exception,
       again.cell IS NOT NULL AS recirculated,
       missed.cell IS NOT NULL AS missed_deadline,
       asked.cell IS NOT NULL AS to_desk,
       coalesce(n.wait_s, 'nan'::DOUBLE) AS induction_wait_s,
       coalesce(d.at_s - a.at_s, 'nan'::DOUBLE) AS in_system_s,
       coalesce(v.wait_s, 0.0) AS review_wait_s,
       coalesce(v.reviews, 0) AS reviews
FROM items i CROSS JOIN cells c
LEFT JOIN first_pass f ON f.item = i.item AND f.degraded = c.degraded
LEFT JOIN heard h ON h.parcel_id = i.parcel_id AND h.cell = c.cell
LEFT JOIN late l ON l.parcel_id = i.parcel_id AND l.cell = c.cell
LEFT JOIN missed ON missed.parcel_id = i.parcel_id AND missed.cell = c.cell
LEFT JOIN again ON again.parcel_id = i.parcel_id AND again.cell = c.cell
LEFT JOIN asked ON asked.parcel_id = i.parcel_id AND asked.cell = c.cell
LEFT JOIN arrival a ON a.parcel_id = i.parcel_id AND a.cell = c.cell
LEFT JOIN induction n ON n.parcel_id = i.parcel_id AND n.cell = c.cell
LEFT JOIN review v ON v.parcel_id = i.parcel_id AND v.cell = c.cell
LEFT JOIN departure d ON d.parcel_id = i.parcel_id AND d.cell = c.cell
ORDER BY i.item, c.cell_no
"""

_READABLE = """
SELECT DISTINCT i.item FROM readings r JOIN items i USING (parcel_id)
WHERE r.lap = 1 AND r.degraded AND r.readable ORDER BY i.item
"""

_HITS = """
SELECT DISTINCT c.kind, c.severity, i.item,
       min(c.kind) OVER parcel = max(c.kind) OVER parcel AS alone
FROM conditions c JOIN items i USING (parcel_id)
WHERE c.lap = 1
WINDOW parcel AS (PARTITION BY i.item)
ORDER BY c.kind, c.severity, i.item
"""

_EXPLORED = """
WITH hours AS (
    SELECT parcel_id, floor(min(at_s) / 3600.0)::BIGINT AS hour
    FROM parcel_arrived WHERE cell = 'production' GROUP BY parcel_id
)
SELECT i.item, coalesce(p.shipper, '') AS shipper, p.material, h.hour::VARCHAR AS hour
FROM items i JOIN parcels p USING (parcel_id) JOIN hours h USING (parcel_id) ORDER BY i.item
"""

_PAIRS = """
SELECT DISTINCT a.kind || '+' || b.kind AS pair, i.item
FROM conditions a JOIN conditions b USING (parcel_id) JOIN items i USING (parcel_id)
WHERE a.lap = 1 AND b.lap = 1 AND a.kind < b.kind
ORDER BY pair, i.item
"""

_KEPT = (
    "right_chute",
    "misroute",
    "exception",
    "recirculated",
    "missed_deadline",
    "to_desk",
    "induction_wait_s",
    "in_system_s",
    "review_wait_s",
    "reviews",
)


@dataclass(frozen=True, slots=True)
class Items:
    """Base parcels the real model read, in the order of their ids.

    Attributes
    ----------
    columns : mapping of str to ndarray, shape (items, 4)
        0/1 flags, seconds or counts by name; the second axis is `metrics.cells.CELLS`.  A parcel
        that was not captured and answered on its first lap in a cell was not read there.
    groups : mapping of str to ndarray of int
        Row numbers of each group but ``all``.
    explored : mapping of str to ndarray of int
        Row numbers of the groups by shipper, material and hour of arrival in production, which
        are looked at for the worst of them and get no records.
    unanswered : int
        Pairs of parcel and condition (degraded or not) for which no answer was recorded.
    """

    columns: Mapping[str, Column]
    groups: Mapping[str, NDArray[np.int64]]
    explored: Mapping[str, NDArray[np.int64]]
    unanswered: int

    @property
    def size(self) -> int:
        """Number of parcels."""
        return len(self.columns["right"])


def read_items(database: Database, lane: Lane) -> Items:
    """Join the tables of one arm and replication into one row a parcel and cell.

    Parameters
    ----------
    database : Database
    lane : scenarios.model.Lane
        Its geometry says by when an answer must be there: camera to the diverter of the true chute.

    Raises
    ------
    InconsistentRunError
        If the truth repeats a parcel, a parcel does not arrive and leave exactly once in every
        cell, has two answers to one pass, or an answer has an unknown decision.
    """
    repeated = database.fetch("SELECT count(*) - count(DISTINCT parcel_id) AS n FROM parcels")
    if repeated["n"].item():
        raise InconsistentRunError(f"{database.where}: the truth lists a parcel twice")
    database.execute(_ITEMS)
    # A microsecond of grace: the log's clock is in seconds since the start.
    first_s = lane.diverter_distance_m / lane.belt_speed_mps + 1e-6
    step_s = lane.chute_spacing_m / lane.belt_speed_mps
    rows = database.fetch(_OUTCOMES, {"first_s": first_s, "step_s": step_s})
    _check(rows, database.where)
    accepted = rows["seen"] & (rows["decision"] == "accept") & rows["offers"]
    review = rows["seen"] & (rows["decision"] == "review")
    right = rows["seen"] & rows["is_right"]
    flags = {
        "right": right,
        "in_time": right & rows["timely"],
        "accepted": accepted,
        "correct": accepted & right,
        "misread": accepted & ~right,
        "review": review,
        "no_read": ~accepted & ~review,
    }
    columns = {
        name: np.asarray(column, dtype=np.float64).reshape(-1, len(CELLS))
        for name, column in (flags | {name: rows[name] for name in _KEPT}).items()
    }
    lanes = database.fetch("SELECT lane FROM items ORDER BY item")["lane"]
    # Cells 0 and 1 are undegraded and degraded; 2 and 3 hold the same answers again.
    unanswered = int(np.sum(rows["answers"].reshape(-1, len(CELLS))[:, :2] == 0))
    return Items(columns, _groups(database, lanes), _explored(database), unanswered)


def _check(rows: Mapping[str, NDArray[Any]], where: str) -> None:
    unknown = set(rows["decision"].tolist()) - {"accept", "review", "no_read"}
    if unknown:
        raise InconsistentRunError(f"{where}: unknown decisions {sorted(map(str, unknown))}")
    if np.any(rows["answers"] > 1):
        raise InconsistentRunError(f"{where}: a parcel has two answers to its first pass")
    for name, count in (("arrive", rows["arrivals"]), ("leave", rows["departures"])):
        wrong = int(np.sum(count != 1))
        if wrong:
            raise InconsistentRunError(
                f"{where}: {wrong} times a base parcel does not {name} exactly once in a cell; "
                "the run is incomplete or its tables are mixed up"
            )
    for name in ("induction_wait_s", "in_system_s", "review_wait_s"):
        if not np.all(np.isfinite(np.asarray(rows[name], dtype=np.float64))):
            raise InconsistentRunError(f"{where}: {name} is missing or not finite for a parcel")


def _groups(database: Database, lanes: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    groups = {"readable=yes": database.fetch(_READABLE)["item"]}
    hits = database.fetch(_HITS)
    every = np.ones(len(hits["item"]), dtype=np.bool_)
    # Kinds ride together: without the parcels that nothing else hits, each is blamed for all.
    for suffix, counted in (("", every), (",alone=yes", hits["alone"].astype(np.bool_))):
        for kind in sorted(set(hits["kind"][counted].tolist())):
            of_kind = counted & (hits["kind"] == kind)
            groups[f"kind={kind}{suffix}"] = np.unique(hits["item"][of_kind])
            for severity in np.unique(hits["severity"][of_kind]).tolist():
                chosen = of_kind & (hits["severity"] == severity)
                groups[f"kind={kind},severity={severity}{suffix}"] = hits["item"][chosen]
    for lane in np.unique(lanes).tolist():
        groups[f"lane={lane}"] = np.flatnonzero(lanes == lane)
    return groups


def _explored(database: Database) -> dict[str, NDArray[np.int64]]:
    rows, pairs = database.fetch(_EXPLORED), database.fetch(_PAIRS)
    return {
        f"{family}={member}": table["item"][table[family] == member]
        for table, family in (
            *((rows, name) for name in ("shipper", "hour", "material")),
            (pairs, "pair"),
        )
        for member in sorted(set(table[family].tolist()))
        # Truth of runs from before there were shippers names none.
        if member
    }
