"""A strip of packing tape covers part of the label."""

from dataclasses import replace

import numpy as np

from scenarios.degradations import KINDS
from sim.degradations.field import on_label, share_threshold
from sim.frames.article import LabelArticle, label_grid_mm
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM

__all__ = ["apply"]

COLOURS = ((164, 120, 74), (188, 150, 104), (212, 210, 204), (92, 94, 98), (48, 46, 46))
"""Brown and tan packing tape, white paper tape, grey fabric tape, black tape."""


def apply(item: LabelArticle, severity: int, rng: np.random.Generator) -> LabelArticle:
    """Lay a strip of tape over the label.

    The strip goes through a random point of the label at a random angle and is as wide as it must
    be to cover exactly the severity's level of the label's area.  It hides nearly all of what is
    beneath (at least 93 % of the contrast), and reaches past the label's edge onto the parcel.
    """
    level = KINDS["taped"].levels[severity - 1]
    angle = rng.choice([0.0, 0.5 * np.pi]) + rng.normal(0.0, np.radians(18.0))
    point = (rng.uniform(0.15, 0.85) * LABEL_WIDTH_MM, rng.uniform(0.12, 0.88) * LABEL_HEIGHT_MM)
    colour = np.asarray(COLOURS[int(rng.integers(len(COLOURS)))], np.float32)
    colour = np.clip(colour + rng.normal(0.0, 5.0), 20.0, 235.0).astype(np.float32)
    opacity = np.float32(rng.uniform(0.93, 1.0))
    streaks = rng.normal(0.0, 1.0, size=512).astype(np.float32)
    overhang = rng.uniform(6.0, 20.0, size=2)
    teeth = rng.uniform(1.2, 2.4)
    gloss = rng.uniform(4.0, 16.0)
    x, y = label_grid_mm(item)
    x, y = x - np.float32(point[0]), y - np.float32(point[1])
    along = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y
    across = np.float32(-np.sin(angle)) * x + np.float32(np.cos(angle)) * y
    inside = on_label(item)
    half = -share_threshold(-np.abs(across), inside, level)
    if not np.isfinite(half):
        return item
    low, high = float(along[inside].min()), float(along[inside].max())
    # a tape dispenser cuts in teeth; the cut lies beyond the label on either side
    zigzag = teeth * np.abs((across / np.float32(2.0 * teeth)) % 1.0 - 0.5)
    cut = (along > low - overhang[0] + zigzag) & (along < high + overhang[1] - zigzag)
    tape = (np.abs(across) < half) & cut
    row = np.clip(across[tape] * 4.0 + 256.0, 0, 511).astype(np.int32)
    place = across[tape] / np.float32(max(half, 0.1))
    shade = 2.2 * streaks[row] + gloss * np.exp(-(((place - 0.3) / 0.35) ** 2))
    shade -= 22.0 * (np.abs(place) > 1.0 - 0.6 / max(half, 0.7))
    rgb = item.rgb.copy()
    beneath = rgb[tape].astype(np.float32)
    over = colour[None, :] + shade[:, None]
    mixed = np.where(item.alpha[tape, None] > 0, over + (1.0 - opacity) * (beneath - over), over)
    rgb[tape] = np.clip(mixed, 0.0, 255.0).astype(np.uint8)
    alpha = item.alpha.copy()
    alpha[tape] = 255
    return replace(item, rgb=rgb, alpha=alpha, hidden=item.hidden | tape)
