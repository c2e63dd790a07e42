"""The oracle: a mode of the reading station that knows the truth."""

from sim.sorting.parcel import Parcel
from sim.sorting.readings import LaneReading

__all__ = ["OracleReadings"]


class OracleReadings:
    """Readings that are always right: what the mechanics and the manifest alone allow.

    Never a registered system and never compared with one; it shows the ceiling no reader can
    pass, and lets tests tell the lane's own faults from a reader's.

    Parameters
    ----------
    latency_s : float
        Of every answer.
    """

    def __init__(self, latency_s: float = 0.0) -> None:
        self._latency_s = latency_s

    def reading(self, parcel: Parcel, lap: int) -> LaneReading:
        """Return the parcel's true id and code."""
        return LaneReading(
            "accept", parcel.tracking_id, parcel.sort_code, 1.0, self._latency_s, "oracle"
        )
