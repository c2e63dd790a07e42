"""Settled poses as the lane meets them: who is fed with whom, and how much belt each takes."""

import math
from typing import Any

from scenarios.model import Flow
from sim.flow.choosing import PoseChooser
from sim.flow.resting import lying_size
from sim.sorting.parcel import Parcel
from sim.streams import Streams

__all__ = ["PosedFeeding"]


class PosedFeeding:
    """The lane's side of the poses that pictures show: the same ones, of the first lap.

    Implements `sim.sorting.feeding.Feeding`.

    Parameters
    ----------
    flow : scenarios.model.Flow
    chooser : PoseChooser
    streams : Streams
        Of the replication.
    """

    def __init__(self, flow: Flow, chooser: PoseChooser, streams: Streams) -> None:
        self._flow = flow
        self._chooser = chooser
        self._streams = streams
        # The lane asks about a parcel whenever it looks for a place for it.
        self._poses: dict[int, Any] = {}

    def stretch_m(self, parcel: Parcel) -> float | None:
        """Length of its shadow along the belt, and the gap behind it."""
        if self._flow.gap_m is None:
            return None
        pose = self._pose(parcel)
        sides = (parcel.length_mm, parcel.width_mm, parcel.height_mm)
        length, width, _ = lying_size(int(pose["up"]), sides)
        yaw = math.radians(float(pose["yaw_deg"]))
        shadow_mm = length * abs(math.cos(yaw)) + width * abs(math.sin(yaw))
        return shadow_mm / 1000.0 + self._flow.gap_m

    def rides(self, parcel: Parcel) -> bool:
        """Whether it settled beside or over the one ahead and nothing took them apart.

        A pose knows how far off the next parcel ahead came to rest; below zero they overlap along
        the belt.
        """
        if self._flow.singulated_share >= 1.0:
            return False
        if not float(self._pose(parcel)["gap_mm"]) < 0.0:
            return False
        drawn = self._streams.generator("flow", "singulated", parcel.parcel_id).random()
        return bool(drawn >= self._flow.singulated_share)

    def _pose(self, parcel: Parcel) -> Any:
        if parcel.number not in self._poses:
            self._poses[parcel.number] = self._chooser.pose(parcel, 1, self._streams)
        return self._poses[parcel.number]
