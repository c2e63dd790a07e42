"""Means over two crossed samples: a method read on replications, trained with several seeds."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from metrics.estimates import Estimate
from metrics.intervals import LEVEL

__all__ = ["crossed_mean"]


def crossed_mean(values: NDArray[np.float64]) -> Estimate:
    """Estimate a mean whose rows and whose columns are both samples of more.

    Two-way random effects without replicates: the variance of the grand mean is
    ``(MS_rows + MS_columns - MS_rest) / (R C)``, with Satterthwaite's degrees of freedom (Searle,
    Casella and McCulloch, Variance Components, 1992, chapter 4).  Where that estimate is smaller
    than what rows or columns alone give, the larger of those is taken.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
        Of every replication (row) and seed (column).
    """
    rows, columns = values.shape
    mean = float(values.mean())
    if rows < 2 or columns < 2:
        return Estimate(mean, None, None, values.size, rows, "One row or column: no interval.")
    of_rows = values.mean(axis=1) - mean
    of_columns = values.mean(axis=0) - mean
    rest = values - mean - of_rows[:, None] - of_columns[None, :]
    squares = (
        columns * float(np.sum(of_rows**2)) / (rows - 1),
        rows * float(np.sum(of_columns**2)) / (columns - 1),
        float(np.sum(rest**2)) / ((rows - 1) * (columns - 1)),
    )
    freedoms = (rows - 1, columns - 1, (rows - 1) * (columns - 1))
    variance = squares[0] + squares[1] - squares[2]
    if variance <= max(squares[0], squares[1]):
        larger = int(squares[1] > squares[0])
        variance, freedom = squares[larger], float(freedoms[larger])
    else:
        freedom = variance**2 / sum(
            square**2 / of_it for square, of_it in zip(squares, freedoms, strict=True)
        )
    if variance == 0.0:
        return Estimate(mean, None, None, values.size, rows, "No variation: no interval.")
    reach = float(stats.t.ppf(0.5 + LEVEL / 2.0, freedom)) * (variance / (rows * columns)) ** 0.5
    return Estimate(mean, mean - reach, mean + reach, values.size, rows)
