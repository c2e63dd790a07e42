"""Clear packing tape over the print."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scenarios.degradations import KINDS
from sim.frames.article import LabelArticle, label_grid_mm
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.texture import crop, periodic_noise

__all__ = ["apply"]

BANK_PX = 1024
TAPE_MM = 50.0
STRIPS = 3
GLOSS = 230
HAZE = np.array([226.0, 222.0, 208.0], np.float32)
"""What the tape sends back of the hall's light: milky, a little yellow."""


@lru_cache(maxsize=1)
def _bubbles() -> NDArray[np.float32]:
    """Where the tape does not stick: blisters that run along it."""
    shape = (BANK_PX, BANK_PX)
    noise = periodic_noise("tape bubbles", shape, (7.0, 20.0), 1.6)
    return np.asarray(noise + 0.4 * periodic_noise("tape grain", shape, (2.0, 6.0)), np.float32)


def apply(item: LabelArticle, severity: int, rng: np.random.Generator) -> LabelArticle:
    """Seal the label with clear tape.

    Strips 50 mm wide, laid side by side with a little overlap, cover most of the label.  The tape
    scatters the severity's level of the light, more where it has not stuck; along its length it
    mirrors a lamp in a streak; it is glossy, so `glare` burns it out more than paper.
    """
    level = KINDS["clear_tape"].levels[severity - 1]
    along_x = rng.random() < 0.5
    angle = (0.0 if along_x else 0.5 * np.pi) + rng.normal(0.0, np.radians(5.0))
    start = rng.uniform(-8.0, 8.0)
    streaks, widths = rng.uniform(-0.7, 0.7, size=STRIPS), rng.uniform(2.0, 6.0, size=STRIPS)
    corner = [int(v) for v in rng.integers(0, BANK_PX, size=2)]
    x, y = label_grid_mm(item)
    x, y = x - np.float32(0.5 * LABEL_WIDTH_MM), y - np.float32(0.5 * LABEL_HEIGHT_MM)
    across = np.float32(-np.sin(angle)) * x + np.float32(np.cos(angle)) * y - np.float32(start)
    along = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y
    reach = 0.5 * (LABEL_WIDTH_MM if along_x else LABEL_HEIGHT_MM) + 14.0
    index = np.floor((across + 0.5 * STRIPS * TAPE_MM) / np.float32(TAPE_MM))
    tape = (index >= 0) & (index < STRIPS) & (np.abs(along) < reach)
    height, width = item.alpha.shape
    place = (across + 0.5 * STRIPS * TAPE_MM) / np.float32(TAPE_MM) - index
    loose = crop(_bubbles(), corner[0], corner[1], width, height)
    blister = np.clip((loose - 0.9) / 0.5, 0.0, 1.0)
    haze = np.float32(level) * (1.0 + 0.45 * blister - 0.12 * np.clip(-loose, 0.0, 1.0))
    strip = np.clip(index, 0, STRIPS - 1).astype(np.intp)
    centre = (0.5 + 0.5 * streaks).astype(np.float32)[strip]
    lobe = (place - centre) * (np.float32(TAPE_MM) / widths.astype(np.float32)[strip])
    mirror = np.exp(-(lobe * lobe)) * tape
    wobble = 0.75 + 0.25 * np.tanh(loose)
    glow = np.asarray(230.0 * level * mirror * wobble, np.float32)
    rim = np.clip(1.0 - np.minimum(place, 1.0 - place) * np.float32(TAPE_MM / 0.7), 0.0, 1.0)
    haze = np.asarray(np.clip(haze + 0.10 * rim, 0.0, 0.97), np.float32)
    rgb = item.rgb.astype(np.float32)
    sealed = rgb + haze[:, :, None] * (HAZE - rgb) + glow[:, :, None]
    sealed -= (22.0 * rim)[:, :, None]
    sheen = _over_parcel(item.alpha, haze, glow, tape)
    held = tape & (item.alpha > 0)
    rgb[held] = np.clip(sealed[held], 0.0, 255.0)
    bare = tape & (item.alpha == 0)
    rgb[bare] = HAZE
    gloss = np.where(tape, np.uint8(GLOSS), np.uint8(0))
    if item.gloss is not None:
        gloss = np.maximum(gloss, item.gloss)
    return replace(
        item, rgb=np.rint(rgb).astype(np.uint8), alpha=sheen, gloss=np.asarray(gloss, np.uint8)
    )


def _over_parcel(
    alpha: NDArray[np.uint8],
    haze: NDArray[np.float32],
    glow: NDArray[np.float32],
    tape: NDArray[np.bool_],
) -> NDArray[np.uint8]:
    """Alpha with the tape's own haze where it lies on the parcel beside the label."""
    own = np.where(tape, 255.0 * np.clip(0.35 * haze + glow / 400.0, 0.0, 0.8), 0.0)
    return np.maximum(alpha, own.astype(np.uint8))
