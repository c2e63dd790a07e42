"""Faults of the machine as parcels meet them: drawn by parcel, lap and diverter, never by order."""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.model import DiverterFaults, Faults
from sim.sorting.belt_clock import BeltClock, SteadyBelt, StoppingBelt, draw_stops
from sim.sorting.cohort import Cohort, per_parcel
from sim.streams import Streams

__all__ = ["MachineFaults"]

Draws = NDArray[np.float64]


class MachineFaults:
    """What goes wrong in one cell; the same in every arm.

    Parameters
    ----------
    faults : scenarios.model.Faults
    cohorts : sequence of Cohort
    streams : Streams
    """

    def __init__(self, faults: Faults, cohorts: Sequence[Cohort], streams: Streams) -> None:
        self._faults = faults
        self._cohorts = cohorts
        self._streams = streams
        self._diverters: dict[tuple[int, int], _Diverter] = {}
        self._slips: dict[int, Draws] = {}
        self.doubles = faults.doubles is not None and faults.doubles.share > 0.0
        # A tunnel may look for doubles that the induction does not make: they lie on one another.
        self._double = np.zeros((0, 2)) if faults.doubles is None else self._two_draws("double")

    @property
    def hinder_diverting(self) -> bool:
        """Whether a parcel whose destination is known may still not get there."""
        return self._faults.tracking is not None or self._faults.diverters is not None

    def belt(self, lane: int) -> StoppingBelt:
        """The running time of a lane's belt."""
        outages = [
            (outage.start_s, outage.end_s)
            for outage in self._faults.outages
            if outage.lane in (None, lane)
        ]
        if self._faults.jams is None and not outages:
            return SteadyBelt()
        rng = self._streams.generator("faults", "jam", lane)
        return BeltClock(draw_stops(self._faults.jams, outages, rng))

    def drags(self, number: int) -> bool:
        """Whether a parcel, when placed, drags along one that waits behind it."""
        doubles = self._faults.doubles
        return doubles is not None and bool(self._double[number, 0] < doubles.share)

    def finds_double(self, number: int) -> bool:
        """Whether the measuring tunnel sees that a parcel has another beside it."""
        doubles = self._faults.doubles
        return doubles is not None and bool(self._double[number, 1] < doubles.detected_share)

    def slip(self, number: int, lap: int) -> str | None:
        """``neighbour``, ``lost`` or None: what happens to a parcel as it is to be diverted."""
        tracking = self._faults.tracking
        if tracking is None:
            return None
        if lap not in self._slips:
            self._slips[lap] = self._two_draws("slip", lap)
        drawn = self._slips[lap][number, 0]
        if drawn < tracking.lost_share:
            return "lost"
        # From the other end, so that a larger share of one never turns into the other.
        return "neighbour" if 1.0 - drawn <= tracking.neighbour_share else None

    def diverter_down(self, lane: int, chute: int, at_s: float) -> bool:
        """Whether the diverter of a chute does not fire at `at_s`."""
        law = self._faults.diverters
        if law is None:
            return False
        diverter = self._diverters.get((lane, chute))
        if diverter is None:
            rng = self._streams.generator("faults", "diverter", lane, chute)
            diverter = self._diverters[lane, chute] = _Diverter(law, rng)
        return diverter.is_down(at_s)

    def _two_draws(self, *name: str | int) -> Draws:
        drawn: Draws = per_parcel(
            self._cohorts,
            self._streams,
            ("faults", *name),
            lambda rng, count: rng.random((count, 2)),
        )
        return drawn


class _Diverter:
    """An alternating renewal process: up for Exp(MTBF), down for Exp(MTTR)."""

    def __init__(self, law: DiverterFaults, rng: np.random.Generator) -> None:
        self._law = law
        self._rng = rng
        self._turns_s = [0.0]  # up from 0 on, down from 1, up from 2, ...

    def is_down(self, at_s: float) -> bool:
        turns = self._turns_s
        while turns[-1] <= at_s:
            up_s = 3600.0 * self._law.mtbf_h * self._rng.standard_exponential()
            down_s = self._law.mttr_s * self._rng.standard_exponential()
            turns += [turns[-1] + up_s, turns[-1] + up_s + down_s]
        return bisect_right(turns, at_s) % 2 == 0
