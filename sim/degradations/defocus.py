"""The label lies outside the depth of field."""

from dataclasses import replace

import numpy as np

from scenarios.degradations import KINDS
from sim.degradations.exposure import Exposure

__all__ = ["apply"]


def apply(item: Exposure, severity: int, rng: np.random.Generator) -> Exposure:
    """Spread every point over a disk of the severity's level; a wider one than that stays.

    Parameters
    ----------
    item : Exposure
    severity : int
        1 to 5; levels in mm on the belt in `scenarios.degradations` (modules measure 0.75 mm).
    rng : numpy.random.Generator
        Not drawn from.

    Returns
    -------
    Exposure
    """
    del rng
    level = KINDS["defocus"].levels[severity - 1]
    return replace(item, defocus_mm=max(item.defocus_mm, level))
