"""The 32 symbols of a sort code."""

__all__ = ["SORT_CODE_LENGTH", "SYMBOLS"]

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: I, L, O and U are left out because print confuses them with 1, 0 and V."""

SORT_CODE_LENGTH = 6
