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
STREAK_SD, STREAK_REACH = 2.5, 1.1
"""How steep a flank must be to mirror a lamp, in sd; less so the more the film is crumpled."""
GLINT = 190.0
"""Counts that a lamp's mirror image adds."""
BEND_MM = 0.7
"""How far the folds of a film that takes all contrast would bend the print beneath them."""


@lru_cache(maxsize=1)
def _slope() -> NDArray[np.float32]:
    """Slope of the film across its folds, in standard deviations."""
    shape = (BANK_PX, BANK_PX)
    long = periodic_noise("plastic folds", shape, (46.0, 300.0), 3.0)
    cross = periodic_noise("plastic creases", shape, (170.0, 52.0), 3.0)
    height = 30.0 * (long + 0.35 * cross) - 7.0 * np.sqrt(cross * cross + 0.02)
    slope = np.roll(height, -1, axis=0) - np.roll(height, 1, axis=0)
    slope += 0.5 * (np.roll(height, -1, axis=1) - np.roll(height, 1, axis=1))
    return np.asarray(slope / slope.std(), np.float32)


def apply(item: LabelArticle, severity: int, rng: np.random.Generator) -> LabelArticle:
    """Put the label under film.

    The film takes the severity's level of the contrast by scattering light; its folds mirror the
    lamps in thin streaks, more and brighter the less it lets through; they bend the print a little.
    It is glossy everywhere, so `glare` burns it out more than paper.
    """
    level = KINDS["film"].levels[severity - 1]
    corner = [int(v) for v in rng.integers(0, BANK_PX, size=2)]
    turned = rng.random() < 0.5
    height, width = item.alpha.shape
    bank = _slope()
    slope = crop(bank.T if turned else bank, corner[0], corner[1], width, height)
    # a lamp shows where the film leans towards it, on either flank of a fold
    lean = np.abs(slope - np.float32(0.15)) - np.float32(STREAK_SD - STREAK_REACH * level)
    streak = np.clip(lean / np.float32(0.5), 0.0, 1.0) ** 1.5
    bend = np.float32(BEND_MM * level * item.px_per_mm) * np.tanh(slope)
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
    glow = np.float32(GLINT) * streak
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
