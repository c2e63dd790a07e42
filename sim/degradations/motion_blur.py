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

    Nothing is drawn: the blur follows from the physics alone.
    """
    del rng
    level = KINDS["motion_blur"].levels[severity - 1]
    return replace(item, exposure_ms=max(item.exposure_ms, level))
