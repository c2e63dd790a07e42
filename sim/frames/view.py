"""A camera view: the overview, and windows on the full-resolution sensor where a system asks."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.frames.sensor import Sensor

__all__ = ["MAX_WINDOW_PX", "MAX_WINDOW_SIDE_PX", "SensorView"]

MAX_WINDOW_SIDE_PX = 8192
MAX_WINDOW_PX = 2**25
WHOLE_PIXEL = 1e-6
"""A quad this close to whole sensor pixels is taken to lie on them."""


class SensorView:
    """One camera's sight of the belt, as systems see it (`systems.contracts.vision.CameraView`).

    Coordinates are corner-based: (0, 0) is the outer corner of the overview's first pixel and
    (width, height) that of its last, so the quad (0, 0), (w, 0), (w, h), (0, h) is all of it.

    Parameters
    ----------
    name : str
    sensor_scale : float
        Sensor pixels per overview pixel.
    sensor_size : (width, height)
        In sensor pixels.
    sensor : callable
        Gives the sensor; called whenever pixels are wanted, so that a view itself is small.
    """

    __slots__ = ("__sensor", "__size", "_name", "_scale")

    def __init__(
        self,
        name: str,
        sensor_scale: float,
        sensor_size: tuple[int, int],
        sensor: Callable[[], Sensor],
    ) -> None:
        self._name = name
        self._scale = sensor_scale
        self.__size = sensor_size
        self.__sensor = sensor

    def __repr__(self) -> str:
        return f"SensorView({self._name!r})"

    @property
    def name(self) -> str:
        """Which camera."""
        return self._name

    @property
    def sensor_scale(self) -> float:
        """Sensor pixels per overview pixel."""
        return self._scale

    @property
    def overview(self) -> NDArray[np.uint8]:
        """The whole field of view at low resolution, RGB, shape (height, width, 3), read-only."""
        return self.__sensor().overview()

    def window(self, quad: ArrayLike, size: tuple[int, int]) -> NDArray[np.uint8]:
        """Resample the sensor at a quad given in overview pixels.

        A quad that lies on whole sensor pixels, upright and at its own size, is a plain copy of
        them.  Any other is sampled bilinearly, after averaging where it is shrunk.

        Parameters
        ----------
        quad : array_like, shape (4, 2)
            Where the window's top-left, top-right, bottom-right and bottom-left corners lie.
        size : (width, height)

        Returns
        -------
        ndarray of uint8, shape (height, width, 3), read-only
            RGB; black where the quad reaches beyond the sensor.

        Raises
        ------
        ValueError
            If the quad is not four finite points in convex position or the size is out of range.
        """
        corners = _checked_quad(quad) * self._scale
        width, height = _checked_size(size)
        whole = np.rint(corners)
        upright = np.array([[0, 0], [width, 0], [width, height], [0, height]]) + whole[0]
        if np.abs(corners - whole).max() < WHOLE_PIXEL and np.array_equal(whole, upright):
            pixels = self.__copied((int(whole[0, 0]), int(whole[0, 1])), (width, height))
        else:
            pixels = self.__resampled(corners, (width, height))
        pixels.setflags(write=False)
        return pixels

    def __copied(self, at: tuple[int, int], size: tuple[int, int]) -> NDArray[np.uint8]:
        (x, y), (width, height) = at, size
        x0, y0 = max(x, 0), max(y, 0)
        x1, y1 = min(x + width, self.__size[0]), min(y + height, self.__size[1])
        if (x0, y0, x1, y1) == (x, y, x + width, y + height):
            return self.__sensor().rectangle((x0, y0, x1, y1))
        pixels = np.zeros((height, width, 3), np.uint8)
        if x1 > x0 and y1 > y0:
            inside = self.__sensor().rectangle((x0, y0, x1, y1))
            pixels[y0 - y : y1 - y, x0 - x : x1 - x] = inside
        return pixels

    def __resampled(self, corners: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint8]:
        width, height = size
        low = np.floor(corners.min(axis=0)) - 2.0
        high = np.ceil(corners.max(axis=0)) + 2.0
        x0, y0 = (int(max(value, 0.0)) for value in low)
        x1, y1 = (int(min(high[i], self.__size[i])) for i in (0, 1))
        if x1 <= x0 or y1 <= y0:
            return np.zeros((height, width, 3), np.uint8)
        source = self.__sensor().rectangle((x0, y0, x1, y1))
        shrink = _shrink(corners, size)
        if shrink > 1.5:
            smaller = (max(1, round((x1 - x0) / shrink)), max(1, round((y1 - y0) / shrink)))
            source = np.asarray(cv2.resize(source, smaller, interpolation=cv2.INTER_AREA))
        ratio = np.array([source.shape[1] / (x1 - x0), source.shape[0] / (y1 - y0)])
        # OpenCV puts pixel centres at whole numbers, quads put them at whole numbers plus a half
        origin = ((corners - (x0, y0)) * ratio - 0.5).astype(np.float32)
        target = np.array([[0, 0], [width, 0], [width, height], [0, height]]) - 0.5
        matrix = cv2.getPerspectiveTransform(origin, target.astype(np.float32))
        warped = cv2.warpPerspective(
            source, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
        )
        return np.asarray(warped, np.uint8)


def _shrink(corners: NDArray[np.float64], size: tuple[int, int]) -> float:
    """Sensor pixels per window pixel along the axis that is shrunk less."""
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    return float(min(max(sides[0], sides[2]) / size[0], max(sides[1], sides[3]) / size[1]))


def _checked_quad(quad: ArrayLike) -> NDArray[np.float64]:
    try:
        corners = np.array(quad, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError("a quad is four points (x, y)") from error
    if corners.shape != (4, 2):
        raise ValueError(f"a quad is four points (x, y), got shape {corners.shape}")
    if not np.isfinite(corners).all() or np.abs(corners).max() > 1e6:
        raise ValueError("a quad's points must be finite and within a million pixels")
    edges = np.roll(corners, -1, axis=0) - corners
    following = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0]
    if not ((turns > 1e-9).all() or (turns < -1e-9).all()):
        raise ValueError("a quad's four points must be in convex position, in order")
    return corners


def _checked_size(size: tuple[int, int]) -> tuple[int, int]:
    try:
        width, height = size
    except (TypeError, ValueError) as error:
        raise ValueError("a size is (width, height)") from error
    for value in (width, height):
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise ValueError(f"a size is two whole numbers, got {size!r}")
        if not 1 <= value <= MAX_WINDOW_SIDE_PX:
            raise ValueError(f"a size is from 1 to {MAX_WINDOW_SIDE_PX} pixels, got {size!r}")
    if int(width) * int(height) > MAX_WINDOW_PX:
        raise ValueError(f"a window has at most {MAX_WINDOW_PX} pixels, got {size!r}")
    return int(width), int(height)
