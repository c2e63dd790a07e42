"""The reader's server stalls."""

from dataclasses import replace

import numpy as np

from scenarios.degradations import KINDS
from sim.degradations.link import Link

__all__ = ["apply"]


def apply(item: Link, severity: int, rng: np.random.Generator) -> Link:
    """Add an exponential delay whose mean is the severity's level.

    A request that meets a stalled server waits for the rest of the stall; of a stall of
    exponential length that rest is exponential with the same mean.
    """
    level = KINDS["latency_spike"].levels[severity - 1]
    return replace(item, added_s=item.added_s + level * float(rng.standard_exponential()))
