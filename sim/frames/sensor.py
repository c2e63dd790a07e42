"""A virtual sensor: any rectangle of it can be had, and its pixels never depend on which one."""

import cv2
import numpy as np
from numpy.typing import NDArray

from scenarios.model import Camera
from sim.degradations.exposure import Exposure
from sim.frames.scene import MovingScene, Rect
from sim.frames.texture import crop, gaussian_noise

__all__ = ["NOISE_PX", "TILE_PX", "Sensor", "exposed", "lit", "soiled"]

TILE_PX = 320
"""The sensor is painted in tiles of this size at fixed places, whoever asks for what."""

NOISE_PX = 1536
STRIPE_SHARE = 0.35
"""Standard deviation of a failing sensor's column offsets, in that of its read noise."""
DIRT_LIGHT = 150.0
"""Counts that dirt scatters of its own: milky, darker than white paper."""
DIRT_COVER = 0.80
"""Share of the light from behind that the thickest dirt scatters all over the picture."""
DIRT_BLUR_PX = 9.0
"""Standard deviation, in sensor pixels, with which grease spreads what still comes through."""


def exposed(
    picture: NDArray[np.uint8],
    camera: Camera,
    noise_offset: tuple[int, int],
    at: tuple[int, int],
    binning: float = 1.0,
    exposure: Exposure | None = None,
) -> NDArray[np.uint8]:
    """Add shot and read noise.

    A count of 255 is a full well of N electrons, so a pixel at count I holds ``N I / 255``
    electrons with variance ``N I / 255 + r**2`` (Poisson, taken as normal, plus read noise r).

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width, 3)
    camera : Camera
    noise_offset : (x, y)
        Which part of the noise the sensor's first pixel has.
    at : (x, y)
        Sensor pixel of the picture's first pixel.
    binning : float
        Sensor pixels along each side of one pixel of the picture: averaging divides the noise.
    exposure : Exposure, optional
        Light that is missing and noise that comes on top.
    """
    well, read_noise = camera.full_well_electrons, camera.read_noise_electrons
    stripes = None
    if exposure is not None:
        well = well / 2.0**exposure.lost_stops
        read_noise = float(np.hypot(read_noise, exposure.read_noise_electrons))
        stripes = exposure.stripes
    counts = np.arange(256, dtype=np.float64)
    sd = np.sqrt(well * counts / 255.0 + read_noise**2) * 255.0 / well / binning
    # noise carries 8 fractional bits and the sd 6; together they stay within int16 and float32
    table = np.minimum(np.rint(sd * 64.0), 32767.0).astype(np.int16)
    height, width = picture.shape[:2]
    bank = gaussian_noise("sensor", NOISE_PX)
    noise = crop(bank, at[0] + noise_offset[0], at[1] + noise_offset[1], width, height)
    scaled = cv2.multiply(cv2.LUT(picture, table), np.asarray(noise, np.int16), scale=1.0 / 16384.0)
    if stripes is not None:
        columns = crop(bank, round(at[0]) + stripes, 0, width, 1)[:, :, :1]
        spread = STRIPE_SHARE * read_noise * 255.0 / well / np.sqrt(binning)
        scaled = scaled + np.rint(columns * (spread / 256.0)).astype(np.int16)
    return np.asarray(cv2.add(picture, scaled, dtype=cv2.CV_8U), np.uint8)


def lit(picture: NDArray[np.uint8], brightness: float) -> NDArray[np.uint8]:
    """Scale the light of a picture; what exceeds the well is cut off."""
    if brightness == 1.0:
        return picture
    return np.asarray(cv2.convertScaleAbs(picture, alpha=brightness), np.uint8)


def soiled(
    picture: NDArray[np.uint8], spread: NDArray[np.uint8], cover: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Look at a picture through dirt: it is spread, less of it comes through, the dirt is lit.

    Parameters
    ----------
    picture, spread : ndarray of uint8, shape (height, width, 3)
        Without dirt, and as the thickest dirt spreads it.
    cover : ndarray of uint8, shape (height, width)
        255 is the thickest dirt.
    """
    share = cover.astype(np.float32)[:, :, None] / np.float32(255.0)
    through = spread + np.float32(DIRT_COVER) * (np.float32(DIRT_LIGHT) - spread)
    return np.rint(picture + share * (through - picture)).astype(np.uint8)


class Sensor:
    """The full-resolution image of a scene, painted tile by tile as it is looked at.

    Parameters
    ----------
    scene : MovingScene
    camera : Camera
    noise_offset : (x, y)
        Which part of the noise this exposure has.
    exposure : Exposure, optional
        What this pass does to the picture; by default nothing.
    brightness : float
        Light of this picture as a share of the usual.
    """

    def __init__(
        self,
        scene: MovingScene,
        camera: Camera,
        noise_offset: tuple[int, int],
        exposure: Exposure | None = None,
        brightness: float = 1.0,
    ) -> None:
        self._scene = scene
        self._exposure = exposure
        self._brightness = brightness
        self._camera = camera
        self._noise_offset = noise_offset
        self._tiles: dict[tuple[int, int], NDArray[np.uint8]] = {}
        self._overview: NDArray[np.uint8] | None = None

    def rectangle(self, rect: Rect) -> NDArray[np.uint8]:
        """Pixels of a rectangle that lies within the sensor; shape (height, width, 3), RGB.

        Raises
        ------
        ValueError
            If the rectangle is empty or reaches beyond the sensor.
        """
        x0, y0, x1, y1 = rect
        camera = self._camera
        if not (0 <= x0 < x1 <= camera.sensor_width_px and 0 <= y0 < y1 <= camera.sensor_height_px):
            raise ValueError(f"rectangle {rect} is not within the sensor")
        pixels = np.empty((y1 - y0, x1 - x0, 3), np.uint8)
        for row in range(y0 // TILE_PX, (y1 - 1) // TILE_PX + 1):
            for column in range(x0 // TILE_PX, (x1 - 1) // TILE_PX + 1):
                tile = self._tile(column, row)
                left, top = column * TILE_PX, row * TILE_PX
                a0, b0 = max(x0, left), max(y0, top)
                a1 = min(x1, left + tile.shape[1])
                b1 = min(y1, top + tile.shape[0])
                pixels[b0 - y0 : b1 - y0, a0 - x0 : a1 - x0] = tile[
                    b0 - top : b1 - top, a0 - left : a1 - left
                ]
        return pixels

    def _tile(self, column: int, row: int) -> NDArray[np.uint8]:
        if (column, row) not in self._tiles:
            left, top = column * TILE_PX, row * TILE_PX
            right = min(left + TILE_PX, self._camera.sensor_width_px)
            bottom = min(top + TILE_PX, self._camera.sensor_height_px)
            self._tiles[column, row] = self._taken((left, top, right, bottom), 1.0)
        return self._tiles[column, row]

    def overview(self) -> NDArray[np.uint8]:
        """The whole field of view at the camera's overview width, as binned pixels; read-only."""
        if self._overview is None:
            scale = self._camera.sensor_width_px / self._camera.overview_width_px
            height = max(1, round(self._camera.sensor_height_px / scale))
            self._overview = self._taken((0, 0, self._camera.overview_width_px, height), scale)
            self._overview.setflags(write=False)
        return self._overview

    def _taken(self, rect: Rect, scale: float) -> NDArray[np.uint8]:
        """Rectangle of the target, `scale` sensor pixels to a pixel, with all its noise."""
        clean = self._scene.paint(rect, scale)
        cover = self._dirt(rect, scale)
        if cover is not None and cover.any():
            clean = soiled(clean, self._behind(rect, scale), cover)
        clean = lit(clean, self._brightness)
        at = (rect[0], rect[1])
        return exposed(clean, self._camera, self._noise_offset, at, scale, self._exposure)

    def _behind(self, rect: Rect, scale: float) -> NDArray[np.uint8]:
        """Noise-free rectangle of the target as the thickest dirt spreads it."""
        sigma = DIRT_BLUR_PX / scale
        reach = int(np.ceil(3.0 * sigma))
        around = (rect[0] - reach, rect[1] - reach, rect[2] + reach, rect[3] + reach)
        spread = cv2.GaussianBlur(self._scene.paint(around, scale), (0, 0), max(sigma, 0.1))
        return np.asarray(
            spread[reach : reach + rect[3] - rect[1], reach : reach + rect[2] - rect[0]], np.uint8
        )

    def _dirt(self, rect: Rect, scale: float) -> NDArray[np.uint8] | None:
        """Dirt before a rectangle of the target: its map, stretched over the sensor."""
        size = (rect[2] - rect[0], rect[3] - rect[1])
        dirt = None if self._exposure is None else self._exposure.dirt
        if dirt is None:
            return None
        x_step = dirt.shape[1] * scale / self._camera.sensor_width_px
        y_step = dirt.shape[0] * scale / self._camera.sensor_height_px
        # OpenCV puts pixel centres at whole numbers, the world at whole numbers plus a half
        to_map = np.array(
            [
                [x_step, 0.0, (rect[0] + 0.5) * x_step - 0.5],
                [0.0, y_step, (rect[1] + 0.5) * y_step - 0.5],
            ]
        )
        cover = cv2.warpAffine(
            dirt,
            to_map,
            size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(cover, np.uint8)
