"""Some settled poses as the camera over the belt sees them, for people to look at."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.model import Camera
from sim.flow.choosing import lain
from sim.flow.resting import FACES
from sim.frames.capture import capture
from sim.frames.lettering import written
from sim.sorting.parcel import MATERIALS, Parcel
from sim.streams import Streams

__all__ = ["pose_sheet"]

COLUMNS = 4
GAP_PX = 8
CAPTION_PX = 22
PAPER = 250


def pose_sheet(
    poses: NDArray[Any],
    parcels: Sequence[Parcel],
    camera: Camera,
    belt_speed_mps: float,
    streams: Streams,
    cell_px: int = 320,
) -> NDArray[np.uint8]:
    """Draw the first few poses of every sort, a row a sort.

    Parameters
    ----------
    poses : ndarray of `sim.flow.pose_library.POSE`
    parcels : sequence of Parcel
        Whose labels they carry.
    camera : Camera
    belt_speed_mps : float
    streams : Streams
    cell_px : int
        Width of one picture.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3), RGB
    """
    height_px = round(cell_px * camera.sensor_height_px / camera.sensor_width_px)
    blank = np.full((height_px + CAPTION_PX, cell_px, 3), PAPER, np.uint8)
    rows = []
    for index, wanted in enumerate(_sorts(poses)):
        cells = []
        for column, number in enumerate(np.flatnonzero(wanted)[:COLUMNS]):
            pose = poses[number]
            whose = parcels[(index * COLUMNS + column) % len(parcels)]
            parcel, rest = lain(_like(whose, pose), 1, pose, streams)
            seen = capture(parcel, 1, (), camera.over_belt, belt_speed_mps, streams, rest)
            view = seen.views[0]
            high, wide = view.overview.shape[:2]
            quad = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=np.float64)
            picture = view.window(quad, (cell_px, height_px))
            caption = written(_caption(pose), (cell_px, CAPTION_PX), size=13)
            cells.append(np.vstack([caption, picture]))
        cells += [blank] * (COLUMNS - len(cells))
        padded = [np.pad(cell, ((GAP_PX, 0), (GAP_PX, 0), (0, 0)), constant_values=PAPER)
                  for cell in cells]  # fmt: skip
        rows.append(np.hstack(padded))
    sheet = np.vstack(rows)
    return np.pad(sheet, ((0, GAP_PX), (0, GAP_PX), (0, 0)), constant_values=PAPER)


def _sorts(poses: NDArray[Any]) -> list[NDArray[np.bool_]]:
    tipped, label_up = poses["tipped"] == 1, poses["up"] == 0
    tilt = np.hypot(poses["pitch_deg"].astype(np.float64), poses["roll_deg"].astype(np.float64))
    return [
        ~tipped & label_up,
        tipped & label_up & (poses["hidden_share"] == 0),
        label_up & (tilt > 5.0),
        label_up & (poses["hidden_share"] > 0.05),
        poses["up"] == 1,
        poses["up"] > 1,
    ]


def _like(parcel: Parcel, pose: Any) -> Parcel:
    """Give a parcel the body that took the pose."""
    return replace(
        parcel,
        material=MATERIALS[int(pose["material"])],
        length_mm=float(pose["length_mm"]),
        width_mm=float(pose["width_mm"]),
        height_mm=float(pose["height_mm"]),
    )


def _caption(pose: Any) -> str:
    words = [
        "tipped" if pose["tipped"] else "laid",
        f"{FACES[int(pose['up'])]} up",
        f"yaw {float(pose['yaw_deg']):.0f}°",
    ]
    tilt = float(np.hypot(pose["pitch_deg"], pose["roll_deg"]))
    if tilt > 1.0:
        words.append(f"tilt {tilt:.0f}°")
    if pose["hidden_share"] > 0.0:
        words.append(f"{100 * float(pose['hidden_share']):.0f} % hidden")
    return ", ".join(words)
