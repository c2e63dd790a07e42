"""Running time of a belt against the clock: stops drawn ahead, applied as a monotone map."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from scenarios.model import Jams

__all__ = ["BeltClock", "SteadyBelt", "Stop", "StoppingBelt", "draw_stops"]


class Stop(NamedTuple):
    """The belt stands from `start_s` to `end_s`; `cause` is ``jam`` or ``outage``."""

    start_s: float
    end_s: float
    cause: str


class StoppingBelt(Protocol):
    """The two ways between clock time and the running time of a belt."""

    def running_s(self, at_s: float) -> float:
        """Time the belt has run by the clock time `at_s`."""

    def clock_s(self, running_s: float) -> float:
        """When the belt has run for `running_s`, before any stop that begins right then."""

    def moving_from(self, at_s: float) -> float:
        """First clock time from `at_s` on at which the belt moves."""

    def stop_after(self, at_s: float) -> Stop | None:
        """First stop that begins at `at_s` or later, None where there is none."""


class SteadyBelt:
    """A belt that never stops: running time is clock time, to the last digit."""

    def running_s(self, at_s: float) -> float:
        """Return `at_s`."""
        return at_s

    def clock_s(self, running_s: float) -> float:
        """Return `running_s`."""
        return running_s

    def moving_from(self, at_s: float) -> float:
        """Return `at_s`."""
        return at_s

    def stop_after(self, at_s: float) -> Stop | None:
        """There is none."""
        return None


class BeltClock:
    """A belt with stops known ahead, so that all times of a parcel are certain once it is placed.

    Parameters
    ----------
    stops : iterator of Stop
        In order of time, not overlapping; taken only as far as asked for, so it may be endless.
    """

    def __init__(self, stops: Iterator[Stop]) -> None:
        self._source = stops
        self._stops: list[Stop] = []
        self._start_s: list[float] = []
        self._start_running_s: list[float] = []
        self._stood_s: list[float] = [0.0]
        self._more = True

    def running_s(self, at_s: float) -> float:
        """As `StoppingBelt.running_s`."""
        self._draw_past(at_s)
        passed = bisect_right(self._start_s, at_s)
        if passed and at_s < self._stops[passed - 1].end_s:
            return self._start_running_s[passed - 1]
        return at_s - self._stood_s[passed]

    def clock_s(self, running_s: float) -> float:
        """As `StoppingBelt.clock_s`."""
        while self._more and (not self._start_running_s or self._start_running_s[-1] < running_s):
            self._draw()
        return running_s + self._stood_s[bisect_left(self._start_running_s, running_s)]

    def moving_from(self, at_s: float) -> float:
        """As `StoppingBelt.moving_from`."""
        self._draw_past(at_s)
        moving_s = at_s
        place = max(0, bisect_right(self._start_s, at_s) - 1)
        while place < len(self._stops) and self._stops[place].start_s <= moving_s:
            moving_s = max(moving_s, self._stops[place].end_s)
            self._draw_past(moving_s)
            place += 1
        return moving_s

    def stop_after(self, at_s: float) -> Stop | None:
        """As `StoppingBelt.stop_after`."""
        self._draw_past(at_s)
        place = bisect_left(self._start_s, at_s)
        return self._stops[place] if place < len(self._stops) else None

    def _draw_past(self, at_s: float) -> None:
        while self._more and (not self._start_s or self._start_s[-1] <= at_s):
            self._draw()

    def _draw(self) -> None:
        stop = next(self._source, None)
        if stop is None:
            self._more = False
            return
        self._stops.append(stop)
        self._start_s.append(stop.start_s)
        self._start_running_s.append(stop.start_s - self._stood_s[-1])
        self._stood_s.append(self._stood_s[-1] + stop.end_s - stop.start_s)


def draw_stops(
    jams: Jams | None, outages: Sequence[tuple[float, float]], rng: np.random.Generator
) -> Iterator[Stop]:
    """Draw the stops of one lane, endlessly where it jams.

    Running times between jams are exponential with mean ``mtbf_h``: a belt that stands does not
    jam, so the share of time it runs tends to MTBF / (MTBF + MTTR).  An outage that falls into a
    jam begins when the jam is over.  Both means only scale the draws (common random numbers).

    Parameters
    ----------
    jams : scenarios.model.Jams or None
    outages : sequence of (start_s, end_s)
    rng : numpy.random.Generator
        Each jam takes one running time and one repair off it, whoever asks and when.
    """
    planned = sorted(outages)
    now_s = 0.0
    until_jam_s = _running_s(jams, rng)
    while planned or until_jam_s < float("inf"):
        if planned and planned[0][0] <= now_s + until_jam_s:
            start_s, end_s = planned.pop(0)
            if end_s <= now_s:
                continue
            start_s = max(start_s, now_s)
            until_jam_s -= start_s - now_s
            now_s = end_s
            yield Stop(start_s, end_s, "outage")
        else:
            assert jams is not None
            start_s = now_s + until_jam_s
            now_s = start_s + _repair_s(jams, rng)
            until_jam_s = _running_s(jams, rng)
            yield Stop(start_s, now_s, "jam")


def _running_s(jams: Jams | None, rng: np.random.Generator) -> float:
    return float("inf") if jams is None else 3600.0 * jams.mtbf_h * rng.standard_exponential()


def _repair_s(jams: Jams, rng: np.random.Generator) -> float:
    if jams.mttr_cv == 0.0:
        return jams.mttr_s
    shape = jams.mttr_cv**-2.0
    return float(jams.mttr_s * rng.standard_gamma(shape) / shape)
