"""Another parcel rides up and lies over the label."""

from dataclasses import replace

import numpy as np

from scenarios.degradations import KINDS
from sim.frames.lying import Cover, Lying

__all__ = ["apply"]


def apply(item: Lying, severity: int, rng: np.random.Generator) -> Lying:
    """Cover exactly the severity's level of the label's area with another parcel.

    Drawn are the side it came from, how it is turned and what it is made of.
    """
    level = KINDS["overlap"].levels[severity - 1]
    cover = Cover(
        share=level,
        angle=float(rng.uniform(0.0, 2.0 * np.pi)),
        shift_mm=float(rng.uniform(-35.0, 35.0)),
        body=int(rng.integers(2**31)),
    )
    return replace(item, cover=cover)
