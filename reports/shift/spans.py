"""Times of events as levels a fixed number of bins can hold, however long the shift."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["BINS", "covered", "most_waiting"]

BINS = 240
"""Columns a shift is thinned to: two minutes each over eight hours."""

Values = NDArray[np.float64]


def most_waiting(came_s: Values, gone_s: Values, edges: Values) -> NDArray[np.int64]:
    """Most that waited at once within each bin, so that thinning hides no peak.

    Parameters
    ----------
    came_s, gone_s : ndarray
        When each joined, and when each left the queue; need not be paired or ordered.
    edges : ndarray, shape (bins + 1,)
        Rising.

    Returns
    -------
    ndarray of int64, shape (bins,)
        A parcel that comes and goes at one moment did not wait.
    """
    came_s, gone_s = np.sort(came_s), np.sort(gone_s)
    looks = np.concatenate((edges[:-1], came_s))
    waiting = np.searchsorted(came_s, looks, "right") - np.searchsorted(gone_s, looks, "right")
    bins = np.clip(np.searchsorted(edges, looks, "right") - 1, -1, len(edges) - 1)
    most = np.zeros(len(edges) - 1, dtype=np.int64)
    inside = (bins >= 0) & (bins < len(most))
    np.maximum.at(most, bins[inside], waiting[inside])
    return most


def covered(start_s: Values, end_s: Values, edges: Values) -> Values:
    """Time that spans cover in each bin, as a multiple of its length, shape (bins,).

    Spans that lie over each other count each: three chutes full at once make 3.
    """
    # Time covered up to t is a sum of ramps, one up at each start and one down at each end.
    total = np.zeros(len(edges))
    for sign, times in ((1.0, start_s), (-1.0, np.maximum(start_s, end_s))):
        times = np.sort(np.asarray(times, dtype=np.float64))
        sums = np.concatenate(([0.0], np.cumsum(times)))
        before = np.searchsorted(times, edges, "right")
        total += sign * (before * edges - sums[before])
    found: Values = np.diff(total) / np.diff(edges)
    # Rounding of sums over a night must not show as a sliver.
    return np.where(np.abs(found) < 1e-9, 0.0, found)
