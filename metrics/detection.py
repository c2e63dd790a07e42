"""Time to detect: when a label-free signal of a lane moves, and what was late by then.

Nobody on the floor knows which answers are right.  What can be watched without labels is how sure
the reader says it is, how often it reads nothing, and how long the queue of the review desk is.
Each is averaged over a fixed number of readings of a lane and watched by a one-sided CUSUM
(Page 1954) whose levels and threshold come from other replications under load and without damage:
on a calm lab's, an ordinary surge at the desk would ring.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from metrics.database import Database
from metrics.floor_routes import routes
from scenarios.model import LineHaul

__all__ = [
    "SIGNALS",
    "UNDAMAGED",
    "Detection",
    "Monitor",
    "calibrate",
    "chart_points",
    "signal_points",
]

SIGNALS = ("unsure", "no_read", "desk_queue")
"""1 - confidence of an answer, share of answers that read nothing, images ahead at the desk."""
UNDAMAGED = "loaded"
"""The cell that charts are set on: load as in production, damage off."""

Values = NDArray[np.float64]
Tables = Mapping[str, pa.Table]

_READINGS = """
SELECT at_s, 1.0 - confidence AS unsure, (decision = 'no_read')::DOUBLE AS no_read
FROM parcel_read WHERE cell = $cell AND lane = $lane ORDER BY at_s, parcel_id, lap
"""
_QUEUE = """
SELECT at_s, queue_length::DOUBLE AS queue_length FROM review_queued
WHERE cell = $cell ORDER BY at_s, parcel_id
"""
_LATE = """
SELECT l.promised_s AS promised_s FROM parcel_loaded l JOIN parcels p USING (parcel_id)
JOIN routes t ON t.chute = p.chute
WHERE l.cell = $cell AND l.lane = $lane
  AND NOT (l.route = t.route AND l.cut_off_s <= l.promised_s)
"""


@dataclass(frozen=True, slots=True)
class Detection:
    """What a lane's signals said about something that began at `onset_s`.

    Attributes
    ----------
    onset_s : float
    alarm_s : float or None
        First alarm at the onset or later; None where there was none.
    signal : str or None
        The one of `SIGNALS` that raised it.
    before_onset : bool
        Whether an alarm had been raised before; then the next one tells nothing of the onset.
    late_parcels : int
        Parcels of the lane whose promised trailer left without them between the onset and the
        alarm, or ever after the onset where there was none.
    """

    onset_s: float
    alarm_s: float | None
    signal: str | None
    before_onset: bool
    late_parcels: int

    @property
    def time_to_detect_s(self) -> float | None:
        """From the onset to the alarm; None where there was none, or one before the onset."""
        return None if self.alarm_s is None or self.before_onset else self.alarm_s - self.onset_s


@dataclass(frozen=True, slots=True)
class Monitor:
    """CUSUM charts of one lane's signals.

    Attributes
    ----------
    readings : int
        Readings averaged to one point of the charts.
    drift : float
        Standard deviations of a point that are forgiven; half the shift to be found soonest.
    mean, sd : tuple of float
        Of a point without damage, by signal.
    threshold : float
        A chart above it is an alarm.
    false_alarm_rate : float or None
        Bound on the probability of any alarm in one more replication of the cell `UNDAMAGED`:
        ``1 / (n + 1)`` for the highest peak of `n` exchangeable replications.  It says nothing of
        other cells; None where a single replication gave levels and threshold.
    """

    readings: int
    drift: float
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    threshold: float
    false_alarm_rate: float | None

    def charts(self, points: Values) -> Values:
        """Cumulated sums of the points, shape (n, signals), as `points`."""
        return _cusum((points - np.array(self.mean)) / np.array(self.sd) - self.drift)

    def watch(
        self,
        tables: Tables,
        cell: str,
        lane: int,
        onset_s: float,
        line_haul: LineHaul | None,
    ) -> Detection:
        """Watch a lane of one replication for something that begins at `onset_s`.

        The charts run from the start of the night; after an alarm before the onset they are set
        back to zero at the onset, as somebody would who had looked into it.

        Parameters
        ----------
        tables : mapping of str to Table
            Of one arm and replication, as `metrics.tables.RunTables.load` gives them.
        cell : str
        lane : int
        onset_s : float
        line_haul : LineHaul or None
            Of the scenario: without trailers no parcel is late.
        """
        database = Database()
        database.hold(tables, "detection")
        at_s, points = signal_points(database, cell, lane, self.readings)
        early = bool(np.any(self.charts(points[at_s < onset_s]) > self.threshold))
        charts = self.charts(points[at_s >= onset_s] if early else points)
        times = at_s[at_s >= onset_s]
        over = charts[len(charts) - len(times) :] > self.threshold
        rings = np.flatnonzero(over.any(axis=1))
        alarm_s = float(times[rings[0]]) if len(rings) else None
        signal = SIGNALS[int(np.argmax(over[rings[0]]))] if len(rings) else None
        routes(database, line_haul)
        missed_s = database.fetch(_LATE, {"cell": cell, "lane": lane})["promised_s"]
        until_s = float("inf") if alarm_s is None else alarm_s
        late = int(np.sum((missed_s >= onset_s) & (missed_s < until_s)))
        return Detection(onset_s, alarm_s, signal, early, late)


def chart_points(tables: Tables, lane: int, *, cell: str = UNDAMAGED, readings: int = 25) -> Values:
    """Points of a lane's charts in one replication, shape (n, signals).

    Parameters
    ----------
    tables : mapping of str to Table
        Of one arm and replication, as `metrics.tables.RunTables.load` gives them.
    lane : int
    cell : str
    readings : int
        Averaged to one point, at least 1.
    """
    database = Database()
    database.hold(tables, "detection")
    return signal_points(database, cell, lane, readings)[1]


def calibrate(replications: Sequence[Values], *, readings: int = 25, drift: float = 0.5) -> Monitor:
    """Set the charts of a lane on replications under load and without damage.

    The first quarter of them, one at least, gives mean and standard deviation; the threshold is
    the highest value any chart reaches in any of the others.  As those and one more of their kind
    are exchangeable whatever the levels are, the one more exceeds it with probability at most
    ``1 / (n + 1)``, for `n` others (split conformal; Vovk, Gammerman and Shafer 2005).  A single
    replication gives both, and then nothing is promised.

    Parameters
    ----------
    replications : sequence of ndarray, shape (points, signals)
        Of each, as `chart_points` gives them; not those to be watched.
    readings : int
        As `chart_points` had it.
    drift : float

    Raises
    ------
    ValueError
        If there are fewer than two points to take levels from.
    """
    quarter = max(1, len(replications) // 4)
    levels, others = replications[:quarter], replications[quarter:]
    every = np.concatenate([np.zeros((0, len(SIGNALS))), *levels])
    if len(every) < 2:
        raise ValueError(
            f"{len(levels)} replications under load and without damage have {len(every)} points "
            f"of {readings} readings to take levels from; two are the least"
        )
    mean = every.mean(axis=0)
    # A signal that never moves counts every reading that moves it: one in a point.
    sd = np.maximum(every.std(axis=0, ddof=1), 1.0 / readings)
    peaks = [_cusum((points - mean) / sd - drift).max(initial=0.0) for points in (others or levels)]
    return Monitor(
        readings,
        drift,
        tuple(mean.tolist()),
        tuple(sd.tolist()),
        float(max(peaks)),
        1.0 / (len(others) + 1) if others else None,
    )


def _cusum(steps: Values) -> Values:
    """``S_k = max(0, S_{k-1} + x_k)`` down each column, as a walk less its lowest point."""
    walk = np.cumsum(steps, axis=0)
    lowest = np.minimum(np.minimum.accumulate(walk, axis=0), 0.0)
    sums: Values = walk - lowest
    return sums


def signal_points(database: Database, cell: str, lane: int, readings: int) -> tuple[Values, Values]:
    """Times and averages of the signals, a row every `readings` answers; shapes (n,), (n, 3)."""
    rows = database.fetch(_READINGS, {"cell": cell, "lane": lane})
    n = len(rows["at_s"]) // readings
    blocks = [
        rows[name][: n * readings].reshape(n, readings).mean(axis=1)
        for name in ("unsure", "no_read")
    ]
    at_s = rows["at_s"][: n * readings].reshape(n, readings)
    # The queue as the last image to join it found it; none yet is none ahead.
    queue = database.fetch(_QUEUE, {"cell": cell})
    seen = np.searchsorted(queue["at_s"], at_s, side="right")
    ahead = np.concatenate(([0.0], queue["queue_length"]))[seen].mean(axis=1)
    return at_s[:, -1], np.stack((*blocks, ahead), axis=1)
