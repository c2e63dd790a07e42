"""Blur: of a belt that moves while the shutter is open, and of a lens out of focus."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = [
    "blur_along_belt",
    "blur_kernel",
    "blur_modules",
    "blur_px",
    "defocused",
    "disk_kernel",
]


def blur_px(belt_speed_mps: float, exposure_ms: float, pixels_per_m: float) -> float:
    """Length of the blur on the sensor: speed x exposure x pixels per metre."""
    return belt_speed_mps * exposure_ms * 1e-3 * pixels_per_m


def blur_modules(belt_speed_mps: float, exposure_ms: float, module_mm: float) -> float:
    """Length of the blur in modules of a symbol, whatever the camera.

    Examples
    --------
    >>> round(blur_modules(2.5, 0.3, 0.75), 2)
    1.0
    """
    return belt_speed_mps * exposure_ms / module_mm


@lru_cache(maxsize=256)
def blur_kernel(length_px: float) -> NDArray[np.float32]:
    """Weights of a box of `length_px` over an image interpolated linearly between its pixels.

    The weight of the pixel at distance i is the integral of ``max(0, 1 - |t - i|)`` over the box,
    divided by the box's length; it is smooth in the length, so half a pixel of blur is some blur.

    Returns
    -------
    ndarray of float32, shape (2 k + 1,), sums to 1, read-only

    Raises
    ------
    ValueError
        If the length is negative or not finite.
    """
    if not np.isfinite(length_px) or length_px < 0.0:
        raise ValueError(f"blur length must be finite and not negative, got {length_px}")
    if length_px < 1e-3:
        return np.ones(1, np.float32)
    half = 0.5 * length_px
    reach = int(np.ceil(half + 1.0)) - 1
    taps = np.arange(-reach, reach + 1, dtype=np.float64)

    def tent_integral(t: NDArray[np.float64]) -> NDArray[np.float64]:
        t = np.clip(t, -1.0, 1.0)
        return np.asarray(np.where(t < 0.0, 0.5 * (1.0 + t) ** 2, 1.0 - 0.5 * (1.0 - t) ** 2))

    weights = tent_integral(half - taps) - tent_integral(-half - taps)
    kernel: NDArray[np.float32] = (weights / weights.sum()).astype(np.float32)
    kernel.setflags(write=False)
    return kernel


def blur_along_belt(image: NDArray[np.uint8], length_px: float) -> NDArray[np.uint8]:
    """Blur an image along x; the border is repeated."""
    kernel = blur_kernel(length_px)
    if kernel.size == 1 or image.size == 0:
        return image.copy()
    blurred = cv2.filter2D(image, -1, kernel[None, :], borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.uint8).reshape(image.shape)


@lru_cache(maxsize=64)
def disk_kernel(radius_px: float) -> NDArray[np.float32]:
    """Weights of a disk: of each pixel, the share that the disk covers, by 16 x 16 subsamples.

    A disk smaller than a pixel spreads as the pixel grid interpolates (a tent one pixel wide), so
    that half a pixel of defocus is some defocus.

    Returns
    -------
    ndarray of float32, shape (2 k + 1, 2 k + 1), sums to 1, read-only

    Raises
    ------
    ValueError
        If the radius is negative or not finite.
    """
    if not np.isfinite(radius_px) or radius_px < 0.0:
        raise ValueError(f"a radius must be finite and not negative, got {radius_px}")
    reach = int(np.ceil(radius_px + 1.0))
    fine = 16
    samples = (np.arange(-reach * fine, reach * fine + 1)) / fine
    disk = np.hypot(samples[:, None], samples[None, :]) <= max(radius_px, 1.0 / fine)
    y, x = np.nonzero(disk)
    weights = np.zeros((2 * reach + 1, 2 * reach + 1))
    # each point of the disk falls on the pixels about it by bilinear weights
    points_y, points_x = samples[y], samples[x]
    row, column = np.floor(points_y).astype(int), np.floor(points_x).astype(int)
    down, right = points_y - row, points_x - column
    for step_y, weight_y in ((0, 1.0 - down), (1, down)):
        for step_x, weight_x in ((0, 1.0 - right), (1, right)):
            at_y = np.clip(row + step_y + reach, 0, 2 * reach)
            at_x = np.clip(column + step_x + reach, 0, 2 * reach)
            np.add.at(weights, (at_y, at_x), weight_y * weight_x)
    kernel: NDArray[np.float32] = (weights / weights.sum()).astype(np.float32)
    kernel.setflags(write=False)
    return kernel


def defocused(image: NDArray[np.uint8], radius_px: float) -> NDArray[np.uint8]:
    """Spread every point of an image over a disk; the border is repeated."""
    if image.size == 0:
        return image.copy()
    kernel = disk_kernel(radius_px)
    blurred = cv2.filter2D(image, -1, kernel, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.uint8).reshape(image.shape)
