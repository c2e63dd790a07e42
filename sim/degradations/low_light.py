"""Too few photons reach the sensor."""

from dataclasses import replace

import numpy as np

from scenarios.degradations import KINDS
from sim.degradations.exposure import Exposure

__all__ = ["apply"]


def apply(item: Exposure, severity: int, rng: np.random.Generator) -> Exposure:
    """Halve the light as many times as the severity's level says.

    The camera's gain brings the picture back to its brightness, so what is left is the noise: a
    pixel at white holds ``full_well / 2**stops`` electrons, and its shot noise grows by
    ``2**(stops / 2)``, its read noise by ``2**stops``.

    Nothing is drawn.
    """
    del rng
    level = KINDS["low_light"].levels[severity - 1]
    return replace(item, lost_stops=max(item.lost_stops, level))
