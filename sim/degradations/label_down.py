"""The label goes over an edge of the parcel, or lies on its underside."""

from dataclasses import replace

import numpy as np

from scenarios.degradations import KINDS
from sim.frames.lying import Lying

__all__ = ["apply"]


def apply(item: Lying, severity: int, rng: np.random.Generator) -> Lying:
    """Turn the severity's level of the label's area away from the camera.

    The parcel shows another face; what is seen of the label is the part that was stuck round the
    edge between the two.  From the third severity on too little shows for the label to count as
    readable, at the last one nothing.
    """
    level = KINDS["label_down"].levels[severity - 1]
    return replace(item, over_edge=max(item.over_edge, level), edge=int(rng.integers(4)))
