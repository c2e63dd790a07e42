"""What the lane hears from a reader: measured answers, with a delay off a latency profile."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from labgap.donors import DonorPool, alike, ran
from labgap.reader_host import ReaderHost, is_lost, no_picture_row
from labgap.replication import Replication
from sim.sorting.parcel import Parcel
from sim.sorting.readings import LaneReading
from systems.latency import LatencyProfile

__all__ = ["WorldReadings"]

SOON = 4
"""Passes of a donor that are looked through for one like its first."""


class WorldReadings:
    """The `ReadingSource` of one arm in one world (degradations on or off) of a replication.

    First passes come from blocks read beforehand.  Later laps are known only once the lane has
    turned parcels round, so each is asked alone, as a block of one, and remembered: the answer
    never depends on which other parcels recirculated.
    """

    def __init__(
        self,
        replication: Replication,
        degraded: bool,
        first_pass: Mapping[int, dict[str, Any]],
        host: ReaderHost,
        profile: LatencyProfile,
    ) -> None:
        self._replication = replication
        self._degraded = degraded
        self._host = host
        self._profile = profile
        self._latency_s: dict[int, np.ndarray[Any, np.dtype[np.float64]]] = {}
        self._donors: DonorPool | None = None
        parcels = replication.population.parcels
        donors = [
            (parcels[number], replication.strata(parcels[number], 1, degraded), row)
            for number, row in sorted(first_pass.items())
            if replication.link(parcels[number], 1, degraded).picture
        ]
        if donors and len(first_pass) < len(parcels):
            self._donors = DonorPool(donors, tuple(profile.then))
        self._rows: dict[tuple[int, int], dict[str, Any]] = {}
        self._readings: dict[tuple[int, int], LaneReading] = {}
        for parcel in parcels:
            row = first_pass.get(parcel.number)
            self._keep(parcel, 1, self._donated(parcel, 1) if row is None else row)

    def reading(self, parcel: Parcel, lap: int) -> LaneReading:
        """Answer for a parcel on a lap."""
        known = self._readings.get((parcel.number, lap))
        if known is not None:
            return known
        if parcel.number in self._replication.sampled:
            (row,) = self._host.read(self._replication, [parcel], lap, self._degraded)
        else:
            row = self._donated(parcel, lap)
        return self._keep(parcel, lap, row)

    def legible(self, parcel: Parcel, lap: int) -> bool:
        """Whether enough of the label is visible on a lap for a person to read it."""
        self.reading(parcel, lap)
        return bool(self._rows[parcel.number, lap]["readable"])

    def damage(self, parcel: Parcel, lap: int) -> int:
        """Sum of the severities of the degradations that hit a parcel on a lap."""
        conditions = self._replication.seen(parcel, lap, self._degraded)
        return sum(condition.severity for condition in conditions)

    def rows(self) -> list[dict[str, Any]]:
        """Every answer given so far, as READINGS records ordered by parcel and lap."""
        return [self._rows[key] for key in sorted(self._rows)]

    def _keep(self, parcel: Parcel, lap: int, row: dict[str, Any]) -> LaneReading:
        key = (parcel.number, lap)
        self._rows[key] = row
        self._readings[key] = LaneReading(
            decision=row["decision"],
            tracking_id=row["tracking_id"],
            sort_code=row["sort_code"],
            confidence=row["confidence"],
            latency_s=float(self._latencies(lap)[parcel.number])
            + self._later_s(parcel, lap, row)
            + self._replication.link(parcel, lap, self._degraded).added_s,
            source=row["source"],
            pictured=not is_lost(row),
        )
        return self._readings[key]

    def _donated(self, parcel: Parcel, lap: int) -> dict[str, Any]:
        # Where no sampled picture arrived at all, the cameras of the whole run are out.
        arrives = self._replication.link(parcel, lap, self._degraded).picture
        if self._donors is None or not arrives:
            return no_picture_row(parcel, lap, self._degraded, source="donor")
        strata = self._replication.strata(parcel, lap, self._degraded)
        donor, row = self._donors.donor(
            strata,
            lambda: self._replication.streams.generator(
                "donor", parcel.parcel_id, int(self._degraded)
            ),
        )
        earlier = sum(
            alike(self._replication.strata(parcel, each, self._degraded), strata)
            for each in range(1, lap)
        )
        return self._donors.outcome(
            donor, self._further_pass(donor, row, earlier), parcel, lap, self._degraded
        )

    def _further_pass(
        self, donor: Parcel, first: Mapping[str, Any], number: int
    ) -> Mapping[str, Any]:
        """The model's answer to a donor's pass number `number` after its first that is like it.

        Where fewer such passes come soon enough, the last of them.
        """
        if not number:
            return first
        like = self._replication.strata(donor, 1, self._degraded)
        laps = [
            lap
            for lap in range(2, 2 + number * SOON)
            if alike(self._replication.strata(donor, lap, self._degraded), like)
            and self._replication.link(donor, lap, self._degraded).picture
        ][:number]
        if not laps:
            return first
        (row,) = self._host.read(self._replication, [donor], laps[-1], self._degraded)
        return row

    def _later_s(self, parcel: Parcel, lap: int, row: Mapping[str, Any]) -> float:
        """Time of the stages that ran for this answer and do not always."""
        added = 0.0
        for stage, profile in self._profile.then.items():
            if ran(stage, row["stages"]):
                name = ("latency", "stage", stage, parcel.parcel_id, lap)
                draw = float(self._replication.streams.generator(*name).random())
                added += profile.quantile(draw)
        return added

    def _latencies(self, lap: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        if lap not in self._latency_s:
            draws = self._replication.streams.generator("latency", lap).random(
                len(self._replication.population.parcels)
            )
            self._latency_s[lap] = np.asarray(self._profile.quantile(draws), dtype=np.float64)
        return self._latency_s[lap]
