"""Printed strips: one line of text of any length, cut out as somebody might."""

import cv2
import numpy as np

from sim.frames.typesetting import draw_text

__all__ = ["SYMBOLS", "printed"]

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def printed(text, font, seed, dots=False):
    """Grey print on light paper, a little out of focus and noisy, whole or in dots."""
    rng = np.random.default_rng(seed)
    ink = np.zeros((64, 40 * len(text) + 80), np.uint8)
    draw_text(ink, text, (20.0, 50.0), font, 40)
    if dots:
        down, across = np.mgrid[: ink.shape[0], : ink.shape[1]]
        ink = ink * ((down % 4 - 1.5) ** 2 + (across % 4 - 1.5) ** 2 < 3.0)
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    room = int(rng.integers(2, 12))
    left, top = max(columns[0] - room, 0), max(rows[0] - room, 0)
    cut = ink[top : rows[-1] + room, left : columns[-1] + room]
    grey = cv2.GaussianBlur((235.0 - 0.75 * cut).astype(np.float32), (0, 0), rng.uniform(0.5, 2.0))
    return np.clip(grey + rng.normal(0.0, 8.0, grey.shape), 0, 255).astype(np.uint8)
