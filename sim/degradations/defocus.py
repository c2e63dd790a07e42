"""The label lies outside the depth of field."""

from dataclasses import replace

import numpy as np

from scenarios.degradations import KINDS
from sim.degradations.exposure import Exposure

__all__ = ["apply"]


def apply(item: Exposure, severity: int, rng: np.random.Generator) -> Exposure:
    """Spread every point over a disk of the severity's level; a wider one than that stays.

    Nothing is drawn.  Levels are in mm on the belt; modules measure 0.75 mm.
    """
    del rng
    level = KINDS["defocus"].levels[severity - 1]
    return replace(item, defocus_mm=max(item.defocus_mm, level))
