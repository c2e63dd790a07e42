"""A worn thermal head prints pale, with missing dots and the lines of dead elements."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scenarios.degradations import KINDS
from sim.degradations.field import on_label
from sim.degradations.paper import inked, paper_colour
from sim.frames.article import LabelArticle, label_grid_mm
from sim.frames.label import LABEL_WIDTH_MM
from sim.frames.texture import crop, periodic_noise

__all__ = ["apply"]

BANK_PX = 1024
DEAD_GROUPS = 14
DOT_MM = 0.125


@lru_cache(maxsize=1)
def _dropout() -> NDArray[np.float32]:
    """How badly each spot prints: single dots, and the clouds in which they fail."""
    shape = (BANK_PX, BANK_PX)
    dots = periodic_noise("print dots", shape, (1.4, 1.4))
    return np.asarray(dots + 0.7 * periodic_noise("print clouds", shape, (60.0, 14.0)), np.float32)


def apply(item: LabelArticle, severity: int, rng: np.random.Generator) -> LabelArticle:
    """Print the label on a worn head.

    The ink keeps one minus the severity's level of its darkness, less on the side where the head
    presses lightly; dots are missing, more of them the paler the print; groups of one to six dead
    elements (0.125 mm each) leave white lines along the feed, through every bar and letter that
    they meet.  More elements are dead at worse severities, and those of the milder ones still are.

    Drawn by the batch: all labels off one printer have the same dead elements.
    """
    level = KINDS["faded_print"].levels[severity - 1]
    tilt, middle = rng.uniform(-0.30, 0.30), rng.uniform(0.3, 0.7)
    at, lines = (
        rng.uniform(3.0, LABEL_WIDTH_MM - 3.0, size=DEAD_GROUPS),
        rng.integers(1, 7, size=DEAD_GROUPS),
    )
    corner = rng.integers(0, BANK_PX, size=2)
    height, width = item.alpha.shape
    x, _ = label_grid_mm(item)
    pressure = 1.0 + tilt * (x / LABEL_WIDTH_MM - middle)
    spots = crop(_dropout(), int(corner[0]), int(corner[1]), width, height)
    # from a few missing dots to every other one
    threshold = np.float32(3.6 - 2.8 * level)
    printed = np.clip((threshold - spots) / np.float32(0.7) + 0.5, 0.0, 1.0)
    keep = np.float32(1.0 - level) * pressure.astype(np.float32) * printed
    # printing a dot less dark also spares the light ones' rims: the mean is kept near the level
    dead = _dead(x[0], item.px_per_mm, at, lines, round(DEAD_GROUPS * level))
    keep = keep * (1.0 - dead[None, :])
    paper = paper_colour(item)
    rgb = inked(item.rgb, paper, np.clip(keep, 0.0, 1.0).astype(np.float32))
    gone = (dead > 0.5)[None, :] & on_label(item)
    return replace(item, rgb=rgb, hidden=item.hidden | gone)


def _dead(
    x_mm: NDArray[np.float32],
    px_per_mm: float,
    at_mm: NDArray[np.float64],
    lines: NDArray[np.int64],
    groups: int,
) -> NDArray[np.float32]:
    """Share of each column of the canvas that dead elements leave white."""
    dead = np.zeros(x_mm.size, np.float32)
    half_px = 0.5 / px_per_mm
    for centre, count in zip(at_mm[:groups], lines[:groups], strict=True):
        low, high = centre - 0.5 * count * DOT_MM, centre + 0.5 * count * DOT_MM
        cover = np.minimum(x_mm + half_px, high) - np.maximum(x_mm - half_px, low)
        dead += np.clip(cover * px_per_mm, 0.0, 1.0).astype(np.float32)
    return np.clip(dead, 0.0, 1.0)
