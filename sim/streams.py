"""Named random streams: a draw depends on its name and on nothing that happened before it."""

import hashlib

import numpy as np

__all__ = ["Streams"]


class Streams:
    """Independent random streams of one replication, keyed by name.

    Every name maps to its own child of ``SeedSequence`` through the sha256 of the name, so the
    order in which streams are asked for, ``PYTHONHASHSEED`` and the process never matter, and
    arms that ask for the same name share the same draws (common random numbers).

    Parameters
    ----------
    seed : int
        The scenario's seed.
    replication : int
        Index of the replication, from 0.
    """

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication

    def generator(self, *name: str | int) -> np.random.Generator:
        """Return a fresh generator at the start of the stream called `name`.

        Examples
        --------
        >>> streams = Streams(seed=7, replication=0)
        >>> a = streams.generator("service", "lane", 3).random()
        >>> b = streams.generator("service", "lane", 3).random()
        >>> a == b
        True
        """
        digest = hashlib.sha256("/".join(str(part) for part in name).encode()).digest()
        words = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 32, 4))
        sequence = np.random.SeedSequence(self.seed, spawn_key=(self.replication, *words))
        return np.random.Generator(np.random.PCG64(sequence))
