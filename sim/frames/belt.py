"""The conveyor belt: dark rubber with a fine weave, scuffs along the run and dust."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.frames.blur import blur_kernel
from sim.frames.texture import crop, periodic_noise

__all__ = ["BELT_PALETTE", "belt_rectangle"]

PERIOD_PX = (1536, 2048)
BRIGHTNESS = 63.0
TINT = (0.97, 1.0, 1.05)
WEAVE_MM = 5.0


@lru_cache(maxsize=4)
def _belt(px_per_mm: float) -> NDArray[np.uint8]:
    """Brightness of the belt as one period of a texture."""
    shape = PERIOD_PX
    # whole weaves to a period, so that the texture has no seam
    across = max(1, round(shape[0] / (WEAVE_MM * px_per_mm)))
    along = max(1, round(shape[1] / (WEAVE_MM * px_per_mm)))
    y = np.arange(shape[0], dtype=np.float32)[:, None] * np.float32(2 * np.pi * across / shape[0])
    x = np.arange(shape[1], dtype=np.float32)[None, :] * np.float32(2 * np.pi * along / shape[1])
    resolved = np.float32(np.clip(WEAVE_MM * px_per_mm / 4.0 - 1.0, 0.0, 1.0))
    shade = 1.6 * resolved * np.sin(x + y) * np.sin(x - y)
    unit = px_per_mm
    for name, strength, period_mm in (
        ("belt scuffs", 1.8, (2.0, 160.0)),
        ("belt grain", 1.5, (1.2, 1.2)),
        ("belt stains", 2.5, (140.0, 140.0)),
    ):
        shade += strength * periodic_noise(name, shape, (period_mm[0] * unit, period_mm[1] * unit))
    specks = periodic_noise("belt dust", shape, (unit, unit))
    shade += 16.0 * np.maximum(specks - 3.6, 0.0)
    return np.asarray(np.clip(np.rint(shade + BRIGHTNESS), 0.0, 255.0), np.uint8)


@lru_cache(maxsize=16)
def _blurred_belt(px_per_mm: float, binning: float, blur_px: float) -> NDArray[np.uint8]:
    sharp = _belt(px_per_mm)
    if binning > 1.0:
        size = (max(1, round(sharp.shape[1] / binning)), max(1, round(sharp.shape[0] / binning)))
        sharp = np.asarray(cv2.resize(sharp, size, interpolation=cv2.INTER_AREA), np.uint8)
    kernel = blur_kernel(blur_px)[None, :]
    reach = kernel.shape[1] // 2
    wrapped = cv2.copyMakeBorder(sharp, 0, 0, reach, reach, cv2.BORDER_WRAP)
    blurred = cv2.filter2D(wrapped, -1, kernel)[:, reach : reach + sharp.shape[1]]
    texture = np.ascontiguousarray(blurred, dtype=np.uint8)
    texture.setflags(write=False)
    return texture


BELT_PALETTE = np.clip(np.arange(256)[:, None] * np.asarray(TINT), 0.0, 255.0).astype(np.uint8)
"""RGB of every brightness of the belt, shape (256, 3)."""


def belt_rectangle(
    rect: tuple[int, int, int, int],
    offset: tuple[int, int],
    px_per_mm: float,
    binning: float,
    blur_px: float,
) -> NDArray[np.uint8]:
    """Brightness of the belt under a rectangle of the target, shape (height, width).

    Parameters
    ----------
    rect : (x0, y0, x1, y1)
    offset : (x, y)
        Where on the belt the target's origin lies, in target pixels.
    px_per_mm : float
        Density of the sensor on the belt.
    binning : float
        Sensor pixels along each side of a target pixel.
    blur_px : float
        Motion blur in target pixels.
    """
    texture = _blurred_belt(px_per_mm, binning, blur_px)
    return crop(
        texture, rect[0] + offset[0], rect[1] + offset[1], rect[2] - rect[0], rect[3] - rect[1]
    )
