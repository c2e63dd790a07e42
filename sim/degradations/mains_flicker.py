"""The hall's lamps swing with the mains, and the shutter is too short to average it out."""

from dataclasses import replace

import numpy as np

from scenarios.degradations import KINDS
from sim.degradations.exposure import Exposure

__all__ = ["MAINS_HZ", "apply", "brightness"]

MAINS_HZ = 50.0
"""Europe; lamps swing at twice this."""


def apply(item: Exposure, severity: int, rng: np.random.Generator) -> Exposure:
    """Let the lamps swing by the severity's level; a deeper swing than that stays.

    When in the swing a picture is taken is drawn for each pass, see `brightness`.

    Nothing is drawn: the swing is the lamps', the moment the pass's.
    """
    del rng
    level = KINDS["mains_flicker"].levels[severity - 1]
    return replace(item, flicker=max(item.flicker, level))


def brightness(depth: float, exposure_ms: float, phase: float) -> float:
    """Light of one picture as a share of the lamps' mean.

    The lamps give ``1 + m cos(2 pi f t)`` with ``f`` twice the mains frequency; the mean of it
    over an exposure T about the phase is ``1 + m sinc(f T) cos(2 pi phase)``.  An exposure of a
    whole period (10 ms at 50 Hz) averages the swing out.

    Parameters
    ----------
    depth : float
        m, from 0 to 1.
    exposure_ms : float
        T.
    phase : float
        In periods of the swing.

    Examples
    --------
    >>> round(brightness(1.0, 0.06, 0.5), 3), round(brightness(1.0, 10.0, 0.5), 3)
    (0.0, 1.0)
    """
    swing = depth * np.sinc(2.0 * MAINS_HZ * exposure_ms * 1e-3)
    return float(1.0 + swing * np.cos(2.0 * np.pi * phase))
