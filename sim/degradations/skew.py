"""The parcel lies askew on the belt."""

from dataclasses import replace

import numpy as np

from scenarios.degradations import KINDS
from sim.frames.lying import Lying

__all__ = ["apply"]


def apply(item: Lying, severity: int, rng: np.random.Generator) -> Lying:
    """Turn the parcel by the severity's level, to either side.

    45 degrees are the worst for a label that may lie either way round.
    """
    level = KINDS["skew"].levels[severity - 1]
    return replace(item, skew_deg=item.skew_deg + (level if rng.random() < 0.5 else -level))
