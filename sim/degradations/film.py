"""The label lies under wrinkled plastic film."""

from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from scenarios.degradations import KINDS
from sim.frames.article import LabelArticle
from sim.frames.texture import crop, periodic_noise

__all__ = ["apply"]

BANK_PX = 1024
GLOSS = 255
MILK = np.array([205.0, 208.0, 212.0], np.float32)
"""What the film sends back of the hall's light."""
BEND_MM = 0.5
"""How far the film's folds bend the print beneath them, at most."""


@lru_cache(maxsize=1)
def _folds() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Slope of the film across its folds, in sd, and where it mirrors a lamp, from 0 to 1."""
    shape = (BANK_PX, BANK_PX)
    long = periodic_noise("plastic folds", shape, (22.0, 150.0), 1.7)
    short = periodic_noise("plastic creases", shape, (60.0, 16.0), 1.5)
    height = long - 0.5 * np.abs(short) - 0.35 * np.abs(long)
    slope = np.roll(height, -1, axis=0) - np.roll(height, 1, axis=0)
    slope += 0.6 * (np.roll(height, -1, axis=1) - np.roll(height, 1, axis=1))
    slope /= slope.std()
    # a lamp shows where the film leans just so: a thin bright line along each fold
    streak = np.exp(-(((slope - 1.25) / 0.30) ** 2)) + 0.6 * np.exp(-(((slope + 1.8) / 0.22) ** 2))
    return np.asarray(slope, np.float32), np.asarray(streak, np.float32)


def apply(item: LabelArticle, severity: int, rng: np.random.Generator) -> LabelArticle:
    """Put the label under film.

    The film takes the severity's level of the contrast by scattering light; its folds mirror the
    lamps in thin streaks, more and brighter the less it lets through; they bend the print a little.
    It is glossy everywhere, so `glare` burns it out more than paper.

    Parameters
    ----------
    item : LabelArticle
    severity : int
        1 to 5; levels in `scenarios.degradations`.
    rng : numpy.random.Generator

    Returns
    -------
    LabelArticle
        A new article; the given one is untouched.
    """
    level = KINDS["film"].levels[severity - 1]
    corner = [int(v) for v in rng.integers(0, BANK_PX, size=2)]
    turned = rng.random() < 0.5
    height, width = item.alpha.shape
    slope, streak = (
        crop(field.T if turned else field, corner[0], corner[1], width, height)
        for field in _folds()
    )
    bend = np.float32(BEND_MM * item.px_per_mm) * np.tanh(slope)
    map_x = np.arange(width, dtype=np.float32)[None, :] + (bend if turned else 0.3 * bend)
    map_y = np.arange(height, dtype=np.float32)[:, None] + (0.3 * bend if turned else bend)
    beneath = cv2.remap(
        item.rgb,
        np.ascontiguousarray(map_x),
        np.ascontiguousarray(map_y),
        interpolation=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    scatter = np.float32(level) * (1.0 + 0.18 * np.tanh(slope))
    milk = np.clip(scatter, 0.0, 0.97)[:, :, None]
    glow = np.float32(60.0 + 210.0 * level) * streak
    seen = beneath + milk * (MILK - beneath) + glow[:, :, None]
    rgb = np.clip(np.rint(seen), 0.0, 255.0).astype(np.uint8)
    # beside the label the film lies on the parcel: its veil and streaks alone
    own = np.clip(0.5 * level + glow / 255.0, 0.0, 0.9) * _towards_rim(item)
    alpha = np.maximum(item.alpha, (255.0 * own).astype(np.uint8))
    gloss = np.full((height, width), GLOSS, np.uint8)
    return replace(item, rgb=rgb, alpha=alpha, gloss=gloss)


def _towards_rim(item: LabelArticle) -> NDArray[np.float32]:
    """1 on the label, falling to 0 at the rim of the canvas."""
    height, width = item.alpha.shape
    margin = max(item.margin_mm * item.px_per_mm, 1.0)
    x = np.minimum(np.arange(width), np.arange(width)[::-1]) / margin
    y = np.minimum(np.arange(height), np.arange(height)[::-1]) / margin
    near = np.minimum(x[None, :], y[:, None])
    return np.clip(near, 0.0, 1.0).astype(np.float32)
