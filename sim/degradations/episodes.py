"""Spells of trouble and of quiet: an alternating renewal process that everything shares."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.streams import Streams

__all__ = ["episode_at"]

SPELLS = 64


@lru_cache(maxsize=512)
def _ends(
    seed: int,
    replication: int,
    name: tuple[str | int, ...],
    means_s: tuple[float, float],
    spells: int,
) -> tuple[int, NDArray[np.float64]]:
    """Whether the first spell is trouble (0) or quiet (1), and when each spell ends."""
    rng = Streams(seed, replication).generator("degradation", *name, "episodes")
    quiet_first = int(rng.random() >= means_s[0] / sum(means_s))
    lengths = rng.standard_exponential(spells)
    lengths *= np.asarray(means_s)[(np.arange(spells) + quiet_first) % 2]
    ends = np.cumsum(lengths)
    ends.setflags(write=False)
    return quiet_first, ends


def episode_at(
    streams: Streams,
    name: tuple[str | int, ...],
    mean_up_s: float,
    mean_down_s: float,
    at_s: float,
) -> int | None:
    """Number of the episode that holds at a moment, None in the quiet between two.

    Spells are exponential and alternate.  The first is trouble with the long-run probability
    ``mean_up / (mean_up + mean_down)``; as exponential spells have no memory, the process is in
    its steady state from the start, and every moment is as likely to be in trouble as any other.

    Parameters
    ----------
    streams : Streams
    name : tuple of str and int
        Kind and place: every place has spells of its own.
    mean_up_s, mean_down_s : float
    at_s : float
        Not negative.  When it is asked, and how often, changes nothing.
    """
    spells = SPELLS
    while True:
        key = (streams.seed, streams.replication, name, (mean_up_s, mean_down_s), spells)
        quiet_first, ends = _ends(*key)
        if at_s < ends[-1]:
            break
        spells *= 2
    spell = int(np.searchsorted(ends, at_s, side="right")) + quiet_first
    return spell // 2 if spell % 2 == 0 else None
