"""Which examples a step of a training sees, and the luck it has with them."""

import numpy as np

__all__ = ["examples_of"]


def examples_of(
    step: int, size: int, count: int, seed: int
) -> tuple[list[int], np.random.Generator]:
    """Examples of a step, each once an epoch in an order of the epoch's own.

    Parameters
    ----------
    step : int
    size : int
        Examples a step; the last ones of an epoch begin it again.
    count : int
        Examples in all.
    seed : int

    Returns
    -------
    indices : list of int
    rng : numpy.random.Generator
        Of the step: what is drawn for its examples follows from the arguments alone.
    """
    epoch, place = divmod(step * size, count)
    order = np.random.default_rng([seed, epoch]).permutation(count)
    indices = [int(order[(place + index) % count]) for index in range(size)]
    return indices, np.random.default_rng([seed, epoch, place])
