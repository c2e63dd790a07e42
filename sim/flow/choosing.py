"""Which settled pose a parcel has on a pass."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.flow.pose_library import PoseLibrary
from sim.flow.resting import lying_size, turn_of
from sim.frames.lying import Cover, Lying, Rest
from sim.frames.pose import label_placement
from sim.sorting.parcel import MATERIALS, Parcel
from sim.streams import Streams

__all__ = ["NEIGHBOURS", "PoseChooser", "lain"]

NEIGHBOURS = 16
"""Poses of the most similar parcels, one of which is drawn."""
SEEN_COVER = 0.01
COVER_SHIFT_MM = 35.0


class PoseChooser:
    """Draws poses from a library, keyed by parcel and lap.

    Parameters
    ----------
    library : PoseLibrary
    tipped_share : float
        Share of parcels that are tipped onto the chute; the others are laid on it.
    keeps : bool
        Whether a parcel lies on every lap as it lay on the first.
    """

    def __init__(self, library: PoseLibrary, tipped_share: float, keeps: bool = False) -> None:
        self.library = library
        self._tipped_share = tipped_share
        self._keeps = keeps
        self._size = _log_sizes(library.poses)
        self._groups = {
            (material, tipped): self._group(material, tipped)
            for material in range(len(MATERIALS))
            for tipped in (0, 1)
        }

    def pose(self, parcel: Parcel, lap: int, streams: Streams) -> Any:
        """Draw a pose.

        How a parcel came onto the chute is its own, on every lap; how it lies is drawn for each
        lap, unless it keeps lying as it first did, among the `NEIGHBOURS` poses of the parcels
        most like it in size.

        Returns
        -------
        numpy record of `sim.flow.pose_library.POSE`
        """
        tipped = streams.generator("flow", "tipped", parcel.parcel_id).random()
        group = self._groups[
            MATERIALS.index(parcel.material), int(float(tipped) < self._tipped_share)
        ]
        size = np.log([parcel.length_mm, parcel.width_mm, parcel.height_mm])
        far = ((self._size[group] - size) ** 2).sum(axis=1)
        near = np.argsort(far, kind="stable")[:NEIGHBOURS]
        rng = streams.generator("flow", "pose", parcel.parcel_id, self._drawn_on(lap))
        return self.library.poses[group[near[int(rng.integers(len(near)))]]]

    def lain(self, parcel: Parcel, lap: int, streams: Streams) -> tuple[Parcel, Lying]:
        """Draw a pose and lay the parcel so: see the function `lain`."""
        return lain(parcel, self._drawn_on(lap), self.pose(parcel, lap, streams), streams)

    def _drawn_on(self, lap: int) -> int:
        return 1 if self._keeps else lap

    def _group(self, material: int, tipped: int) -> NDArray[np.int64]:
        """Indices to draw from: of the material, else of bags or boxes, else of all."""
        poses = self.library.poses
        soft = np.array([name.endswith("_bag") for name in MATERIALS])
        alike = poses["material"] == material
        kin = soft[poses["material"]] == soft[material]
        came = poses["tipped"] == tipped
        for wanted in (alike & came, kin & came, came):
            if wanted.any():
                return np.flatnonzero(wanted)
        return np.arange(len(poses))


def lain(parcel: Parcel, lap: int, pose: Any, streams: Streams) -> tuple[Parcel, Lying]:
    """Lay a parcel as a pose says.

    Parameters
    ----------
    parcel : Parcel
    lap : int
    pose : numpy record of `sim.flow.pose_library.POSE`
    streams : Streams
        Of the replication.

    Returns
    -------
    Parcel
        With the size it has as it lies; its label, unless it is on top, is out of sight from
        above.
    Lying
    """
    size = lying_size(int(pose["up"]), (parcel.length_mm, parcel.width_mm, parcel.height_mm))
    label_up, share = int(pose["up"]) == 0, float(pose["hidden_share"])
    cover = None
    if label_up and share > SEEN_COVER:
        rng = streams.generator("flow", "cover", parcel.parcel_id, lap)
        toward = np.radians(float(pose["hidden_toward_deg"])) - label_placement(parcel, streams)[2]
        shift = float(rng.uniform(-COVER_SHIFT_MM, COVER_SHIFT_MM))
        cover = Cover(share, float(toward), shift, int(rng.integers(2**31)))
    rest = Rest(
        angles_deg=(float(pose["yaw_deg"]), float(pose["pitch_deg"]), float(pose["roll_deg"])),
        across_mm=float(pose["across_mm"]),
        lift_mm=float(pose["lift_mm"]),
        turn=turn_of(int(pose["up"])),
    )
    lying = Lying(
        over_edge=0.0 if label_up else 1.0,
        cover=cover,
        rest=rest,
    )
    return replace(parcel, length_mm=size[0], width_mm=size[1], height_mm=size[2]), lying


def _log_sizes(poses: NDArray[Any]) -> NDArray[np.float64]:
    columns = [poses[name].astype(np.float64) for name in ("length_mm", "width_mm", "height_mm")]
    return np.log(np.column_stack(columns))
