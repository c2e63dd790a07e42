"""Captures out of plain arrays."""

import numpy as np
from numpy.typing import NDArray

from scenarios.camera_model import VIEWS
from systems.contracts.vision import Capture, Image

__all__ = ["ArrayView", "odd_captures", "ordinary_captures"]

SCALE = 4


class ArrayView:
    """A camera view over a sensor image; the overview is every `SCALE`-th pixel.

    Parameters
    ----------
    name : str
    sensor : ndarray of uint8, shape (height, width, 3)
    """

    def __init__(self, name: str, sensor: Image) -> None:
        self._name = name
        self._sensor = sensor

    @property
    def name(self) -> str:
        """Name of the view."""
        return self._name

    @property
    def overview(self) -> Image:
        """The image at low resolution."""
        return self._sensor[::SCALE, ::SCALE]

    @property
    def sensor_scale(self) -> float:
        """Sensor pixels per overview pixel."""
        return float(SCALE)

    def window(self, quad: NDArray[np.float64], size: tuple[int, int]) -> Image:
        """Sample the sensor at a quad, nearest pixel, black outside."""
        corners = np.asarray(quad, dtype=np.float64)
        width, height = size
        if corners.shape != (4, 2) or not np.isfinite(corners).all() or not _convex(corners):
            raise ValueError("quad must be four finite points in convex position")
        if not (1 <= width <= 8192 and 1 <= height <= 8192 and width * height <= 2**25):
            raise ValueError(f"size {size} is out of range")
        columns, rows = np.meshgrid((np.arange(width) + 0.5), (np.arange(height) + 0.5))
        points = np.stack([columns / width, rows / height, np.ones_like(columns)], axis=-1)
        mapped = points @ _homography(corners).T
        at = np.floor(mapped[..., :2] / mapped[..., 2:] * SCALE).astype(np.int64)
        inside = ((at >= 0) & (at < (self._sensor.shape[1], self._sensor.shape[0]))).all(axis=-1)
        found = np.zeros((height, width, 3), np.uint8)
        found[inside] = self._sensor[at[inside][:, 1], at[inside][:, 0]]
        return found


def _convex(corners: NDArray[np.float64]) -> bool:
    edges = np.roll(corners, -1, axis=0) - corners
    after = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * after[:, 1] - edges[:, 1] * after[:, 0]
    return bool((turns > 0).all() or (turns < 0).all())


def _homography(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map the unit square onto four corners (direct linear transform)."""
    equations, right = [], []
    for (u, v), (x, y) in zip(((0, 0), (1, 0), (1, 1), (0, 1)), corners, strict=True):
        equations += [[u, v, 1, 0, 0, 0, -u * x, -v * x], [0, 0, 0, u, v, 1, -u * y, -v * y]]
        right += [x, y]
    solved = np.linalg.solve(np.array(equations, float), np.array(right, float))
    return np.append(solved, 1.0).reshape(3, 3)


def _parcel(number: int, height: int, width: int) -> Image:
    """A grey belt with a white label of random bars: busy, and readable to nobody."""
    rng = np.random.default_rng(number)
    image = rng.integers(60, 90, (height, width, 3)).astype(np.uint8)
    bars = np.repeat(rng.integers(0, 2, width // 8), 4)[None, :, None] * 255
    top, left = height // 4, width // 4
    image[top : top + height // 3, left : left + bars.shape[1]] = bars.astype(np.uint8)
    return image


def _capture(name: str, *sensors: Image) -> Capture:
    views = tuple(ArrayView(view, sensor) for view, sensor in zip(VIEWS, sensors, strict=False))
    return Capture(f"capture-{name}", views, (300.0, 200.0, 100.0), 850.0)


def ordinary_captures() -> tuple[Capture, ...]:
    """Six captures, one of them with two cameras and one with those of a whole tunnel."""
    return (
        *(_capture(str(n), _parcel(n, 480, 640)) for n in range(4)),
        _capture("two-views", _parcel(4, 480, 640), _parcel(5, 320, 640)),
        _capture("tunnel", *(_parcel(6 + n, 480, 640) for n in range(len(VIEWS)))),
    )


def odd_captures() -> tuple[tuple[str, Capture], ...]:
    """Frames that cameras do send."""

    def flat(value: int, height: int, width: int) -> Image:
        return np.full((height, width, 3), value, np.uint8)

    noise = np.random.default_rng(9).integers(0, 256, (480, 640, 3)).astype(np.uint8)
    return (
        ("a black frame", _capture("black", flat(0, 480, 640))),
        ("a saturated frame", _capture("white", flat(255, 480, 640))),
        ("a frame of noise", _capture("noise", noise)),
        ("a frame of one pixel", _capture("pixel", flat(128, 1, 1))),
        ("a frame of one row", _capture("row", flat(128, 1, 640))),
        ("a tall frame", _capture("tall", _parcel(7, 1600, 64))),
        ("a camera that fell dark", _capture("dark", _parcel(8, 480, 640), flat(0, 480, 640))),
    )
