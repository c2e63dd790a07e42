"""A lamp's specular lobe saturates part of the label."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scenarios.degradations import KINDS
from sim.degradations.exposure import Exposure
from sim.degradations.field import share_threshold
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.texture import roughness
from sim.frames.veil import VEIL_PX_PER_MM, Veil

__all__ = ["apply", "saturated"]

MARGIN_MM = 70.0
RIM_MM = 35.0
FULL = 255
"""Counts at which even black print is white."""


def apply(item: Exposure, severity: int, rng: np.random.Generator) -> Exposure:
    """Let a lamp shine off the label.

    The lobe is an ellipse about a random point of the label, as lamps over a belt are long; waves
    in the surface break its rim.  On exactly the severity's level of the label's area the light
    alone fills the pixel well; beyond, it fades over some millimetres and takes the contrast.

    The veil adds to any there was.
    """
    level = KINDS["glare"].levels[severity - 1]
    centre = (rng.uniform(0.15, 0.85) * LABEL_WIDTH_MM, rng.uniform(0.12, 0.88) * LABEL_HEIGHT_MM)
    angle, aspect = rng.uniform(0.0, np.pi), rng.uniform(1.3, 3.2)
    fade = rng.uniform(6.0, 18.0)
    width, height = (
        round((size + 2.0 * MARGIN_MM) * VEIL_PX_PER_MM)
        for size in (LABEL_WIDTH_MM, LABEL_HEIGHT_MM)
    )
    x = ((np.arange(width, dtype=np.float32) + 0.5) / VEIL_PX_PER_MM - MARGIN_MM)[None, :]
    y = ((np.arange(height, dtype=np.float32) + 0.5) / VEIL_PX_PER_MM - MARGIN_MM)[:, None]
    dx, dy = x - np.float32(centre[0]), y - np.float32(centre[1])
    long = (np.cos(angle) * dx + np.sin(angle) * dy) / np.sqrt(aspect)
    short = (-np.sin(angle) * dx + np.cos(angle) * dy) * np.sqrt(aspect)
    distance = np.hypot(long, short).astype(np.float32)
    waves = roughness(rng, 400.0, 1.0)
    sample = np.clip(2.0 * (dx + 0.6 * dy + 200.0), 0, waves.size - 1).astype(np.int32)
    distance += 2.2 * waves[sample]
    inside = (x > 0.0) & (x < LABEL_WIDTH_MM) & (y > 0.0) & (y < LABEL_HEIGHT_MM)
    rim = -share_threshold(-distance, inside, level)
    beyond = np.maximum(distance - np.float32(rim), 0.0) / np.float32(fade)
    # the picture of the light ends in darkness, never in an edge, and outside the label
    from_edge = np.minimum(
        np.minimum(x + MARGIN_MM, LABEL_WIDTH_MM + MARGIN_MM - x),
        np.minimum(y + MARGIN_MM, LABEL_HEIGHT_MM + MARGIN_MM - y),
    )
    taper = np.clip(from_edge / np.float32(RIM_MM), 0.0, 1.0)
    light = np.floor(FULL * np.exp(-beyond) * taper * taper * (3.0 - 2.0 * taper)).astype(np.uint8)
    if item.veil is not None:
        light = np.maximum(light, item.veil.light)
    light.setflags(write=False)
    return replace(item, veil=Veil(light=light, margin_mm=MARGIN_MM))


def saturated(veil: Veil) -> NDArray[np.bool_]:
    """Where the veil alone fills the pixel well, shape of its picture."""
    return veil.light >= FULL
