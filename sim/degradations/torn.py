"""A corner or an edge of the label is torn away."""

from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from scenarios.degradations import KINDS
from sim.degradations.field import on_label, share_threshold
from sim.frames.article import LabelArticle, label_grid_mm
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.texture import crop, periodic_noise, roughness

__all__ = ["apply"]

REACH_MM = 260.0
FIBRES_PX = 512
CORE_COLOUR = 246.0


@lru_cache(maxsize=1)
def _fibres() -> NDArray[np.float32]:
    return periodic_noise("paper fibres", (FIBRES_PX, FIBRES_PX), (1.5, 1.5))


def apply(item: LabelArticle, severity: int, rng: np.random.Generator) -> LabelArticle:
    """Tear the label.

    The tear runs straight across the label but for an irregular edge; the share of the label's
    area that loses its print is exactly the severity's level.  Along the edge the top layer often
    comes off further than the paper beneath, and leaves a white fibrous seam without print.
    """
    level = KINDS["torn"].levels[severity - 1]
    angle = rng.uniform(0.0, 2.0 * np.pi)
    edge = roughness(rng, REACH_MM, amplitude_mm=1.7)
    seam = np.abs(roughness(rng, REACH_MM, amplitude_mm=0.8)) * (rng.random() < 0.7)
    fibre_x, fibre_y = (int(value) for value in rng.integers(0, FIBRES_PX, size=2))
    height, width = item.alpha.shape
    # the line is smooth on the scale of a pixel: found at half density where pixels are small
    coarse = 2 if height % 2 == width % 2 == 0 and item.px_per_mm >= 4.0 else 1
    x, y = label_grid_mm(item, coarse)
    x, y = x - 0.5 * LABEL_WIDTH_MM, y - 0.5 * LABEL_HEIGHT_MM
    across = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y
    along = np.float32(-np.sin(angle)) * x + np.float32(np.cos(angle)) * y
    sample = np.clip(2.0 * (along + 0.5 * REACH_MM), 0, edge.size - 1).astype(np.int32)
    both = np.dstack([across + edge[sample], seam[sample]])
    if coarse > 1:
        both = np.asarray(cv2.resize(both, (width, height), interpolation=cv2.INTER_LINEAR))
    field, bare_reach = both[..., 0], both[..., 1]
    line = share_threshold(field, on_label(item), level)
    lost = field > line
    fibres = crop(_fibres(), fibre_x, fibre_y, width, height)
    # fibres make the outer rim of the seam ragged
    reach = field - line - bare_reach + 0.12 * fibres
    bare = lost & (reach < 0.0)
    gone = lost & ~bare
    rgb = item.rgb.copy()
    rgb[bare] = np.clip(CORE_COLOUR + 5.0 * fibres[bare, None], 0.0, 255.0).astype(np.uint8)
    alpha = item.alpha.copy()
    alpha[gone] = 0
    return replace(item, rgb=rgb, alpha=alpha, hidden=item.hidden | lost)
