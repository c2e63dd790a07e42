"""The shutter stays open too long for the speed of the belt."""

from dataclasses import replace

import numpy as np

from scenarios.degradations import KINDS
from sim.degradations.exposure import Exposure

__all__ = ["apply"]


def apply(item: Exposure, severity: int, rng: np.random.Generator) -> Exposure:
    """Lengthen the exposure to the severity's level; a longer one than that stays.

    The blur on the sensor is ``speed x exposure x pixels per metre``, along the belt; in modules
    of a symbol it is ``speed x exposure / module`` (`sim.frames.blur.blur_modules`).

    Parameters
    ----------
    item : Exposure
    severity : int
        1 to 5; levels in ms in `scenarios.degradations`.
    rng : numpy.random.Generator
        Not drawn from: the blur follows from the physics alone.

    Returns
    -------
    Exposure
    """
    del rng
    level = KINDS["motion_blur"].levels[severity - 1]
    return replace(item, exposure_ms=max(item.exposure_ms, level))
