"""Whose parcel it is: shippers, whose parcels come in consignments."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.sorting.cohort import Cohort, per_parcel
from sim.streams import Streams

__all__ = ["SHIPPERS", "draw_shippers"]

SHIPPERS = 40
"""Shippers of a centre; enough that one printer is a small part of a day, few enough to name."""
CONSIGNMENT_PARCELS = 8.0
"""Mean parcels of one shipper in a row: geometric."""
RANK_OFFSET = 2.0
"""Shipper k (from 1) sends a share proportional to 1 / (k + offset): a few large ones."""


def draw_shippers(cohorts: Sequence[Cohort], streams: Streams) -> tuple[str, ...]:
    """Draw the shipper of every parcel, ``S01`` to ``S40``.

    Parcels of a cohort come in consignments, runs of one shipper in the order in which containers
    are tipped.  The draws stand on a stream of their own and change nothing else.

    Returns
    -------
    tuple of str, one a parcel, in population order
    """
    drawn = per_parcel(cohorts, streams, ("population", "shipper"), _consignments)
    return tuple(f"S{int(number) + 1:02d}" for number in drawn)


def _consignments(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Shipper of each of `count` parcels, row by row: earlier rows never depend on later ones."""
    weights = 1.0 / (np.arange(1, SHIPPERS + 1) + RANK_OFFSET)
    edges = np.cumsum(weights / weights.sum())[:-1]
    begins, who = rng.random((count, 2)).T
    new = begins < 1.0 / CONSIGNMENT_PARCELS
    if count:
        new[0] = True
    first = np.maximum.accumulate(np.where(new, np.arange(count), 0))
    return np.asarray(np.searchsorted(edges, who[first], side="right"), np.int64)
