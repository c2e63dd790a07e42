"""Something throws a hard shadow across the label."""

from dataclasses import replace

import numpy as np

from scenarios.degradations import KINDS
from sim.degradations.exposure import Exposure
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.veil import SHADE_PX_PER_MM, Shade

__all__ = ["apply"]

MARGIN_MM = 260.0
RIM_MM = 40.0


def apply(item: Exposure, severity: int, rng: np.random.Generator) -> Exposure:
    """Lay the shadow of a straight thing over the label.

    A beam, a cable tray or a tall neighbour leaves a band in shadow, 40 to 110 mm wide, through a
    random point of the label; its edges are as soft as the lamp is large.  The severity's level is
    the share of light that is missing in it: the rest is stray light of the hall.

    The shade falls over any there was.
    """
    level = KINDS["shadow"].levels[severity - 1]
    angle = rng.uniform(0.0, np.pi)
    point = (rng.uniform(0.2, 0.8) * LABEL_WIDTH_MM, rng.uniform(0.2, 0.8) * LABEL_HEIGHT_MM)
    half = 0.5 * rng.uniform(40.0, 110.0)
    soft = rng.uniform(1.5, 6.0)
    width, height = (
        round((size + 2.0 * MARGIN_MM) * SHADE_PX_PER_MM)
        for size in (LABEL_WIDTH_MM, LABEL_HEIGHT_MM)
    )
    x = ((np.arange(width, dtype=np.float32) + 0.5) / SHADE_PX_PER_MM - MARGIN_MM)[None, :]
    y = ((np.arange(height, dtype=np.float32) + 0.5) / SHADE_PX_PER_MM - MARGIN_MM)[:, None]
    across = np.float32(-np.sin(angle)) * (x - np.float32(point[0]))
    across = across + np.float32(np.cos(angle)) * (y - np.float32(point[1]))
    depth = np.clip((half - np.abs(across)) / np.float32(soft) + 0.5, 0.0, 1.0)
    # the picture of the shadow ends in full light, and far from the label
    from_edge = np.minimum(
        np.minimum(x + MARGIN_MM, LABEL_WIDTH_MM + MARGIN_MM - x),
        np.minimum(y + MARGIN_MM, LABEL_HEIGHT_MM + MARGIN_MM - y),
    )
    depth *= np.clip(from_edge / np.float32(RIM_MM), 0.0, 1.0)
    light = np.rint(255.0 * (1.0 - np.float32(level) * depth)).astype(np.uint8)
    if item.shade is not None:
        light = np.minimum(light, item.shade.light)
    light.setflags(write=False)
    return replace(item, shade=Shade(light=light, margin_mm=MARGIN_MM))
