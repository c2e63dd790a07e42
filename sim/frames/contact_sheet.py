"""Every degradation at every severity, on one sheet, for people to look at."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from scenarios.degradations import KINDS, SEVERITIES
from scenarios.model import Camera
from sim.degradations.mix import Condition
from sim.frames.capture import capture
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.lettering import written
from sim.frames.pose import draw_pose, homography, project
from sim.sorting.parcel import Parcel
from sim.streams import Streams
from systems.contracts.vision import CameraView

__all__ = ["contact_sheet"]

GAP_PX = 8
CAPTION_PX = 22
PAPER = 250
REACH, FLOW_REACH = 0.62, 1.0
"""From the label's middle to the edge of a picture, in label heights: wider where parcels lie."""


def contact_sheet(
    parcels: Sequence[Parcel],
    camera: Camera,
    belt_speed_mps: float,
    streams: Streams,
    cell_px: int = 280,
    kinds: Sequence[str] = tuple(KINDS),
) -> NDArray[np.uint8]:
    """Draw the label in a row for each kind: severity 0 (the lab), then 1 to 5.

    Parameters
    ----------
    parcels : sequence of Parcel
        One or more; row i shows parcel ``i % len(parcels)``.
    camera : Camera
    belt_speed_mps : float
    streams : Streams
    cell_px : int
        Width of one picture.
    kinds : sequence of str
        Keys of `KINDS`, in the order of the rows.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3), RGB

    Raises
    ------
    ValueError
        If there are no parcels or the cells are narrower than 32 pixels.
    """
    if not parcels or cell_px < 32:
        raise ValueError("a contact sheet needs a parcel and cells of at least 32 pixels")
    rows = []
    for number, name in enumerate(kinds):
        kind = KINDS[name]
        parcel = parcels[number % len(parcels)]
        cells = []
        for severity in (0, *SEVERITIES):
            conditions = (Condition(name, severity, kind.scope),) if severity else ()
            seen = capture(parcel, 1, conditions, camera.over_belt, belt_speed_mps, streams)
            reach = FLOW_REACH if kind.family == "flow" else REACH
            picture = _around_label(seen.views[0], parcel, camera, streams, cell_px, reach)
            amount = "lab" if severity == 0 else f"{severity}: {kind.levels[severity - 1]:g}"
            caption = written(f"{name.replace('_', ' ')}, {amount}", (cell_px, CAPTION_PX))
            cells.append(np.vstack([caption, picture]))
        rows.append(_spaced(cells, axis=1))
        legend = f"{name.replace('_', ' ')}: severities 1 to 5 in {kind.unit}"
        rows.append(written(legend, (rows[-1].shape[1], CAPTION_PX), size=12))
    return cv2.copyMakeBorder(
        _spaced(rows, axis=0),
        GAP_PX, GAP_PX, GAP_PX, GAP_PX,
        cv2.BORDER_CONSTANT,
        value=(PAPER, PAPER, PAPER),
    ).astype(np.uint8)  # fmt: skip


def _around_label(
    view: CameraView,
    parcel: Parcel,
    camera: Camera,
    streams: Streams,
    cell_px: int,
    label_heights: float,
) -> NDArray[np.uint8]:
    """Square window about the label; the sheet is for people, so it may know where that is."""
    label = draw_pose(parcel, 1, camera, streams).label
    middle = np.array([[0.5 * LABEL_WIDTH_MM, 0.5 * LABEL_HEIGHT_MM]])
    x, y = project(homography(label, camera), middle)[0] / view.sensor_scale
    reach = label_heights * LABEL_HEIGHT_MM * camera.pixels_per_m / 1000.0 / view.sensor_scale
    quad = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * reach + (x, y)
    return view.window(quad, (cell_px, cell_px))


def _spaced(pictures: Sequence[NDArray[np.uint8]], axis: int) -> NDArray[np.uint8]:
    parts: list[NDArray[np.uint8]] = []
    for picture in pictures:
        if parts:
            shape = list(picture.shape)
            shape[axis] = GAP_PX
            parts.append(np.full(shape, PAPER, np.uint8))
        parts.append(picture)
    return np.concatenate(parts, axis=axis)
