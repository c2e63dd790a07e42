"""Full factorial designs of two levels each: what a factor does on average over the others."""

from collections.abc import Mapping
from itertools import product

import numpy as np

__all__ = ["main_effects"]


def main_effects(values: Mapping[tuple[bool, ...], float]) -> tuple[float, ...]:
    """Mean change of a value as each factor goes from without to with.

    Parameters
    ----------
    values : mapping
        Of every combination of levels, True for with.

    Returns
    -------
    tuple of float
        For each factor, averaged over all combinations of the others (Box, Hunter and Hunter,
        Statistics for Experimenters, 2nd ed., chapter 5).

    Raises
    ------
    ValueError
        If a combination is missing.
    """
    factors = len(next(iter(values), ()))
    levels = list(product((False, True), repeat=factors))
    if not factors or set(values) != set(levels):
        raise ValueError("main effects need a value of every combination of levels")
    return tuple(
        float(
            np.mean([values[each] for each in levels if each[factor]])
            - np.mean([values[each] for each in levels if not each[factor]])
        )
        for factor in range(factors)
    )
