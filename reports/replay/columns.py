"""Columns of whole numbers and texts as few bytes, for a script in a page to unpack."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

__all__ = ["Texts", "deltas", "field_numbers", "varints", "zigzag"]

THOUSANDTHS = 1000.0


class Texts:
    """Texts by number, each kept once; 0 stands for none."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str | None) -> int:
        """Return the number of a text, a new one where it was not met before."""
        return 0 if text is None else self._numbers.setdefault(text, len(self._numbers) + 1)

    def all(self) -> list[str]:
        """Texts in order of number, from 1 on."""
        return list(self._numbers)


def varints(numbers: NDArray[np.int64]) -> bytes:
    """Write numbers of 0 and above in groups of seven bits, lowest first (LEB128).

    Parameters
    ----------
    numbers : ndarray of int64, shape (n,)

    Raises
    ------
    ValueError
        If one is below 0.
    """
    if len(numbers) and numbers.min() < 0:
        raise ValueError("a varint cannot be below 0")
    left = numbers.astype(np.uint64)
    groups, ends = [], []
    while True:
        more = left > 0x7F
        groups.append((left & 0x7F).astype(np.uint8) | (more.astype(np.uint8) << 7))
        ends.append(more)
        left = left >> np.uint64(7)
        if not more.any():
            break
    table = np.stack(groups, axis=1)
    # byte k of a number is written where all the bytes before it said that more follows
    follows = np.ones(table.shape, dtype=bool)
    for place in range(1, table.shape[1]):
        follows[:, place] = follows[:, place - 1] & ends[place - 1]
    written: bytes = table[follows].tobytes()
    return written


def zigzag(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Fold signed numbers to 0 and above: 0, -1, 1, -2, ... become 0, 1, 2, 3, ..."""
    folded: NDArray[np.int64] = (numbers << 1) ^ (numbers >> 63)
    return folded


def deltas(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Differences from each number to the next, the first from 0; shape (n,)."""
    return np.diff(numbers, prepend=np.int64(0))


def field_numbers(column: "pa.ChunkedArray[Any]", texts: Texts) -> tuple[str, NDArray[np.int64]]:
    """Turn a column of a table into numbers that are not below 0.

    Returns
    -------
    kind : str
        ``text`` (number in `texts`), ``whole`` (zigzag), ``thousandths`` (of the value, zigzag)
        or ``flag``.
    numbers : ndarray of int64, shape (n,)

    Raises
    ------
    TypeError
        If the column holds anything else.
    """
    if pa.types.is_string(column.type):
        return "text", _whole(texts.number(text) for text in column.to_pylist())
    if pa.types.is_boolean(column.type):
        return "flag", _whole(int(bool(value)) for value in column.to_pylist())
    if pa.types.is_integer(column.type):
        return "whole", zigzag(column.to_numpy().astype(np.int64))
    if pa.types.is_floating(column.type):
        rounded = np.round(column.to_numpy() * THOUSANDTHS)
        return "thousandths", zigzag(rounded.astype(np.int64))
    raise TypeError(f"a replay cannot carry a column of {column.type}")


def _whole(values: Iterable[Any]) -> NDArray[np.int64]:
    found: Sequence[int] = list(values)
    return np.array(found, dtype=np.int64)
