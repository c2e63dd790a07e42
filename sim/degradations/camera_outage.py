"""A camera loses its pictures."""

from dataclasses import replace

import numpy as np

from scenarios.degradations import KINDS
from sim.degradations.link import Link

__all__ = ["apply"]


def apply(item: Link, severity: int, rng: np.random.Generator) -> Link:
    """Lose this pass's picture with the probability that is the severity's level.

    The outage belongs to the camera, each picture's luck to the pass.  One number is drawn, so
    what a mild outage loses a worse one loses too.
    """
    level = KINDS["camera_outage"].levels[severity - 1]
    return replace(item, picture=item.picture and bool(rng.random() >= level))
