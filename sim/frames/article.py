"""A label as an article: its surface, where it still is, what of its print is left."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.label_templates import DOTS_PER_MM
from sim.frames.printing import LabelPrint, LineMm

__all__ = ["MARGIN_MM", "LabelArticle", "label_article", "label_grid_mm", "visible_glyph_share"]

MARGIN_MM = 25.0
"""Canvas around the label, so that tape can reach over its edge onto the parcel."""


@dataclass(frozen=True, slots=True)
class LabelArticle:
    """A label, seen from above, on a canvas with a margin around it.

    Attributes
    ----------
    rgb : ndarray of uint8, shape (height, width, 3)
        Surface colours.
    alpha : ndarray of uint8, shape (height, width)
        0 where the parcel beneath shows, 255 where the label or something on it hides it.
    glyphs : ndarray of bool, shape (height, width)
        Ink of the sort code and of the printed tracking id when the label was new.
    hidden : ndarray of bool, shape (height, width)
        Where the print of the new label is no longer to be seen.
    px_per_mm : float
    margin_mm : float
        Canvas beyond the label on every side.
    gloss : ndarray of uint8, shape (height, width), or None
        How strongly the surface mirrors a lamp, beyond what plain paper does; None is paper.
    lines_mm : mapping of str to (left, top, right, bottom)
        Where the fields were printed, in mm from the label's corner (`LabelPrint.lines_mm`).
    symbols_mm : mapping of str to tuple of (left, top, right, bottom)
        Where their symbols were (`LabelPrint.symbols_mm`).
    """

    rgb: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    glyphs: NDArray[np.bool_]
    hidden: NDArray[np.bool_]
    px_per_mm: float
    margin_mm: float
    gloss: NDArray[np.uint8] | None = None
    lines_mm: Mapping[str, LineMm] = field(default_factory=dict)
    symbols_mm: Mapping[str, tuple[LineMm, ...]] = field(default_factory=dict)


def label_grid_mm(
    article: LabelArticle, coarse: int = 1
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Pixel centres in mm from the label's corner: x of shape (1, w), y of shape (h, 1).

    Parameters
    ----------
    article : LabelArticle
    coarse : int
        Take blocks of this many pixels each way as one pixel.
    """
    height, width = article.alpha.shape
    density = article.px_per_mm / coarse
    x = (np.arange(width // coarse, dtype=np.float32) + 0.5) / density - article.margin_mm
    y = (np.arange(height // coarse, dtype=np.float32) + 0.5) / density - article.margin_mm
    return x[None, :].astype(np.float32), y[:, None].astype(np.float32)


@lru_cache(maxsize=4)
def _outline(px_per_mm: float, margin_mm: float) -> NDArray[np.uint8]:
    """Alpha of a new label: a rectangle with corners rounded at 2 mm."""
    x_mm, y_mm = (
        (np.arange(round((size + 2 * margin_mm) * px_per_mm)) + 0.5) / px_per_mm - margin_mm
        for size in (LABEL_WIDTH_MM, LABEL_HEIGHT_MM)
    )
    radius = 2.0
    dx = np.abs(x_mm - 0.5 * LABEL_WIDTH_MM) - (0.5 * LABEL_WIDTH_MM - radius)
    dy = np.abs(y_mm - 0.5 * LABEL_HEIGHT_MM) - (0.5 * LABEL_HEIGHT_MM - radius)
    outside = np.hypot(np.maximum(dx, 0.0)[None, :], np.maximum(dy, 0.0)[:, None])
    inside = np.minimum(np.maximum(dx[None, :], dy[:, None]), 0.0)
    distance = outside + inside - radius
    alpha = np.asarray(255.0 * np.clip(0.5 - distance * px_per_mm, 0.0, 1.0), np.uint8)
    alpha.setflags(write=False)
    return alpha


def label_article(
    printed: LabelPrint, paper: tuple[int, int, int], px_per_mm: float = 4.0
) -> LabelArticle:
    """Put a print on paper.

    Parameters
    ----------
    printed : LabelPrint
    paper : (red, green, blue)
        Colour of the blank paper.
    px_per_mm : float
        Density of the article, at most `DOTS_PER_MM`.
    """
    alpha = _outline(px_per_mm, MARGIN_MM)
    size = (round(LABEL_WIDTH_MM * px_per_mm), round(LABEL_HEIGHT_MM * px_per_mm))
    ink = printed.ink
    if px_per_mm != DOTS_PER_MM:
        ink = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.uint8)
    cover = printed.density * np.arange(256, dtype=np.float64)[:, None] / 255.0
    palette = (np.asarray(paper)[None, :] * (1.0 - cover)).round().astype(np.uint8)
    edge = round(MARGIN_MM * px_per_mm)
    # the margin repeats the blank rim of the paper, so that the label's edge blends with itself
    canvas = cv2.copyMakeBorder(ink, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=(0.0,))
    rgb = np.asarray(cv2.applyColorMap(canvas, palette[:, None, :]), np.uint8)
    glyphs = np.zeros(alpha.shape, np.bool_)
    fields = cv2.resize(printed.glyphs.view(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    glyphs[edge : edge + size[1], edge : edge + size[0]] = fields.view(np.bool_)
    return LabelArticle(
        rgb=rgb,
        alpha=alpha,
        glyphs=glyphs,
        hidden=np.zeros(alpha.shape, np.bool_),
        px_per_mm=px_per_mm,
        margin_mm=MARGIN_MM,
        lines_mm=printed.lines_mm,
        symbols_mm=printed.symbols_mm,
    )


def visible_glyph_share(article: LabelArticle, veiled: NDArray[np.bool_] | None = None) -> float:
    """Share of the glyph area that still shows, in [0, 1].

    Parameters
    ----------
    article : LabelArticle
    veiled : ndarray of bool, shape of the canvas, optional
        What the light hides on top of what the article itself has lost.
    """
    total = int(np.count_nonzero(article.glyphs))
    if total == 0:
        return 0.0
    hidden = article.hidden if veiled is None else article.hidden | veiled
    return 1.0 - int(np.count_nonzero(article.glyphs & hidden)) / total
