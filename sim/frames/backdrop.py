"""What stands behind a parcel for a camera that does not hang over the belt."""

import cv2
import numpy as np
from numpy.typing import NDArray

from scenarios.model import Camera
from sim.frames.layer import fill_quad
from sim.frames.pose import CAMERA_HEIGHT_MM, project_points
from sim.frames.tunnel import Station

__all__ = ["Backdrop"]

LINING = (24, 25, 27)
"""The tunnel's inside is matt black, so that nothing but the parcel sends light back."""
BELT, BELT_EDGE = (60.0, 62.0, 65.0), (36.0, 37.0, 39.0)
HALF_WIDTH_MM, HALF_LENGTH_MM, THICKNESS_MM = 400.0, 1100.0, 40.0
"""Of the belt's part in the tunnel; assumed, and of no matter to a reader."""


class Backdrop:
    """The tunnel's black lining and, where the camera has it, the belt from the side.

    The belt is plain here: none of its texture is drawn.  A camera under the belt looks up through
    the gap between two belts and has nothing but the lining above the parcel.

    Parameters
    ----------
    station : Station
    camera : Camera
    height_mm : float
        Of the parcel's middle over the belt, at which the camera is aimed.
    """

    def __init__(self, station: Station, camera: Camera, height_mm: float) -> None:
        self._quads: list[tuple[NDArray[np.float64], tuple[float, float, float]]] = []
        if station.name == "bottom":
            return
        near = np.sign(station.toward[1]) * HALF_WIDTH_MM
        x, y = HALF_LENGTH_MM, HALF_WIDTH_MM
        surface = np.array([[-x, -y, 0.0], [x, -y, 0.0], [x, y, 0.0], [-x, y, 0.0]])
        edge = np.array([[-x, near, 0], [x, near, 0], [x, near, -1.0], [-x, near, -1.0]])
        edge[:, 2] *= THICKNESS_MM
        quads = [(surface, BELT), *([(edge, BELT_EDGE)] if near else [])]
        for corners, colour in quads:
            seen = station.seen(corners, height_mm)
            if (seen[:, 2] < 0.9 * CAMERA_HEIGHT_MM).all():
                self._quads.append((project_points(seen, camera), colour))

    def paint(self, rect: tuple[int, int, int, int], k: float) -> NDArray[np.uint8]:
        """Picture of a rectangle of the target, `k` sensor pixels to a pixel."""
        canvas = np.empty((rect[3] - rect[1], rect[2] - rect[0], 3), np.uint8)
        cv2.rectangle(canvas, (0, 0), (canvas.shape[1], canvas.shape[0]), LINING, cv2.FILLED)
        for quad, colour in self._quads:
            fill_quad(canvas, quad / k, (rect[0], rect[1]), colour)
        return canvas
