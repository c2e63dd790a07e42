"""The funnel from the dock to the right trailer: how many parcels reach each stage."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from metrics.cells import CELLS
from metrics.database import Database
from metrics.floor_routes import routes
from scenarios.model import LineHaul

__all__ = ["FUNNEL", "STAGES", "FunnelCount", "funnel", "reached"]

STAGES: Mapping[str, str] = {
    "arrived": "Arrived",
    "inducted": "Placed on the belt",
    "known": "Destination known",
    "known_first_pass": "Known on the first pass",
    "diverted": "Left the belt into a chute",
    "diverted_first_pass": "Into a chute on the first lap",
    "right_chute": "Into the right chute",
    "right_by_hand": "Right chute, hand work included",
    "loaded": "On a trailer",
    "promised_trailer": "On the promised trailer, or an earlier one",
}
"""Stage -> words.  Each is a share of those arrived; a stage need not contain the next one."""

_COLUMNS: list["pa.Field[Any]"] = [
    pa.field("cell", pa.string(), nullable=False),
    pa.field("lane", pa.int64(), nullable=False),
    pa.field("stage", pa.string(), nullable=False),
    pa.field("parcels", pa.int64(), nullable=False),
]
FUNNEL = pa.schema(_COLUMNS)
"""One row a cell, lane and stage."""


@dataclass(frozen=True, slots=True)
class FunnelCount:
    """Base parcels of all replications of an arm that reach one stage.

    Attributes
    ----------
    arm : str
    condition : str
        ``lab`` or ``production``.
    stage : str
        One of `STAGES`.
    parcels, replications : int
    """

    arm: str
    condition: str
    stage: str
    parcels: int
    replications: int


_FUNNEL = """
WITH base AS (
    SELECT parcel_id, lane, chute FROM parcels WHERE population = 'base'
), cells AS (
    SELECT DISTINCT cell FROM parcel_arrived
), answers AS (
    SELECT parcel_id, cell, lap, at_s FROM parcel_read
    WHERE lookup IN ('found', 'code', 'unknown_id', 'unknown_code')
    UNION ALL
    SELECT parcel_id, cell, lap, at_s FROM review_answered WHERE sort_code IS NOT NULL
), known AS (
    -- An answer that names where to, before the parcel had left the belt; its lap is that of its
    -- picture, as a parcel known on the first may ride on for a full chute.
    SELECT a.parcel_id, a.cell, bool_or(a.lap = 1) AS first_pass
    FROM answers a JOIN (
        SELECT parcel_id, cell, at_s FROM parcel_diverted
        UNION ALL SELECT parcel_id, cell, at_s FROM parcel_excepted
    ) w ON w.parcel_id = a.parcel_id AND w.cell = a.cell AND a.at_s <= w.at_s
    GROUP BY a.parcel_id, a.cell
)
SELECT c.cell AS cell, b.lane AS lane,
       count(*) FILTER (a.parcel_id IS NOT NULL) AS arrived,
       count(*) FILTER (i.parcel_id IS NOT NULL) AS inducted,
       count(*) FILTER (k.parcel_id IS NOT NULL) AS known,
       count(*) FILTER (k.first_pass) AS known_first_pass,
       count(*) FILTER (d.parcel_id IS NOT NULL) AS diverted,
       count(*) FILTER (d.lap = 1) AS diverted_first_pass,
       count(*) FILTER (d.chute = b.chute) AS right_chute,
       count(*) FILTER (coalesce(h.chute, d.chute) = b.chute) AS right_by_hand,
       count(*) FILTER (l.parcel_id IS NOT NULL) AS loaded,
       -- A wrong chute of the same route fills the same trailer.
       count(*) FILTER (l.route = t.route AND l.cut_off_s <= l.promised_s)
           AS promised_trailer
FROM base b CROSS JOIN cells c
LEFT JOIN parcel_arrived a ON a.parcel_id = b.parcel_id AND a.cell = c.cell
LEFT JOIN parcel_inducted i ON i.parcel_id = b.parcel_id AND i.cell = c.cell
LEFT JOIN known k ON k.parcel_id = b.parcel_id AND k.cell = c.cell
LEFT JOIN parcel_diverted d ON d.parcel_id = b.parcel_id AND d.cell = c.cell
LEFT JOIN exception_handled h ON h.parcel_id = b.parcel_id AND h.cell = c.cell
LEFT JOIN parcel_loaded l ON l.parcel_id = b.parcel_id AND l.cell = c.cell
LEFT JOIN routes t ON t.chute = b.chute
GROUP BY c.cell, b.lane
"""


def funnel(tables: Mapping[str, pa.Table], line_haul: LineHaul | None) -> pa.Table:
    """Count the base parcels that reach each stage.

    Parameters
    ----------
    tables : mapping of str to Table
        Of one arm and replication, as `metrics.tables.RunTables.load` gives them.
    line_haul : LineHaul or None
        Of the scenario: it knows every chute's route.

    Returns
    -------
    Table
        Of the schema `FUNNEL`, ordered by cell as in `metrics.cells.CELLS`, lane and stage.  Base
        parcels alone, donors included: they flow through the belts like any other.
    """
    database = Database()
    database.hold(tables, "funnel")
    routes(database, line_haul)
    rows = database.fetch(_FUNNEL)
    found = {
        (str(cell), int(lane)): at
        for at, (cell, lane) in enumerate(zip(rows["cell"], rows["lane"], strict=True))
    }
    order = sorted(found, key=lambda place: (CELLS.index(place[0]), place[1]))
    return pa.Table.from_pylist(
        [
            {
                "cell": cell,
                "lane": lane,
                "stage": stage,
                "parcels": int(rows[stage][found[cell, lane]]),
            }
            for cell, lane in order
            for stage in STAGES
        ],
        schema=FUNNEL,
    )


def reached(table: pa.Table) -> Counter[tuple[str, str]]:
    """Add up the lanes of a `FUNNEL`: parcels by cell and stage."""
    totals: Counter[tuple[str, str]] = Counter()
    for row in table.to_pylist():
        totals[row["cell"], row["stage"]] += row["parcels"]
    return totals
