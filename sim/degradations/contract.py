"""What every degradation is: one function ``apply``, described here once for all of them."""

from typing import Protocol, TypeVar

import numpy as np

__all__ = ["Degradation"]

Item = TypeVar("Item")


class Degradation(Protocol[Item]):
    """Change an item as one kind of damage does; each module says what that is.

    It is pure: the same arguments give the same item, and the given one is untouched.
    """

    def __call__(self, item: Item, severity: int, rng: np.random.Generator) -> Item:
        """Apply the kind at a severity.

        Parameters
        ----------
        item : LabelArticle, Exposure, Lying or Link
            What the kind's family changes.
        severity : int
            1 to 5; levels, in the kind's physical unit, in `scenarios.degradations`.
        rng : numpy.random.Generator
            Keyed by the instance of the kind's scope (for those of the platform by the pass), so
            that any item can be made again alone.

        Returns
        -------
        of the item's type
            A new one.
        """
