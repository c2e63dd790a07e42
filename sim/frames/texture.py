"""Seeded periodic textures, drawn once a process and cropped at random offsets."""

from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.streams import Streams

__all__ = ["crop", "gaussian_noise", "periodic_noise", "roughness"]

Scalar = TypeVar("Scalar", bound=np.generic)

_TEXTURES = Streams(seed=0x1ABE1, replication=0)
"""Textures are part of the world's stock, the same in every run; runs differ in where they crop."""


def periodic_noise(
    name: str, shape: tuple[int, int], period_px: tuple[float, float], exponent: float = 2.0
) -> NDArray[np.float32]:
    """Periodic Gaussian noise with a low-pass power spectrum, mean 0, sd 1.

    Parameters
    ----------
    name : str
        Name of the random stream: another name, another texture.
    shape : (height, width)
    period_px : (y, x)
        Shortest period that keeps its strength, along each axis.
    exponent : float
        How fast the spectrum falls beyond it.

    Returns
    -------
    ndarray of float32, shape `shape`
    """
    rng = _TEXTURES.generator("frames", "texture", name)
    spectrum = np.fft.rfft2(rng.standard_normal(shape))
    fy = np.fft.fftfreq(shape[0])[:, None] * period_px[0]
    fx = np.fft.rfftfreq(shape[1])[None, :] * period_px[1]
    spectrum *= 1.0 / (1.0 + (fy * fy + fx * fx) ** exponent)
    spectrum[0, 0] = 0.0
    noise = np.fft.irfft2(spectrum, s=shape)
    return np.asarray(noise / noise.std(), np.float32)


@lru_cache(maxsize=4)
def gaussian_noise(name: str, size: int) -> NDArray[np.int16]:
    """White noise of sd 256 as int16, shape (`size`, `size`, 3), read-only."""
    rng = _TEXTURES.generator("frames", "noise", name)
    noise = rng.standard_normal((size, size, 3), dtype=np.float32)
    noise *= 256.0
    bank = np.clip(np.rint(noise, out=noise), -1280, 1280).astype(np.int16)
    bank.setflags(write=False)
    return bank


def crop(texture: NDArray[Scalar], x0: int, y0: int, width: int, height: int) -> NDArray[Scalar]:
    """Rectangle of the plane that a periodic texture tiles: a view where it can be, or a copy."""
    rows, columns = texture.shape[:2]
    x0, y0 = x0 % columns, y0 % rows
    if x0 + width <= columns and y0 + height <= rows:
        return texture[y0 : y0 + height, x0 : x0 + width]
    result = np.empty((height, width, *texture.shape[2:]), texture.dtype)
    y = 0
    while y < height:
        source_y = (y0 + y) % rows
        step_y = min(height - y, rows - source_y)
        x = 0
        while x < width:
            source_x = (x0 + x) % columns
            step_x = min(width - x, columns - source_x)
            result[y : y + step_y, x : x + step_x] = texture[
                source_y : source_y + step_y, source_x : source_x + step_x
            ]
            x += step_x
        y += step_y
    return result


def roughness(
    rng: np.random.Generator, length_mm: float, amplitude_mm: float
) -> NDArray[np.float32]:
    """Height of an irregular edge along its length, one sample a half millimetre.

    Five octaves of interpolated noise, halving in wavelength from 32 mm and in strength by 0.6.
    """
    samples = max(2, int(2.0 * length_mm))
    s = np.arange(samples, dtype=np.float64)
    total = np.zeros(samples)
    wavelength, strength = 64.0, 1.0
    for _ in range(5):
        knots = rng.standard_normal(int(samples / wavelength) + 3)
        total += strength * np.interp(s / wavelength, np.arange(knots.size), knots)
        wavelength, strength = 0.5 * wavelength, 0.6 * strength
    return (amplitude_mm * total).astype(np.float32)
