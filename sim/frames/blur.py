"""Motion blur of a belt that moves while the shutter is open."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["blur_along_belt", "blur_kernel", "blur_modules", "blur_px"]


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
