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
    """
    level = KINDS["handwriting"].levels[severity - 1]
    colour = np.asarray(INKS[int(rng.choice(len(INKS), p=INK_SHARES))], np.float32)
    nib_mm = rng.uniform(1.3, 2.4)
    strokes = written_strokes(rng, (LABEL_WIDTH_MM, LABEL_HEIGHT_MM))
    when = _when(item, strokes, nib_mm)
    inside = on_label(item)
    stop = -share_threshold(-when, inside, level)
    # outside the label the pen writes on too, but only while it is on it
    ink = (when < min(stop, NEVER)) & (item.alpha > 0)
    cover = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), max(0.10 * item.px_per_mm, 0.1))
    wet = cover > 0.004
    # marker ink is a filter: it darkens what is beneath and lets black print show a little
    beneath = item.rgb[wet].astype(np.float32)
    over = np.minimum(colour, beneath) * np.float32(0.97)
    rgb = item.rgb.copy()
    rgb[wet] = np.rint(beneath + cover[wet][:, None] * (over - beneath)).astype(np.uint8)
    return replace(item, rgb=rgb, hidden=item.hidden | (ink & inside))


def _when(
    item: LabelArticle, strokes: list[NDArray[np.float64]], nib_mm: float
) -> NDArray[np.float32]:
    """When the pen first passes each pixel, in mm of line written; `NEVER` where it does not."""
    when = np.full(item.alpha.shape, NEVER, np.float32)
    thickness = max(1, round(nib_mm * item.px_per_mm))
    lines: list[tuple[tuple[int, int], tuple[int, int], float]] = []
    written = 0.0
    for stroke in strokes:
        along = written + np.append(0.0, np.cumsum(np.hypot(*np.diff(stroke, axis=0).T)))
        # shorter steps than this part of a nib's width would not be seen
        steps = np.arange(written, along[-1], 0.45 * nib_mm)
        x, y = (np.interp(np.append(steps, along[-1]), along, axis) for axis in stroke.T)
        points = np.column_stack([x, y]) + item.margin_mm
        whole = np.rint((points * item.px_per_mm - 0.5) * 16.0).astype(int).tolist()
        times = np.append(steps[1:], along[-1]).tolist()
        lines += [
            ((a[0], a[1]), (b[0], b[1]), at)
            for (a, b), at in zip(pairwise(whole), times, strict=True)
        ]
        written = float(along[-1])
    # the latest first, so that the earliest passage stays
    for start, end, at in reversed(lines):
        cv2.line(when, start, end, (at,), thickness, cv2.LINE_8, 4)
    return when
