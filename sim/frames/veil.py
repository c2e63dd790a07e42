"""Light that falls on a label and never carried any of its print."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["VEIL_PX_PER_MM", "Veil"]

VEIL_PX_PER_MM = 1.0


@dataclass(frozen=True, slots=True)
class Veil:
    """Reflected lamp light over the plane of a label.

    Attributes
    ----------
    light : ndarray of uint8, shape (height, width)
        Counts added to every channel before the sensor saturates, at `VEIL_PX_PER_MM`.
    margin_mm : float
        How far the picture reaches beyond the label on every side.
    """

    light: NDArray[np.uint8]
    margin_mm: float
