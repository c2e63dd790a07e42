"""One station metric of one replication: sums by cell."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.cells import CELLS

__all__ = ["StationSums", "cell_numbers"]

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StationSums:
    """One station metric of one group: numerator over denominator in each cell.

    Attributes
    ----------
    metric, group : str
    numerator, denominator, n : ndarray, shape (4,)
        `n` counts the events behind the numerator.
    """

    metric: str
    group: str
    numerator: Values
    denominator: Values
    n: Values


def cell_numbers(cells: NDArray[Any]) -> NDArray[np.int64]:
    """Return the place in `CELLS` of each cell by name, shape (n,)."""
    numbers = np.zeros(len(cells), dtype=np.int64)
    for number, cell in enumerate(CELLS):
        numbers[cells == cell] = number
    return numbers
