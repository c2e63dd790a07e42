"""The fresh or wet print was rubbed."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from scenarios.degradations import KINDS
from sim.degradations.paper import darkness, paper_colour
from sim.frames.article import LabelArticle, label_grid_mm
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM

__all__ = ["apply"]

SMEAR_COLOUR = np.array([29.0, 28.0, 31.0], np.float32)
LIFTED = 0.55
"""Share of the print's darkness that a rub takes with it, over a smear of `LIFTED_MM`."""
LIFTED_MM = 5.0
SPREAD, WETTER_MM = 0.9, 6.0
"""Darkness of a wide bar's trail against the bar's, for a short one; wetter ink runs further and
leaves more: twice as much on a trail of `WETTER_MM`."""


def apply(item: LabelArticle, severity: int, rng: np.random.Generator) -> LabelArticle:
    """Drag the ink across the paper.

    A hand or a wet belt wipes over a band of the label in one direction.  Each dot leaves an
    exponential trail as long as the severity's level and loses what it leaves; the rub grows out
    at the rims of the band, and dirt comes with it.
    """
    level = KINDS["smudged"].levels[severity - 1]
    angle = float(rng.choice([0.0, np.pi])) + rng.normal(0.0, np.radians(28.0))
    point = (rng.uniform(0.3, 0.7) * LABEL_WIDTH_MM, rng.uniform(0.35, 0.75) * LABEL_HEIGHT_MM)
    half = rng.uniform(45.0, 90.0)
    fingers, phase = rng.uniform(0.25, 0.6), rng.uniform(0.0, 2.0 * np.pi)
    x, y = label_grid_mm(item)
    across = np.float32(-np.sin(angle)) * (x - np.float32(point[0]))
    across = across + np.float32(np.cos(angle)) * (y - np.float32(point[1]))
    wiped = np.clip((np.float32(half) - np.abs(across)) / np.float32(12.0), 0.0, 1.0)
    # fingers press harder than the gaps between them
    wiped = wiped * (1.0 - np.float32(0.35 * fingers) * (1.0 + np.sin(0.35 * across + phase)))
    paper = paper_colour(item)
    ink = darkness(item.rgb, paper) * (item.alpha > 127)
    trail = cv2.filter2D(
        ink, -1, _trail(level * item.px_per_mm, angle), borderType=cv2.BORDER_CONSTANT
    )
    lifted = np.float32(LIFTED * (1.0 - np.exp(-level / LIFTED_MM)))
    spread = np.float32(SPREAD * (1.0 + level / WETTER_MM))
    smear = np.clip(spread * trail * wiped, 0.0, 1.0)
    left = np.maximum(ink * (1.0 - lifted * wiped), 0.0)
    shade = np.float32(0.05 * min(level / LIFTED_MM, 1.0)) * wiped
    dark = np.clip(np.maximum(left, smear) + shade, 0.0, 1.0) * (item.alpha > 0)
    palette = paper + np.linspace(0.0, 1.0, 256)[:, None] * (SMEAR_COLOUR - paper)
    colours = np.clip(np.rint(palette), 0.0, 255.0).astype(np.uint8)
    drawn = cv2.applyColorMap(np.rint(255.0 * dark).astype(np.uint8), colours[:, None, :])
    rgb = np.where((wiped > 0.01)[:, :, None], drawn, item.rgb)
    return replace(item, rgb=rgb)


def _trail(length_px: float, angle: float) -> NDArray[np.float32]:
    """Weights of an exponential trail behind a dot, summing to 1 along it."""
    reach = max(1, int(np.ceil(2.5 * length_px)))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    steps = np.arange(0.0, 2.5 * max(length_px, 0.2), 0.25)
    weights = np.exp(-steps / max(length_px, 0.2))
    # the filter looks back along the trail to where the ink came from
    column = np.rint(reach - np.cos(angle) * steps).astype(int).clip(0, 2 * reach)
    row = np.rint(reach - np.sin(angle) * steps).astype(int).clip(0, 2 * reach)
    np.add.at(kernel, (row, column), weights)
    return np.asarray(kernel / kernel.sum(), np.float32)
