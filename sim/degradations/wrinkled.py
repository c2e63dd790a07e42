"""The label is creased."""

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
BANK_PX_PER_MM = 4.0
DRIFT = 1.15
"""How far print moves sideways for each mm of height: paper that rises is drawn together."""
SHADE = 0.42
"""Share of the light that a slope of one towards or away from the lamp gains or loses."""


@lru_cache(maxsize=1)
def _crumple() -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Periodic height of crumpled paper in units of its amplitude, and its slopes a mm."""
    shape = (BANK_PX, BANK_PX)
    unit = BANK_PX_PER_MM
    long = periodic_noise("wrinkles", shape, (34.0 * unit, 22.0 * unit), 1.9)
    short = periodic_noise("creases of paper", shape, (13.0 * unit, 17.0 * unit), 1.7)
    # paper folds along lines: sharp where the noise changes sign, flat facets in between
    height = 0.5 * long - 1.1 * np.abs(long) - 0.55 * np.abs(short)
    height -= height.mean()
    height /= np.abs(height).max()
    slope_x = 0.5 * unit * (np.roll(height, -1, axis=1) - np.roll(height, 1, axis=1))
    slope_y = 0.5 * unit * (np.roll(height, -1, axis=0) - np.roll(height, 1, axis=0))
    fields = tuple(np.asarray(field, np.float32) for field in (height, slope_x, slope_y))
    return fields[0], fields[1], fields[2]


def apply(item: LabelArticle, severity: int, rng: np.random.Generator) -> LabelArticle:
    """Crumple the label.

    The paper rises and falls in facets between folds, by up to the severity's level.  Seen from
    above the print is drawn together where the paper is steep, and the facets are lit by how they
    face the lamps.
    """
    level = KINDS["wrinkled"].levels[severity - 1]
    corner = [int(v) for v in rng.integers(0, BANK_PX, size=2)]
    lamp = rng.uniform(0.0, 2.0 * np.pi)
    height, width = item.alpha.shape
    slopes = []
    for field in _crumple()[1:]:
        scale = item.px_per_mm / BANK_PX_PER_MM
        size = (max(1, round(width / scale)), max(1, round(height / scale)))
        part = crop(field, corner[0], corner[1], *size)
        if part.shape != (height, width):
            part = np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_LINEAR))
        slopes.append(level * part)
    slope_x, slope_y = slopes
    # seen from above, a facet that leans shows its print shifted along the lean
    reach = np.float32(DRIFT * level * item.px_per_mm)
    map_x = np.arange(width, dtype=np.float32)[None, :] + reach * np.tanh(slope_x)
    map_y = np.arange(height, dtype=np.float32)[:, None] + reach * np.tanh(slope_y)
    rgb = _bent(item.rgb, map_x, map_y)
    alpha = _bent(item.alpha, map_x, map_y)
    facing = np.float32(np.cos(lamp)) * slope_x + np.float32(np.sin(lamp)) * slope_y
    light = 1.0 + SHADE * np.tanh(facing)
    light = np.where(item.alpha > 0, light, 1.0)
    lit = np.clip(rgb * light[:, :, None], 0.0, 255.0)
    return replace(item, rgb=np.rint(lit).astype(np.uint8), alpha=alpha)


def _bent(
    picture: NDArray[np.uint8], map_x: NDArray[np.float32], map_y: NDArray[np.float32]
) -> NDArray[np.uint8]:
    bent = cv2.remap(
        picture, map_x, map_y, interpolation=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(bent, np.uint8)
