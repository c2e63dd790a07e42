"""The faces of a parcel: board, paper and bags, with seams, fibres and wrinkles."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.frames.pose import is_bag
from sim.frames.texture import crop, periodic_noise
from sim.sorting.parcel import Parcel
from sim.streams import Streams

__all__ = ["FACE_PX_PER_MM", "ParcelArt", "Surface", "parcel_art"]

FACE_PX_PER_MM = 1.6
BANK = (1024, 1024)

COLOURS = {
    "kraft": (178, 140, 100),
    "white_card": (218, 216, 209),
    "brown_paper": (156, 117, 80),
    "grey_bag": (146, 149, 154),
    "black_bag": (38, 38, 42),
    "blue_bag": (46, 84, 150),
}


@dataclass(frozen=True, slots=True)
class Surface:
    """A rectangle of one material, as shades and the colour of each.

    Attributes
    ----------
    shade : ndarray of uint8, shape (height, width)
        At `FACE_PX_PER_MM`; 128 is the material's own colour.
    palette : ndarray of uint8, shape (256, 3)
        RGB of every shade.
    y_mm : float
        How far below the top edge of the face it begins.
    """

    shade: NDArray[np.uint8]
    palette: NDArray[np.uint8]
    y_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class ParcelArt:
    """What a face of a parcel looks like from in front of it.

    Attributes
    ----------
    face : Surface
    tape : Surface or None
        The strip that closes the flaps of a box.
    outline : ndarray of uint8, shape of the face, or None
        Where a bag is; None for a box, whose face is a full rectangle.
    side : (red, green, blue)
        Mean colour, for the sides.
    """

    face: Surface
    tape: Surface | None
    outline: NDArray[np.uint8] | None
    side: tuple[float, float, float]


@lru_cache(maxsize=16)
def _bank(name: str, period_mm: tuple[float, float], exponent: float = 2.0) -> NDArray[np.float32]:
    period = (period_mm[0] * FACE_PX_PER_MM, period_mm[1] * FACE_PX_PER_MM)
    return periodic_noise(name, BANK, period, exponent)


def _patch(
    bank: NDArray[np.float32], rng: np.random.Generator, shape: tuple[int, int]
) -> NDArray[np.float32]:
    x, y = (int(v) for v in rng.integers(0, 1024, size=2))
    return np.asarray(crop(bank, x, y, shape[1], shape[0]), np.float32)


def parcel_art(parcel: Parcel, streams: Streams, face: str = "") -> ParcelArt:
    """Draw the labelled face of a parcel; the same parcel always looks the same.

    Parameters
    ----------
    parcel : Parcel
    streams : Streams
    face : str
        Name of another face, with a surface of its own in the parcel's one colour.  Its size is
        then the parcel's length and width.
    """
    rng = streams.generator("frames", "parcel art", parcel.parcel_id)
    width = max(2, round(parcel.length_mm * FACE_PX_PER_MM))
    height = max(2, round(parcel.width_mm * FACE_PX_PER_MM))
    tint = rng.normal(0.0, 5.0) + rng.normal(0.0, 2.0, size=3)
    colour = np.clip(np.asarray(COLOURS[parcel.material], np.float64) + tint, 8.0, 235.0)
    if face:
        rng = streams.generator("frames", "parcel art", parcel.parcel_id, face)
    shape = (height, width)
    soft = is_bag(parcel.material)
    shade = _bag_shade(rng, shape) if soft else _board_shade(parcel.material, rng, shape)
    # light falls from one side of the hall
    slope = rng.uniform(-0.05, 0.05, size=2)
    shade += np.linspace(-slope[0], slope[0], width, dtype=np.float32)[None, :]
    shade += np.linspace(-slope[1], slope[1], height, dtype=np.float32)[:, None]
    index = np.clip(shade * 128.0 + 128.0, 0.0, 255.0).astype(np.uint8)
    tape = None
    if not soft:
        tape = _box_tape(parcel.material, rng, index, colour)
        _wear(index)
    return ParcelArt(
        face=Surface(index, _palette(colour, gloss=110.0 if soft else 0.0)),
        tape=tape,
        outline=_bag_outline(rng, shape) if soft else None,
        side=(colour[0], colour[1], colour[2]),
    )


def _palette(colour: NDArray[np.float64], gloss: float) -> NDArray[np.uint8]:
    """Colour of each shade; bags turn towards white where they mirror the lamps."""
    level = np.arange(256, dtype=np.float64)[:, None] / 128.0
    mirror = gloss * np.clip(level - 1.35, 0.0, None) ** 1.5
    return np.clip(colour[None, :] * level + mirror, 0.0, 255.0).round().astype(np.uint8)


def _board_shade(
    material: str, rng: np.random.Generator, shape: tuple[int, int]
) -> NDArray[np.float32]:
    shade = 0.030 * _patch(_bank("board fibres", (1.0, 5.0)), rng, shape)
    shade += 0.020 * _patch(_bank("board clouds", (40.0, 60.0)), rng, shape)
    if material == "kraft":
        # the flutes of corrugated board show faintly through the liner
        x = np.arange(shape[1], dtype=np.float32) / np.float32(FACE_PX_PER_MM)
        shade += 0.012 * np.sin(2.0 * np.pi * x / np.float32(7.5))[None, :]
    if material == "brown_paper":
        creases = _patch(_bank("creases", (10.0, 10.0), 1.2), rng, shape)
        shade += 0.09 * np.exp(-((creases / 0.10) ** 2)) - 0.02
        shade += 0.030 * _patch(_bank("paper waves", (24.0, 24.0)), rng, shape)
    return shade


def _bag_shade(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Slope of a wrinkled film towards the light, in units of the film's own brightness."""
    folds = _patch(_bank("film folds", (60.0, 110.0), 1.8), rng, shape)
    creases = _patch(_bank("film creases", (30.0, 60.0), 1.5), rng, shape)
    # creases are sharp where the noise changes sign, and only where the film is slack
    slack = np.clip(folds + 0.4, 0.0, 1.5)
    height = 5.0 * folds - 1.6 * slack * np.abs(creases)
    dx, dy = rng.choice(((1, 2), (2, 1), (0, 2), (2, 0)))
    slope = height - np.roll(height, (dy, dx), axis=(0, 1))
    slope[:2] = 0.0
    slope[:, :2] = 0.0
    return np.asarray(0.42 * slope, np.float32)


def _bag_outline(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Rectangle with soft corners and slightly wavy seams: |x / a(y)|^14 + |y / b(x)|^14 < 1."""
    y, x = (np.linspace(-1.0, 1.0, size, dtype=np.float32) for size in shape)
    phase = rng.uniform(0.0, 2.0 * np.pi, size=4).astype(np.float32)
    reach_x = 0.985 + 0.010 * np.sin(5.0 * y + phase[0]) + 0.006 * np.sin(13.0 * y + phase[1])
    reach_y = 0.985 + 0.010 * np.sin(5.0 * x + phase[2]) + 0.006 * np.sin(13.0 * x + phase[3])
    steep = 255.0 * min(shape) / 28.0
    distance = np.outer(reach_x**-14.0, steep * x**14.0)
    distance += np.outer(steep * y**14.0, reach_y**-14.0)
    return np.clip(np.float32(steep) - distance, 0.0, 255.0).astype(np.uint8)


def _box_tape(
    material: str,
    rng: np.random.Generator,
    shade: NDArray[np.uint8],
    colour: NDArray[np.float64],
) -> Surface | None:
    """The strip that closes the flaps, along the middle of the face, over their seam."""
    if material == "brown_paper" or rng.random() < 0.25:
        return None
    height = shade.shape[0]
    half = round(0.5 * rng.choice([38.0, 48.0, 50.0]) * FACE_PX_PER_MM)
    middle = height // 2 + int(rng.integers(-4, 5))
    y0, y1 = max(middle - half, 0), min(middle + half, height)
    clear = rng.random() < 0.6
    target = np.asarray((205.0, 190.0, 160.0) if clear else (150.0, 108.0, 66.0))
    cover = 0.25 if clear else 0.9
    streaks = np.clip(rng.normal(0.0, 2.5, size=(y1 - y0, 1)), -8.0, 8.0).astype(np.float32)
    strip = np.clip(128.0 + (1.0 - cover) * (shade[y0:y1] - 128.0) + streaks, 0.0, 255.0)
    strip[max(middle - 1 - y0, 0) : middle + 1 - y0] *= 0.74
    strip[[0, -1]] = np.minimum(strip[[0, -1]] + 12.0, 255.0)
    palette = _palette(colour + cover * (target - colour), gloss=0.0)
    return Surface(strip.astype(np.uint8), palette, y0 / FACE_PX_PER_MM)


def _wear(shade: NDArray[np.uint8]) -> None:
    """Worn edges of a box: a light line with a darker one inside it."""
    height, width = shade.shape
    for inset, change in ((0, 16), (1, 8), (2, -8), (3, -4)):
        if min(height, width) <= 2 * inset + 2:
            break
        inside = slice(inset, width - inset)
        rows = slice(inset + 1, height - inset - 1)
        for line in (
            shade[inset, inside],
            shade[height - 1 - inset, inside],
            shade[rows, inset],
            shade[rows, width - 1 - inset],
        ):
            line[:] = np.clip(line.astype(np.int16) + change, 0, 255).astype(np.uint8)
