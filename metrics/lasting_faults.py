"""Faults that set in at one moment and last, as the world knows them: what there is to detect."""

from dataclasses import dataclass

import numpy as np

from metrics.database import Database
from scenarios.degradations import KINDS, Scope
from scenarios.model import DegradationShare, Sorting

__all__ = ["STOPS", "LastingFault", "lasting_faults", "may_last", "spells"]

STOPS = ("jam", "outage")
"""Kinds of faults that are a belt's standing; every other is a key of `KINDS`."""
_WHOLE = (Scope.CAMERA_HOUR, Scope.SITE_DAY)
"""Scopes whose faults hit every parcel while they last."""

_HITS = """
SELECT a.lane AS lane, a.at_s AS at_s, c.parcel_id IS NOT NULL AS hit
FROM parcel_arrived a LEFT JOIN (
    SELECT parcel_id FROM conditions WHERE kind = $kind AND lap = 1
) c USING (parcel_id)
WHERE a.cell = 'production' ORDER BY a.lane, a.at_s, a.parcel_id
"""
_STOPS = """
SELECT lane, at_s, until_s, cause FROM belt_stopped
WHERE cell = 'production' ORDER BY at_s, lane
"""


@dataclass(frozen=True, slots=True)
class LastingFault:
    """One fault of one lane.

    Attributes
    ----------
    kind : str
        A key of `scenarios.degradations.KINDS`, or one of `STOPS`.
    lane : int
    onset_s : float
        When the first parcel came that it hits, or the belt stopped.
    until_s : float
        When the first came that it spares again, or the belt ran; infinite where that never was.
    """

    kind: str
    lane: int
    onset_s: float
    until_s: float


def may_last(sorting: Sorting) -> bool:
    """Whether a scenario has anything that `lasting_faults` could find."""
    faults = sorting.faults
    stops = faults is not None and (faults.jams is not None or bool(faults.outages))
    return stops or any(_lasts(share) for share in sorting.degradations)


def lasting_faults(database: Database, sorting: Sorting) -> tuple[LastingFault, ...]:
    """Every lasting fault of a replication in production, ordered by kind, lane and time.

    A fault of a camera or of the site hits every parcel while it lasts, so each unbroken row of
    hit parcels of a lane is one.  A worn printer fades its shipper's parcels among those of
    others: it lasts from the first to the last parcel hit.  So does a kind that is drawn by
    parcel or pass, where the scenario gives it an onset (a strobe that is lost, the sun that
    reaches a door); without one it is there all the time and there is nothing to detect.

    Parameters
    ----------
    database : Database
        Holding the tables of the replication.
    sorting : Sorting
    """
    found: list[LastingFault] = []
    for share in sorted(sorting.degradations, key=lambda each: each.kind):
        if _lasts(share):
            found += spells(database, share.kind, sorting)
    if sorting.faults is not None:
        stops = database.fetch(_STOPS)
        columns = (stops[name].tolist() for name in ("cause", "lane", "at_s", "until_s"))
        standing = [LastingFault(*row) for row in zip(*columns, strict=True)]
        found += sorted(standing, key=lambda each: (each.kind, each.lane, each.onset_s))
    return tuple(found)


def spells(database: Database, kind: str, sorting: Sorting) -> tuple[LastingFault, ...]:
    """When a kind of damage was there, by lane, as `lasting_faults` tells it."""
    rows = database.fetch(_HITS, {"kind": kind})
    spans_of = _rows_of_hits if KINDS[kind].scope in _WHOLE else _first_to_last
    found = []
    for lane in range(sorting.lanes):
        mine = rows["lane"] == lane
        at_s = rows["at_s"][mine]
        for first, after in spans_of(rows["hit"][mine].astype(bool)):
            until_s = float(at_s[after]) if after < len(at_s) else float("inf")
            found.append(LastingFault(kind, lane, float(at_s[first]), until_s))
    return tuple(found)


def _lasts(share: DegradationShare) -> bool:
    scope = KINDS[share.kind].scope
    return scope in _WHOLE or scope is Scope.BATCH or bool(share.onset_s)


def _rows_of_hits(hit: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    """First of each unbroken row, and the first after it."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], hit, [False])).astype(np.int8)))
    return [(int(first), int(after)) for first, after in edges.reshape(-1, 2)]


def _first_to_last(hit: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[tuple[int, int]]:
    places = np.flatnonzero(hit)
    return [(int(places[0]), int(places[-1]) + 1)] if len(places) else []
