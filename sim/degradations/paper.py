"""Ink and paper of a label told apart."""

import numpy as np
from numpy.typing import NDArray

from sim.degradations.field import on_label
from sim.frames.article import LabelArticle

__all__ = ["darkness", "inked", "paper_colour"]


def paper_colour(article: LabelArticle) -> NDArray[np.float32]:
    """Colour of the blank paper: the 99th percentile of each channel on the label, shape (3,)."""
    pixels = article.rgb[::3, ::3][on_label(article)[::3, ::3]]
    if pixels.size == 0:
        pixels = article.rgb.reshape(-1, 3)
    rank = min(int(0.99 * len(pixels)), len(pixels) - 1)
    return np.asarray(np.partition(pixels, rank, axis=0)[rank], np.float32)


def darkness(rgb: NDArray[np.uint8], paper: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much darker than paper each pixel is, from 0 to 1, shape (height, width)."""
    table = 1.0 - np.arange(256, dtype=np.float32) / max(float(paper[1]), 1.0)
    return np.asarray(np.clip(table, 0.0, 1.0)[rgb[:, :, 1]], np.float32)


def inked(
    rgb: NDArray[np.uint8], paper: NDArray[np.float32], keep: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Let each pixel keep a share of its difference from the paper.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (height, width, 3)
    paper : ndarray, shape (3,)
    keep : ndarray of float32 in [0, 1], shape (height, width)
    """
    kept = rgb.astype(np.float32)
    kept -= paper
    kept *= keep[:, :, None]
    kept += paper
    return np.clip(np.rint(kept, out=kept), 0.0, 255.0).astype(np.uint8)
