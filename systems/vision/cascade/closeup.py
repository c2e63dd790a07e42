"""A label and what is around it, cut out once for every look of the locator."""

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from systems.contracts.vision import CameraView
from systems.vision.cascade.windows import square_window

__all__ = ["BOX_PX", "Closeup"]

ROOM = 1.6
"""Side of the close-up in longer sides of the label's box: a label turned by 45 degrees fits."""
BOX_PX = 168
"""Pixels of the longer side of a label's box, as on the sheets that the locator learns from."""
MOST_PX = 4096
"""Of either side of what is asked of a camera at once."""
WORTH_SHRINKING = 1.5


class Closeup:
    """Grey picture of a label, a little finer than the locator wants it.

    A locator looks at a label two or three times.  What it looks at is cut out, turned grey and
    averaged down once; every look is then a cheap resampling.

    Parameters
    ----------
    view : CameraView
    box : (left, top, right, bottom)
        Of the label, in overview pixels.
    """

    def __init__(self, view: CameraView, box: tuple[float, float, float, float]) -> None:
        scale = view.sensor_scale
        height, width = view.overview.shape[:2]
        around = square_window(box, ROOM)
        most = np.array([width, height], np.float64)
        # on whole pixels of the sensor, so that they are handed out as they are
        low = np.floor(np.clip(around[0], 0.0, most) * scale).astype(int)
        high = np.ceil(np.clip(around[2], 0.0, most) * scale).astype(int)
        high = np.maximum(high, low + 1)
        (x0, y0), (x1, y1) = low.tolist(), high.tolist()
        asked = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float64) / scale
        size = (min(x1 - x0, MOST_PX), min(y1 - y0, MOST_PX))
        picture = np.asarray(cv2.cvtColor(view.window(asked, size), cv2.COLOR_RGB2GRAY), np.uint8)
        longest = max(box[2] - box[0], box[3] - box[1], 4.0) * scale * size[0] / (x1 - x0)
        shrink = longest / BOX_PX
        if shrink > WORTH_SHRINKING:
            picture = _shrunk(picture, shrink)
        self._picture = picture
        self._corner = asked[0]
        self._density = np.array(picture.shape[::-1]) / (asked[2] - asked[0])

    def window(self, quad: ArrayLike, size: tuple[int, int]) -> NDArray[np.uint8]:
        """Resample at a quad in overview pixels, as `CameraView.window` does.

        Parameters
        ----------
        quad : array_like, shape (4, 2)
            In convex position.
        size : (width, height)

        Returns
        -------
        ndarray of uint8, shape (height, width)
            Black beyond the close-up.
        """
        width, height = size
        # OpenCV puts pixel centres at whole numbers, quads put them at whole numbers plus a half
        origin = (np.asarray(quad, np.float64) - self._corner) * self._density - 0.5
        target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5
        matrix = cv2.getPerspectiveTransform(origin.astype(np.float32), target.astype(np.float32))
        return np.asarray(cv2.warpPerspective(self._picture, matrix, size), np.uint8)


def _shrunk(picture: NDArray[np.uint8], shrink: float) -> NDArray[np.uint8]:
    """Average over areas; by two at a time first, which OpenCV does many times faster."""
    height, width = (max(1, round(side / shrink)) for side in picture.shape)
    while shrink >= 2.0 and min(picture.shape) > 1:
        rows, columns = picture.shape[0] // 2, picture.shape[1] // 2
        even = picture[: 2 * rows, : 2 * columns]
        picture = np.asarray(cv2.resize(even, (columns, rows), interpolation=cv2.INTER_AREA))
        shrink /= 2.0
    if picture.shape == (height, width):
        return picture
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
