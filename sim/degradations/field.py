"""Exact shares of an area: thresholds of a scalar field over a label."""

import numpy as np
from numpy.typing import NDArray

from sim.frames.article import LabelArticle, label_grid_mm
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM

__all__ = ["on_label", "share_threshold"]


def on_label(article: LabelArticle) -> NDArray[np.bool_]:
    """Pixels of the canvas that lie within the label's outline."""
    x, y = label_grid_mm(article)
    inside: NDArray[np.bool_] = (x > 0.0) & (x < LABEL_WIDTH_MM) & (y > 0.0) & (y < LABEL_HEIGHT_MM)
    return inside


def share_threshold(field: NDArray[np.float32], inside: NDArray[np.bool_], share: float) -> float:
    """Value that the field exceeds on `share` of the pixels inside; infinite where none are.

    Large grids are thinned to every third pixel each way: the share then holds to about 0.1 %.
    """
    step = 3 if min(field.shape) >= 200 else 1
    values = field[::step, ::step][inside[::step, ::step]]
    if values.size == 0:
        return float("inf")
    rank = min(int((1.0 - share) * values.size), values.size - 1)
    return float(np.partition(values, rank)[rank])
