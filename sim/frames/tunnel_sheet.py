"""One parcel as every camera of a tunnel has it, on one sheet, for people to look at."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scenarios.degradations import KINDS
from scenarios.model import Camera
from sim.degradations.mix import Condition
from sim.frames.capture import capture
from sim.frames.lettering import written
from sim.frames.lying import Lying, QuarterTurns, Rest
from sim.frames.pose import AS_IT_SHOULD
from sim.sorting.parcel import Parcel
from sim.streams import Streams

__all__ = ["tunnel_sheet"]

GAP_PX, CAPTION_PX, PAPER = 8, 22, 250

ON_ITS_SIDE: QuarterTurns = ((1, 0, 0), (0, 0, -1), (0, 1, 0))
"""Rolled about the belt's direction until the label looks to the left."""
YAW_DEG = 12.0
"""Askew as parcels are, so that every camera has something of two sides."""


def tunnel_sheet(
    parcel: Parcel,
    camera: Camera,
    belt_speed_mps: float,
    streams: Streams,
    cell_px: int = 320,
) -> NDArray[np.uint8]:
    """Draw a parcel with its label up, round an edge, on a side and underneath, a row each.

    Parameters
    ----------
    parcel : Parcel
    camera : Camera
        Its views are the columns.
    belt_speed_mps : float
    streams : Streams
    cell_px : int
        Width of one picture.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3), RGB
    """
    rolled = np.abs(np.array(ON_ITS_SIDE)) @ (parcel.length_mm, parcel.width_mm, parcel.height_mm)
    length, width, height = (float(size) for size in rolled)
    on_side = Lying(over_edge=1.0, rest=Rest((YAW_DEG, 0.0, 0.0), 0.0, 0.0, ON_ITS_SIDE))
    tumbled = _sized(parcel, length, width, height)
    rows: Sequence[tuple[str, Parcel, tuple[Condition, ...], Lying]] = (
        ("label up", parcel, (), AS_IT_SHOULD),
        ("label over an edge", parcel, (_label_down(4),), AS_IT_SHOULD),
        ("on its side", tumbled, (), on_side),
        ("label down", parcel, (_label_down(5),), AS_IT_SHOULD),
    )
    sheet = [
        _row(words, shown, conditions, rest, camera, belt_speed_mps, streams, cell_px)
        for words, shown, conditions, rest in rows
    ]
    return np.pad(np.vstack(sheet), ((0, GAP_PX), (0, GAP_PX), (0, 0)), constant_values=PAPER)


def _label_down(severity: int) -> Condition:
    return Condition("label_down", severity, KINDS["label_down"].scope)


def _sized(parcel: Parcel, length: float, width: float, height: float) -> Parcel:
    return replace(parcel, length_mm=length, width_mm=width, height_mm=height)


def _row(
    words: str,
    parcel: Parcel,
    conditions: tuple[Condition, ...],
    rest: Lying,
    camera: Camera,
    belt_speed_mps: float,
    streams: Streams,
    cell_px: int,
) -> NDArray[np.uint8]:
    seen = capture(parcel, 1, conditions, camera, belt_speed_mps, streams, rest)
    cells = []
    for view in seen.views:
        high, wide = view.overview.shape[:2]
        quad = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=np.float64)
        picture = view.window(quad, (cell_px, round(cell_px * high / wide)))
        caption = written(f"{view.name}: {words}", (cell_px, CAPTION_PX), size=13)
        cell = np.vstack([caption, picture])
        cells.append(np.pad(cell, ((GAP_PX, 0), (GAP_PX, 0), (0, 0)), constant_values=PAPER))
    return np.hstack(cells)
