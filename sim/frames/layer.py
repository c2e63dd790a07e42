"""A flat picture placed in the world, sampled at whatever resolution a camera asks for."""

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Layer", "blend", "fill_quad"]


def blend(
    canvas: NDArray[np.uint8], picture: NDArray[np.uint8], alpha: NDArray[np.uint8] | None
) -> None:
    """Lay `picture` over `canvas`, in place.

    Parameters
    ----------
    canvas, picture : ndarray of uint8, shape (height, width, 3)
    alpha : ndarray of uint8, shape (height, width), or None
        255 (or None) is opaque.
    """
    if alpha is None or alpha.min() == 255:
        canvas[:] = picture
        return
    weight = cv2.merge([alpha, alpha, alpha])
    over = cv2.multiply(picture, weight, scale=1.0 / 255.0)
    under = cv2.multiply(canvas, cv2.bitwise_not(weight), scale=1.0 / 255.0)
    canvas[:] = cv2.add(over, under)


def fill_quad(
    canvas: NDArray[np.uint8],
    quad: NDArray[np.float64],
    origin: tuple[int, int],
    colour: tuple[float, ...],
) -> None:
    """Fill a convex quad, in place, with smoothed edges.

    Parameters
    ----------
    canvas : ndarray of uint8
        Its first pixel is the target's pixel `origin`.
    quad : ndarray, shape (4, 2)
        Corner-based target coordinates.
    origin : (x, y)
    colour : tuple of float
    """
    # sixteenths of a pixel; OpenCV puts pixel centres at whole numbers
    points = np.rint((quad - origin - 0.5) * 16.0).astype(np.int32)
    cv2.fillConvexPoly(canvas, points, colour, lineType=cv2.LINE_AA, shift=4)


class Layer:
    """A picture with a density in pixels per mm and a place on the sensor.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width) or (height, width, 3)
    px_per_mm : float
    matrix : ndarray, shape (3, 3)
        From mm on the picture, measured from its top left corner, to sensor pixels.
    palette : ndarray of uint8, shape (256, 3), optional
        Colours of a grey picture, looked up after sampling: a third of the work.
    """

    def __init__(
        self,
        picture: NDArray[np.uint8],
        px_per_mm: float,
        matrix: NDArray[np.float64],
        palette: NDArray[np.uint8] | None = None,
    ) -> None:
        self._picture = picture
        self._palette = None if palette is None else palette[:, None, :]
        self._px_per_mm = px_per_mm
        self._matrix = matrix
        height, width = picture.shape[:2]
        self._size_mm = (width / px_per_mm, height / px_per_mm)
        corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float64) * self._size_mm
        mapped = np.column_stack([corners, np.ones(4)]) @ matrix.T
        quad = mapped[:, :2] / mapped[:, 2:]
        self.quad = quad
        self.bounds = (*quad.min(axis=0).tolist(), *quad.max(axis=0).tolist())
        (ax, ay), (bx, by) = quad[2] - quad[0], quad[3] - quad[1]
        area = 0.5 * abs(float(ax * by - ay * bx))
        self._sensor_px_per_mm = float(np.sqrt(area / (self._size_mm[0] * self._size_mm[1])))
        self._levels: dict[float, NDArray[np.uint8]] = {}

    def _level(self, sensor_px_per_px: float) -> NDArray[np.uint8]:
        """Picture shrunk so that one of its pixels is not much finer than one of the target's."""
        if sensor_px_per_px not in self._levels:
            wanted = self._sensor_px_per_mm / sensor_px_per_px
            shrink = wanted / self._px_per_mm
            picture = self._picture
            if shrink < 0.75:
                height, width = picture.shape[:2]
                size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
                picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
            self._levels[sensor_px_per_px] = picture
        return self._levels[sensor_px_per_px]

    def overlap(
        self, rect: tuple[int, int, int, int], sensor_px_per_px: float
    ) -> tuple[int, int, int, int] | None:
        """Part of a target rectangle (x0, y0, x1, y1) that the picture may touch."""
        left, top, right, bottom = (value / sensor_px_per_px for value in self.bounds)
        x0, y0 = max(rect[0], int(np.floor(left)) - 1), max(rect[1], int(np.floor(top)) - 1)
        x1, y1 = min(rect[2], int(np.ceil(right)) + 1), min(rect[3], int(np.ceil(bottom)) + 1)
        return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None

    def coverage(
        self, rect: tuple[int, int, int, int], sensor_px_per_px: float
    ) -> NDArray[np.uint8]:
        """Share of each pixel of a target rectangle that the picture covers, 255 being all."""
        alpha = np.zeros((rect[3] - rect[1], rect[2] - rect[0]), np.uint8)
        fill_quad(alpha, self.quad / sensor_px_per_px, (rect[0], rect[1]), (255.0,))
        return alpha

    def sample(
        self,
        rect: tuple[int, int, int, int],
        sensor_px_per_px: float,
        beyond: int | None = None,
    ) -> NDArray[np.uint8]:
        """Picture as it falls on a rectangle of the target.

        Parameters
        ----------
        rect : (x0, y0, x1, y1)
            In target pixels.
        sensor_px_per_px : float
            Sensor pixels per target pixel: 1 for the sensor, more for an overview.
        beyond : int, optional
            Value outside the picture; by default its border is repeated.
        """
        picture = self._level(sensor_px_per_px)
        height, width = picture.shape[:2]
        # OpenCV puts pixel centres at whole numbers, the world at whole numbers plus a half
        to_mm = np.array(
            [
                [self._size_mm[0] / width, 0.0, 0.5 * self._size_mm[0] / width],
                [0.0, self._size_mm[1] / height, 0.5 * self._size_mm[1] / height],
                [0.0, 0.0, 1.0],
            ]
        )
        k = sensor_px_per_px
        to_target = np.array(
            [[1.0 / k, 0.0, -rect[0] - 0.5], [0.0, 1.0 / k, -rect[1] - 0.5], [0.0, 0.0, 1.0]]
        )
        mode = cv2.BORDER_REPLICATE if beyond is None else cv2.BORDER_CONSTANT
        warped = cv2.warpPerspective(
            picture,
            to_target @ self._matrix @ to_mm,
            (rect[2] - rect[0], rect[3] - rect[1]),
            flags=cv2.INTER_LINEAR,
            borderMode=mode,
            borderValue=(beyond or 0,) * 3,
        )
        if self._palette is not None:
            warped = cv2.applyColorMap(warped, self._palette)
        return np.asarray(warped, np.uint8)
