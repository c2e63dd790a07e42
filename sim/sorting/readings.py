"""What the lane control hears from a reader, and where it hears it from."""

import math
from dataclasses import dataclass
from typing import Protocol

from scenarios.events import ParcelRead
from sim.sorting.parcel import Parcel

__all__ = ["LaneReading", "ReadingSource", "read_event"]

_DECISIONS = ("accept", "review", "no_read")


@dataclass(frozen=True, slots=True)
class LaneReading:
    """One answer, as far as the lane acts on it.

    Attributes
    ----------
    decision : str
        ``accept``, ``review`` or ``no_read``.
    tracking_id, sort_code : str or None
        What the reader offers; acted on only when accepted.
    confidence : float
        In [0, 1].
    latency_s : float
        From the camera to the lane control, simulated, never measured; finite and not negative.
    pictured : bool
        Whether there was a picture; of none, a person can key nothing either.
    source : str
        ``model``, ``donor`` or ``oracle``.

    Raises
    ------
    ValueError
        If a field is out of range.
    """

    decision: str
    tracking_id: str | None
    sort_code: str | None
    confidence: float
    latency_s: float
    source: str
    pictured: bool = True

    def __post_init__(self) -> None:
        if self.decision not in _DECISIONS:
            raise ValueError(f"decision must be one of {', '.join(_DECISIONS)}: {self.decision!r}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence must be in [0, 1]: {self.confidence}")
        if not (math.isfinite(self.latency_s) and self.latency_s >= 0.0):
            raise ValueError(f"latency_s must be finite and not negative: {self.latency_s}")


class ReadingSource(Protocol):
    """Answers of one arm in one world."""

    def reading(self, parcel: Parcel, lap: int) -> LaneReading:
        """Return the answer to the capture of `parcel` on `lap` (1 is the first pass).

        The same arguments give the same answer, whenever asked.
        """


def read_event(
    lane: int, parcel: Parcel, at_s: float, lap: int, reading: LaneReading, lookup: str
) -> ParcelRead:
    """What is logged of an answer that reaches the control of `lane`, which made `lookup` of it."""
    return ParcelRead(
        at_s,
        parcel.parcel_id,
        lane,
        lap,
        reading.decision,
        reading.tracking_id,
        reading.sort_code,
        reading.confidence,
        lookup,
        reading.source,
    )
