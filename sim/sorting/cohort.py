"""Cohorts: groups of parcels whose random draws stand on streams of their own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.streams import Streams

__all__ = ["Cohort", "per_parcel"]


@dataclass(frozen=True, slots=True)
class Cohort:
    """The base parcels of one lane, or the extra parcels of one surge on one lane.

    Attributes
    ----------
    name : tuple of str and int
        Suffix of the names of its random streams.
    lane : int
    surge : bool
    start : int
        Number of its first parcel in the population.
    count : int
    """

    name: tuple[str | int, ...]
    lane: int
    surge: bool
    start: int
    count: int

    @property
    def numbers(self) -> range:
        """Numbers of its parcels in the population."""
        return range(self.start, self.start + self.count)


def per_parcel(
    cohorts: Sequence[Cohort],
    streams: Streams,
    name: tuple[str | int, ...],
    draw: Callable[[np.random.Generator, int], NDArray[Any]],
) -> NDArray[Any]:
    """Draw one row a parcel, each cohort from its own stream.

    A parcel's row depends on the stream's name, its cohort and its index in the cohort, never on
    how many parcels other cohorts (or its own, after it) have.

    Parameters
    ----------
    cohorts : sequence of Cohort
        In population order.
    streams : Streams
    name : tuple of str and int
        What is drawn.
    draw : callable (generator, count) -> ndarray with `count` rows
        Must consume the generator row by row.

    Returns
    -------
    ndarray, shape (n, ...)
    """
    return np.concatenate(
        [draw(streams.generator(*name, *cohort.name), cohort.count) for cohort in cohorts]
    )
