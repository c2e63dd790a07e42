"""Service times with a given mean and spread, drawn once a parcel and lap."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.sorting.cohort import Cohort, per_parcel
from sim.streams import Streams

__all__ = ["gamma_times"]


def gamma_times(
    cohorts: Sequence[Cohort],
    streams: Streams,
    name: tuple[str | int, ...],
    mean_s: float,
    cv: float,
) -> NDArray[np.float64]:
    """Draw gamma distributed times, shape (n,); the shape parameter is ``1 / cv**2``.

    The mean only scales the draws, so a slower station has the same luck (common random numbers).
    A `cv` of 0 gives constants.
    """
    if cv == 0.0:
        return np.full(sum(cohort.count for cohort in cohorts), mean_s)
    shape = cv**-2.0
    drawn: NDArray[np.float64] = per_parcel(
        cohorts, streams, name, lambda rng, count: rng.standard_gamma(shape, size=count)
    )
    times: NDArray[np.float64] = mean_s * (drawn / shape)
    return times
