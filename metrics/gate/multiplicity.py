"""Many tests at once."""

from collections.abc import Sequence

__all__ = ["holm"]


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p values of Holm (1979): one false alarm in the family is as rare as one test's.

    Parameters
    ----------
    p_values : sequence of float in [0, 1]

    Returns
    -------
    list of float
        In the order given.
    """
    order = sorted(range(len(p_values)), key=lambda number: p_values[number])
    adjusted = [1.0] * len(p_values)
    reached = 0.0
    for rank, number in enumerate(order):
        reached = max(reached, min(1.0, (len(p_values) - rank) * p_values[number]))
        adjusted[number] = reached
    return adjusted
