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

    Parameters
    ----------
    item : Exposure
    severity : int
        1 to 5; levels in electrons in `scenarios.degradations`.
    rng : numpy.random.Generator

    Returns
    -------
    Exposure
    """
    level = KINDS["sensor_noise"].levels[severity - 1]
    noise = float(np.hypot(item.read_noise_electrons, level))
    return replace(item, read_noise_electrons=noise, stripes=int(rng.integers(NOISE_PX)))
