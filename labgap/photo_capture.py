"""A photograph as what a tunnel's camera gives: overview, and windows at full resolution."""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.frames.sensor import Sensor
from sim.frames.view import SensorView
from systems.contracts.vision import Capture

__all__ = ["photo_capture"]

OVERVIEW_PX = 480
"""Longest side of the overview, at most."""
UNKNOWN_SIZE_MM = (0.0, 0.0, 0.0)
"""A photograph says nothing of size and weight."""


class _PhotoSensor:
    """Stands where a virtual sensor does: pixels of a picture instead of painted ones."""

    def __init__(self, pixels: NDArray[np.uint8], scale: int) -> None:
        self._pixels = pixels
        self._scale = scale

    def rectangle(self, rect: tuple[int, int, int, int]) -> NDArray[np.uint8]:
        x0, y0, x1, y1 = rect
        return self._pixels[y0:y1, x0:x1].copy()

    def overview(self) -> NDArray[np.uint8]:
        height, width = (side // self._scale for side in self._pixels.shape[:2])
        small = cv2.resize(self._pixels, (width, height), interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)


def photo_capture(sha256: str, pixels: NDArray[np.uint8]) -> Capture:
    """Make the capture a reader is asked about.

    Its id is the hash of the file: neither name nor expected text reaches the reader.  The picture
    is made a multiple of the overview's scale by repeating its last row and column.

    Parameters
    ----------
    sha256 : str
        Of the file.
    pixels : ndarray of uint8, shape (height, width, 3), RGB
    """
    scale = max(1, -(-max(pixels.shape[:2]) // OVERVIEW_PX))
    more = [-side % scale for side in pixels.shape[:2]]
    whole = np.pad(pixels, ((0, more[0]), (0, more[1]), (0, 0)), mode="edge")
    sensor = _PhotoSensor(whole, scale)
    view = SensorView(
        name="top",
        sensor_scale=float(scale),
        sensor_size=(whole.shape[1], whole.shape[0]),
        sensor=lambda: cast("Sensor", sensor),
    )
    return Capture(sha256, (view,), UNKNOWN_SIZE_MM, 0.0)
