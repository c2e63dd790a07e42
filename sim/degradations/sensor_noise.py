"""A hot or failing sensor."""

from dataclasses import replace

import numpy as np

from scenarios.degradations import KINDS
from sim.degradations.exposure import Exposure
from sim.frames.sensor import NOISE_PX

__all__ = ["apply"]


def apply(item: Exposure, severity: int, rng: np.random.Generator) -> Exposure:
    """Add the severity's level of read noise, and stripes to the sensor's columns.

    The stripes are the sensor's: the same in all its pictures while the fault lasts.
    """
    level = KINDS["sensor_noise"].levels[severity - 1]
    noise = float(np.hypot(item.read_noise_electrons, level))
    return replace(item, read_noise_electrons=noise, stripes=int(rng.integers(NOISE_PX)))
