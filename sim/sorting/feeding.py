"""How parcels come onto the belt, where physics says how they lie."""

from typing import Protocol

from sim.sorting.parcel import Parcel

__all__ = ["Feeding"]


class Feeding(Protocol):
    """What the lane has to know of resting poses; without one all are fed one by one, alike."""

    def stretch_m(self, parcel: Parcel) -> float | None:
        """Belt a parcel takes up as it lies, gap behind it included; None for the lane's pitch."""

    def rides(self, parcel: Parcel) -> bool:
        """Whether it lies on or beside the one ahead and is fed with it."""
