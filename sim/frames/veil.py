"""Light on a label's plane: what falls on it beside the print, and what is kept from it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["SHADE_PX_PER_MM", "VEIL_PX_PER_MM", "Shade", "Veil"]

VEIL_PX_PER_MM = 1.0
SHADE_PX_PER_MM = 1.0


@dataclass(frozen=True, slots=True)
class Veil:
    """Reflected lamp light over the plane of a label: light that never carried any of its print.

    Attributes
    ----------
    light : ndarray of uint8, shape (height, width)
        Counts added to every channel before the sensor saturates, at `VEIL_PX_PER_MM`.
    margin_mm : float
        How far the picture reaches beyond the label on every side.
    """

    light: NDArray[np.uint8]
    margin_mm: float


@dataclass(frozen=True, slots=True)
class Shade:
    """Shadow over the plane of a label and all that lies around it.

    Attributes
    ----------
    light : ndarray of uint8, shape (height, width)
        Light that still falls there, 255 being all of it, at `SHADE_PX_PER_MM`.
    margin_mm : float
        How far the picture reaches beyond the label on every side; beyond it there is full light.
    """

    light: NDArray[np.uint8]
    margin_mm: float
