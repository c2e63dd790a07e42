"""What makes backlogs: belts that stand, a camera out, diverters that fail, a desk that is full."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.cells import CELLS
from metrics.database import Database
from metrics.lasting_faults import spells
from scenarios.model import Sorting

__all__ = ["ALL_LANES", "CAUSES", "Backlog", "Incident", "incidents"]

ALL_LANES = -1
"""In place of a lane, for the review desk, which the lanes share."""
CAUSES = ("jam", "outage", "camera_outage", "diverter_down", "desk_full")
BEFORE_S = 600.0
"""Over how long before an incident the level of what is always under way is averaged."""
APART_S = 600.0
"""Signs of trouble at one place that are no further apart are of one incident."""

Values = NDArray[np.float64]

_WAITING = """
SELECT a.cell AS cell, a.lane AS lane, a.at_s AS came_s, o.at_s AS gone_s
FROM parcel_arrived a JOIN (
    SELECT parcel_id, cell, at_s FROM parcel_inducted
    UNION ALL SELECT parcel_id, cell, at_s FROM parcel_refused
) o USING (parcel_id, cell)
ORDER BY came_s, gone_s
"""
_UNDER_WAY = """
SELECT a.cell AS cell, a.lane AS lane, a.at_s AS came_s, o.at_s AS gone_s
FROM parcel_arrived a JOIN (
    SELECT parcel_id, cell, at_s FROM parcel_diverted
    UNION ALL SELECT parcel_id, cell, at_s FROM parcel_excepted
    UNION ALL SELECT parcel_id, cell, at_s FROM parcel_refused
) o USING (parcel_id, cell)
ORDER BY came_s, gone_s
"""
_IMAGES = """
SELECT q.cell AS cell, -1 AS lane, q.at_s AS came_s, coalesce(s.at_s, r.at_s, q.at_s) AS gone_s
FROM review_queued q
LEFT JOIN review_started s USING (parcel_id, cell, lap)
LEFT JOIN review_refused r USING (parcel_id, cell, lap)
ORDER BY came_s, gone_s
"""
_STOPS = """
SELECT cell, lane, at_s, until_s, cause FROM belt_stopped ORDER BY cell, lane, at_s
"""
_PASSED_BY = """
SELECT cell, lane, at_s FROM (
    SELECT cell, lane, at_s, reason FROM parcel_recirculated
    UNION ALL SELECT cell, lane, at_s, reason FROM parcel_excepted
) WHERE reason = 'diverter_down' ORDER BY cell, lane, at_s
"""
_REFUSED = """
SELECT cell, -1 AS lane, at_s FROM review_refused r LEFT JOIN (
    SELECT cell, max(at_s) AS went_s FROM operator_went GROUP BY cell
) w USING (cell)
-- Once all have gone home there is no desk that could be full.
WHERE $always OR at_s < went_s ORDER BY cell, at_s
"""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits at one place: when each came, and when each had gone, both rising."""

    came_s: Values
    gone_s: Values

    def waiting(self, at_s: Values) -> NDArray[np.int64]:
        """How many wait at each moment; one that goes right then waits no more."""
        came = np.searchsorted(self.came_s, at_s, side="right")
        return came - np.searchsorted(self.gone_s, at_s, side="right")

    def mean(self, from_s: float, to_s: float) -> float:
        """How many wait on average over a time; 0 over none."""
        if to_s <= from_s:
            return 0.0
        spent = np.clip(to_s - self.came_s, 0.0, to_s - from_s)
        spent -= np.clip(to_s - self.gone_s, 0.0, to_s - from_s)
        return float(spent.sum()) / (to_s - from_s)

    def back_at(self, level: int, from_s: float) -> float:
        """First moment from `from_s` on when no more than `level` wait."""
        # It only shrinks when one goes: those are the moments to look at.
        looks = np.concatenate(([from_s], self.gone_s[self.gone_s > from_s]))
        return float(looks[int(np.argmax(self.waiting(looks) <= level))])

    def most(self, from_s: float, to_s: float) -> int:
        """Most that wait at once."""
        looks = np.concatenate(([from_s], self.came_s))
        return int(self.waiting(looks[(looks >= from_s) & (looks <= to_s)]).max())


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that made a backlog.

    Attributes
    ----------
    cell : str
    lane : int
        `ALL_LANES` for the desk.
    cause : str
        One of `CAUSES`.
    at_s, until_s : float
        While the belt stood or the camera was out; from the first to the last parcel that passed
        a dead diverter, or image that a full desk refused, as long as the backlog was not gone
        or the next was no more than `APART_S` away.
    before : int
        Level the backlog has to come back to.
    backlog : Backlog
        For a belt that stood, parcels waiting at its induction; for camera and diverters, all of
        the lane that had come and not left; for the desk, images waiting.
    ended : bool
        Whether it was over while parcels still came; a camera that stays out is recovered from
        never, and `until_s` is when the last parcel of its lane left.
    """

    cell: str
    lane: int
    cause: str
    at_s: float
    until_s: float
    before: int
    backlog: Backlog
    ended: bool = True


def incidents(database: Database, sorting: Sorting) -> Iterator[Incident]:
    """Every incident of a replication.

    What waits as a belt stops is counted at that moment: nobody comes off the induction any more.
    Parcels are always under way on a lane and come in bursts, so for camera and diverters the
    level before is the mean of the last ten minutes, for the desk that of the night so far, each
    rounded up.  A lost camera is looked for in production only.

    Parameters
    ----------
    database : Database
        Holding the tables of the replication.
    sorting : Sorting
    """
    yield from _stops(database)
    under_way = _by_place(database.fetch(_UNDER_WAY))
    if any(share.kind == "camera_outage" for share in sorting.degradations):
        for fault in spells(database, "camera_outage", sorting):
            backlog = under_way["production", fault.lane]
            before = _level(backlog, fault.onset_s - BEFORE_S, fault.onset_s)
            until_s = min(fault.until_s, float(backlog.gone_s[-1]))
            place = ("production", fault.lane, fault.kind)
            ended = bool(np.isfinite(fault.until_s))
            yield Incident(*place, fault.onset_s, until_s, before, backlog, ended)
    yield from _clusters("diverter_down", database.fetch(_PASSED_BY), under_way, BEFORE_S)
    images = _by_place(database.fetch(_IMAGES))
    always = {"always": sorting.review_desk.operators > 0}
    yield from _clusters("desk_full", database.fetch(_REFUSED, always), images, float("inf"))


def _stops(database: Database) -> Iterator[Incident]:
    rows = database.fetch(_STOPS)
    waiting = _by_place(database.fetch(_WAITING))
    names = ("cell", "lane", "cause", "at_s", "until_s")
    for cell, lane, cause, at_s, until_s in zip(
        *(rows[name].tolist() for name in names), strict=True
    ):
        backlog = waiting.get((cell, lane), _NOTHING)
        before = int(backlog.waiting(np.array([at_s]))[0])
        yield Incident(cell, lane, cause, at_s, until_s, before, backlog)


def _clusters(
    cause: str,
    signs: Mapping[str, NDArray[Any]],
    backlogs: Mapping[tuple[str, int], Backlog],
    before_s: float,
) -> Iterator[Incident]:
    """Signs of trouble at a place, as one incident until its backlog is gone."""
    for cell in CELLS:
        for lane in np.unique(signs["lane"][signs["cell"] == cell]).tolist():
            times = signs["at_s"][(signs["cell"] == cell) & (signs["lane"] == lane)].tolist()
            backlog = backlogs.get((cell, lane), _NOTHING)
            while times:
                at_s = until_s = times[0]
                before = _level(backlog, max(0.0, at_s - before_s), at_s)
                # when the backlog is gone takes a pass over it, and is asked where it decides
                while times and (
                    times[0] <= until_s + APART_S or times[0] <= backlog.back_at(before, until_s)
                ):
                    until_s = times.pop(0)
                yield Incident(cell, lane, cause, at_s, until_s, before, backlog)


def _level(backlog: Backlog, from_s: float, to_s: float) -> int:
    return int(np.ceil(backlog.mean(max(0.0, from_s), to_s)))


def _by_place(rows: Mapping[str, NDArray[Any]]) -> dict[tuple[str, int], Backlog]:
    found = {}
    for cell in CELLS:
        for lane in np.unique(rows["lane"][rows["cell"] == cell]).tolist():
            mine = (rows["cell"] == cell) & (rows["lane"] == lane)
            found[cell, lane] = Backlog(
                np.sort(rows["came_s"][mine]), np.sort(rows["gone_s"][mine])
            )
    return found


_NOTHING = Backlog(np.zeros(0), np.zeros(0))
