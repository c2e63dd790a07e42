"""Somebody wrote over the print."""

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from scenarios.degradations import KINDS
from sim.degradations.field import on_label, share_threshold
from sim.degradations.pen_strokes import written_strokes
from sim.frames.article import LabelArticle
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM

__all__ = ["apply"]

INKS = ((26, 26, 30), (22, 38, 120), (168, 26, 36))
"""Black, blue and red marker."""
INK_SHARES = (0.6, 0.25, 0.15)
NEVER = 1e9


def apply(item: LabelArticle, severity: int, rng: np.random.Generator) -> LabelArticle:
    """Write over the label with a marker.

    Numbers, underlines, crosses and a scrawl, one after the other; the pen stops when exactly the
    severity's level of the label's area is under ink, so a worse severity writes on where a
    milder one stopped.

    Parameters
    ----------
    item : LabelArticle
    severity : int
        1 to 5; levels in `scenarios.degradations`.
    rng : numpy.random.Generator

    Returns
    -------
    LabelArticle
        A new article; the given one is untouched.
    """
    level = KINDS["handwriting"].levels[severity - 1]
    colour = np.asarray(INKS[int(rng.choice(len(INKS), p=INK_SHARES))], np.float32)
    nib_mm = rng.uniform(2.0, 3.2)
    strokes = written_strokes(rng, (LABEL_WIDTH_MM, LABEL_HEIGHT_MM))
    when = _when(item, strokes, nib_mm)
    inside = on_label(item)
    stop = -share_threshold(-when, inside, level)
    # outside the label the pen writes on too, but only while it is on it
    ink = (when < min(stop, NEVER)) & (item.alpha > 0)
    cover = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), max(0.10 * item.px_per_mm, 0.1))
    rgb = item.rgb.astype(np.float32)
    # marker ink is a filter: it darkens what is beneath and lets black print show a little
    over = np.minimum(colour, rgb) * 0.97
    rgb += cover[:, :, None] * (over - rgb)
    return replace(item, rgb=np.rint(rgb).astype(np.uint8), hidden=item.hidden | (ink & inside))


def _when(
    item: LabelArticle, strokes: list[NDArray[np.float64]], nib_mm: float
) -> NDArray[np.float32]:
    """When the pen first passes each pixel, in mm of line written; `NEVER` where it does not."""
    when = np.full(item.alpha.shape, NEVER, np.float32)
    written = 0.0
    segments: list[tuple[NDArray[np.float64], NDArray[np.float64], float]] = []
    for stroke in strokes:
        for start, end in pairwise(stroke):
            written += float(np.hypot(*(end - start)))
            segments.append((start, end, written))
    thickness = max(1, round(nib_mm * item.px_per_mm))
    # the latest first, so that the earliest passage stays
    for start, end, at in reversed(segments):
        a, b = (
            tuple(int(v) for v in np.rint(((p + item.margin_mm) * item.px_per_mm - 0.5) * 16.0))
            for p in (start, end)
        )
        cv2.line(when, a, b, (at,), thickness, cv2.LINE_8, 4)
    return when
