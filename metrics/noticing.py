"""How long lasting faults went unnoticed, had somebody watched what needs no labels.

The control limit of a chart is set on what was seen before the onset and on nothing else: no
truth, and nothing that came after.  Where the night had hardly begun, earlier nights stand in:
other replications under load, without damage.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from metrics.database import Database
from metrics.detection import SIGNALS, UNDAMAGED, Monitor, signal_points
from metrics.floor_routes import routes
from metrics.lasting_faults import STOPS, LastingFault, lasting_faults, may_last
from scenarios.model import Sorting

__all__ = [
    "DRIFT",
    "EARLIER_NIGHTS",
    "LEAST_POINTS",
    "LIMIT",
    "NOTHING",
    "READINGS",
    "SAME_NIGHT",
    "Night",
    "Noticed",
    "Watch",
    "control_limit",
    "limit_for",
    "noticed",
    "read_night",
    "run_length",
    "watch",
]

READINGS = 25
"""Answers averaged to one point of a chart."""
LEAST_POINTS = 12
"""Points before the onset from which a level and a spread are taken; with fewer, earlier nights."""
DRIFT, LIMIT = 0.5, 8.0
"""Standard deviations of a point that are forgiven, and at which the sum of the rest rings."""
SAME_NIGHT, EARLIER_NIGHTS, NOTHING = "same night", "earlier nights", "nothing before"
"""What a limit was set on."""
_LEAST_SD = (1.0 / READINGS, 1.0 / READINGS, 1.0)
"""Of `SIGNALS`: what one reading of a point, or one more image, amounts to."""

Values = NDArray[np.float64]
Columns = Mapping[str, NDArray[Any]]
Points = tuple[Values, Values]

_ANSWERS = """
SELECT r.lane AS lane, r.at_s AS at_s, r.decision <> 'accept' AS unread,
       r.decision = 'accept' AND (coalesce(r.tracking_id <> p.tracking_id, false)
                                  OR coalesce(r.sort_code <> p.sort_code, false)) AS wrong
FROM parcel_read r JOIN parcels p USING (parcel_id) WHERE r.cell = 'production'
"""
_LATE = """
SELECT a.lane AS lane, a.at_s AS at_s
FROM parcel_loaded l JOIN parcel_arrived a USING (parcel_id, cell) JOIN parcels p USING (parcel_id)
JOIN routes t ON t.chute = p.chute
WHERE a.cell = 'production'
  AND NOT (l.route = t.route AND l.cut_off_s <= l.promised_s)
"""


@dataclass(frozen=True, slots=True)
class Night:
    """One replication of one arm, as far as watching it needs.

    Attributes
    ----------
    faults : tuple of LastingFault
    points : mapping of (cell, lane) to (times, points)
        As `metrics.detection.signal_points` gives them.
    answers : mapping of str to ndarray
        Of production: ``lane``, ``at_s``, ``wrong`` (accepted with a wrong text), ``unread``.
    late : mapping of str to ndarray
        Parcels that lost their promised trailer in production: ``lane``, and when they came.
    """

    faults: tuple[LastingFault, ...]
    points: Mapping[tuple[str, int], Points]
    answers: Columns
    late: Columns


@dataclass(frozen=True, slots=True)
class Watch:
    """What the charts of a lane said about one fault.

    Attributes
    ----------
    fault : LastingFault
    basis : str
        What the limit was set on: `SAME_NIGHT`, `EARLIER_NIGHTS` or `NOTHING`.
    alarm_s : float or None
        First alarm while the fault lasted; None where no signal moved.
    signal : str or None
        The one of `SIGNALS` that raised it.
    false_alarms : mapping of str to bool
        By cell without the fault that could be watched in the same way over the same time.
    wrong, unread : int
        Answers of the lane from the onset to the alarm, or as long as it lasted where there was
        none: accepted with a wrong text, and not accepted.
    late : int
        Parcels that came to the lane in that time and lost their promised trailer.
    """

    fault: LastingFault
    basis: str
    alarm_s: float | None
    signal: str | None
    false_alarms: Mapping[str, bool]
    wrong: int
    unread: int
    late: int


@dataclass(frozen=True, slots=True)
class Noticed:
    """Faults of one kind on one lane over all replications of an arm.

    Attributes
    ----------
    arm, kind : str
    lane : int
    basis : str
        As of `Watch`.
    faults, noticed : int
        How many there were, and to how many there was an alarm while they lasted.
    median_s, longest_s : float or None
        From onset to alarm: of the middle one, a fault without an alarm counting as longer than
        any other (None where that is the middle), and the longest of those noticed.
    signal : str
        What raised most of the alarms; empty without any.
    wrong, unread, late : int
        As of `Watch`, added up.
    lab_watched, lab_alarms, loaded_watched, loaded_alarms : int
        Same charts over the same time where there is no such fault: how often, and how often they
        rang, in the calm lab and under the same load without damage.  A belt that stands, stands
        under that load too, so for stops it is not counted.
    """

    arm: str
    kind: str
    lane: int
    basis: str
    faults: int
    noticed: int
    median_s: float | None
    longest_s: float | None
    signal: str
    wrong: int
    unread: int
    late: int
    lab_watched: int
    lab_alarms: int
    loaded_watched: int
    loaded_alarms: int


def run_length(drift: float, limit: float) -> float:
    """Points between false alarms of one chart, its averages independent, normal, of known level.

    Siegmund (1985): ``(exp(2 k b) - 2 k b - 1) / (2 k^2)``, with ``b = limit + 1.166``.
    """
    b = 2.0 * drift * (limit + 1.166)
    return float((np.exp(b) - b - 1.0) / (2.0 * drift**2))


def control_limit(before: Values) -> Monitor | None:
    """Set a lane's charts on what was seen before; None from fewer than `LEAST_POINTS` points.

    The level is the upper end of its one-sided 95 % interval (Student t): a level taken too low
    from a few points would ring all night, as sums add the error up.

    Parameters
    ----------
    before : ndarray, shape (points, signals)
    """
    if len(before) < LEAST_POINTS:
        return None
    sd = np.maximum(before.std(axis=0, ddof=1), _LEAST_SD)
    above = float(special.stdtrit(len(before) - 1, 0.95)) / len(before) ** 0.5
    level = before.mean(axis=0) + above * sd
    return Monitor(READINGS, DRIFT, tuple(level.tolist()), tuple(sd.tolist()), LIMIT, None)


def read_night(database: Database, sorting: Sorting) -> Night | None:
    """Take from a replication's tables what watching it needs; None where nothing can last."""
    if not may_last(sorting):
        return None
    routes(database, sorting.line_haul)
    points = {
        (cell, lane): signal_points(database, cell, lane, READINGS)
        for cell in ("lab", UNDAMAGED, "production")
        for lane in range(sorting.lanes)
    }
    faults = lasting_faults(database, sorting)
    return Night(faults, points, database.fetch(_ANSWERS), database.fetch(_LATE))


def limit_for(
    night: Night, others: Sequence[Night], fault: LastingFault, cell: str = "production"
) -> tuple[str, Monitor | None]:
    """Set the charts for a fault; returns what they were set on, and None where on nothing."""
    at_s, points = night.points[cell, fault.lane]
    monitor = control_limit(points[at_s < fault.onset_s])
    if monitor is not None:
        return SAME_NIGHT, monitor
    undamaged = UNDAMAGED if cell == "production" else cell
    earlier = [other.points[undamaged, fault.lane][1] for other in others]
    monitor = control_limit(np.concatenate(earlier)) if earlier else None
    return (NOTHING if monitor is None else EARLIER_NIGHTS), monitor


def watch(night: Night, others: Sequence[Night], fault: LastingFault) -> Watch:
    """Watch one fault of a night.

    The charts stand at zero at the onset and see nothing of it before; they are read until the
    fault is over.

    Parameters
    ----------
    night : Night
        That it belongs to.
    others : sequence of Night
        The arm's other replications: earlier nights, where this one is too young.
    fault : LastingFault
    """
    basis, monitor = limit_for(night, others, fault)
    alarm_s, signal = (None, None) if monitor is None else _alarm(monitor, night, fault)
    controls = ("lab",) if fault.kind in STOPS else ("lab", UNDAMAGED)
    false_alarms = {}
    for cell in controls:
        _, same = limit_for(night, others, fault, cell)
        if same is not None:
            false_alarms[cell] = _alarm(same, night, fault, cell)[0] is not None
    until_s = fault.until_s if alarm_s is None else alarm_s

    def within(columns: Columns) -> NDArray[np.bool_]:
        at_s = columns["at_s"]
        mine: NDArray[np.bool_] = columns["lane"] == fault.lane
        return mine & (at_s >= fault.onset_s) & (at_s < until_s)

    seen = within(night.answers)
    return Watch(
        fault,
        basis,
        alarm_s,
        signal,
        false_alarms,
        int(np.sum(night.answers["wrong"][seen])),
        int(np.sum(night.answers["unread"][seen])),
        int(np.sum(within(night.late))),
    )


def noticed(arm: str, nights: Sequence[Night]) -> tuple[Noticed, ...]:
    """Watch every lasting fault of an arm, and add up by kind, lane and basis."""
    found: dict[tuple[str, int, str], list[Watch]] = {}
    for number, night in enumerate(nights):
        others = [*nights[:number], *nights[number + 1 :]]
        for fault in night.faults:
            seen = watch(night, others, fault)
            found.setdefault((fault.kind, fault.lane, seen.basis), []).append(seen)
    return tuple(_together(arm, *key, found[key]) for key in sorted(found))


def _alarm(
    monitor: Monitor, night: Night, fault: LastingFault, cell: str = "production"
) -> tuple[float | None, str | None]:
    at_s, points = night.points[cell, fault.lane]
    during = (at_s >= fault.onset_s) & (at_s < fault.until_s)
    over = monitor.charts(points[during]) > monitor.threshold
    rings = np.flatnonzero(over.any(axis=1))
    if not len(rings):
        return None, None
    first = int(rings[0])
    return float(at_s[during][first]), SIGNALS[int(np.argmax(over[first]))]


def _together(arm: str, kind: str, lane: int, basis: str, watches: Sequence[Watch]) -> Noticed:
    took_s = sorted(
        each.alarm_s - each.fault.onset_s for each in watches if each.alarm_s is not None
    )
    middle = len(watches) // 2
    signals = Counter(each.signal for each in watches if each.signal is not None)

    def rang(cell: str) -> tuple[int, int]:
        told = [each.false_alarms[cell] for each in watches if cell in each.false_alarms]
        return len(told), sum(told)

    return Noticed(
        arm,
        kind,
        lane,
        basis,
        len(watches),
        len(took_s),
        took_s[middle] if middle < len(took_s) else None,
        took_s[-1] if took_s else None,
        max(SIGNALS, key=lambda name: signals[name]) if signals else "",
        sum(each.wrong for each in watches),
        sum(each.unread for each in watches),
        sum(each.late for each in watches),
        *rang("lab"),
        *rang(UNDAMAGED),
    )
