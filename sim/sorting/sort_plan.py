"""The sort plan: which chute a sort code goes to."""

from sim.sorting.symbols import SORT_CODE_LENGTH, SYMBOLS

__all__ = ["SortPlan"]

_BITS = 5 * SORT_CODE_LENGTH
_MULTIPLIER = 0x2C1B3C6D & ((1 << _BITS) - 1)
_VALUES = {symbol: value for value, symbol in enumerate(SYMBOLS)}


class SortPlan:
    """A fixed table from every possible code to one of `chutes` chutes.

    A real plan is an arbitrary table drawn up by the network planners.  Ours is multiplicative
    hashing of the code's 30-bit value (Knuth, TAOCP vol. 3, 6.4), which shares the codes out
    evenly and lets every symbol matter: a wrong code lands in the right chute only by chance,
    about once in `chutes`.  With ranges of codes instead, most wrong keyings would be harmless.

    Parameters
    ----------
    chutes : int
    """

    def __init__(self, chutes: int) -> None:
        self.chutes = chutes

    def chute(self, sort_code: str) -> int | None:
        """Return the chute of a code, or None where the code is not six symbols of the alphabet."""
        if len(sort_code) != SORT_CODE_LENGTH:
            return None
        value = 0
        for symbol in sort_code:
            digit = _VALUES.get(symbol)
            if digit is None:
                return None
            value = value * 32 + digit
        mixed = (value * _MULTIPLIER) & ((1 << _BITS) - 1)
        return (mixed * self.chutes) >> _BITS
