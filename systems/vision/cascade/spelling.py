"""From a CTC head's columns to a text of the label standard, and how sure that is."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from systems.vision.cascade.alphabet import BLANK, CLASSES

__all__ = ["Spelling", "log_softmax", "spell"]

BEAM = 24
"""Texts kept from column to column."""
NO = -1e30
"""Logarithm of no chance."""
LEAST = -13.8
"""Symbols less likely than one in a million in a column are not followed."""
FLOOR = 1e-9
"""Chance of what the beam dropped, at least: no text is certain."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """The likeliest text of a line.

    Attributes
    ----------
    text : str
        Empty where no text of the standard has any chance to speak of.
    log_odds : float
        Of being right, against all other texts of the standard and all that the search dropped;
        ``-inf`` without a text.
    """

    text: str
    log_odds: float


def log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Logarithms of the classes' chances, along the last axis."""
    scaled = logits.astype(np.float64)
    scaled -= scaled.max(axis=-1, keepdims=True)
    return np.asarray(scaled - np.log(np.exp(scaled).sum(axis=-1, keepdims=True)))


def spell(
    logits: NDArray[np.float32],
    symbols: str,
    length: int,
    valid: Callable[[str], bool] | None = None,
) -> Spelling:
    """Find the likeliest text of a fixed length.

    A prefix beam search (Hannun et al., arXiv:1408.2873) over the symbols that the line may hold,
    that drops prefixes too long, and at the end all texts too short or not valid.  A check digit
    so restores a digit that cannot be seen.

    Parameters
    ----------
    logits : ndarray, shape (columns, classes)
        As the reader gives them, before any softmax.
    symbols : str
        Of the line.
    length : int
        Symbols that a text has.
    valid : callable (text), optional
        Whether a text is one of the standard.

    Returns
    -------
    Spelling
    """
    chances = log_softmax(logits[:, _classes(symbols)])
    keys, scores = _beam(chances, length, BEAM)
    found = [
        (float(score), _text(int(key), symbols, length))
        for key, score in zip(keys, scores, strict=True)
    ]
    dropped = max(1.0 - sum(np.exp(score) for score, _ in found), FLOOR)
    fit = sorted((-score, text) for score, text in found if valid is None or valid(text))
    if not fit:
        return Spelling("", float("-inf"))
    best, text = fit[0]
    against = dropped + sum(np.exp(-score) for score, _ in fit[1:])
    return Spelling(text, float(-best - np.log(against)))


@lru_cache(maxsize=8)
def _classes(symbols: str) -> NDArray[np.int64]:
    """Blank first, then the symbols, as indices of `CLASSES`."""
    return np.array([BLANK, *(CLASSES.index(symbol) for symbol in symbols)])


def _text(key: int, symbols: str, length: int) -> str:
    base = len(symbols) + 1
    text = []
    for _ in range(length):
        key, symbol = divmod(key, base)
        text.append(symbols[symbol - 1])
    return "".join(reversed(text))


@njit(cache=True)
def _added(a: float, b: float) -> float:
    """Logarithm of the sum of two chances."""
    high, low = max(a, b), min(a, b)
    return high if low <= NO else high + np.log1p(np.exp(low - high))


@njit(cache=True)
def _beam(
    chances: NDArray[np.float64], length: int, width: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Texts of `length` symbols with the logarithms of their chances, the likeliest first.

    A prefix is a number in base (symbols + 1), its last symbol the lowest digit, so that two ways
    to one prefix have one number.
    """
    columns, classes = chances.shape
    base = np.int64(classes)
    keys = np.zeros(1, np.int64)
    sizes = np.zeros(1, np.int64)
    blank = np.zeros(1)
    spoken = np.full(1, NO)
    for column in range(columns):
        row = chances[column]
        room = keys.size * classes
        next_keys = np.empty(room, np.int64)
        next_sizes = np.empty(room, np.int64)
        next_blank = np.empty(room)
        next_spoken = np.empty(room)
        count = 0
        for index in range(keys.size):
            both = _added(blank[index], spoken[index])
            last = keys[index] % base
            next_keys[count] = keys[index]
            next_sizes[count] = sizes[index]
            next_blank[count] = both + row[0]
            next_spoken[count] = spoken[index] + row[last] if last > 0 else NO
            count += 1
            if sizes[index] == length:
                continue
            for symbol in range(1, classes):
                if row[symbol] < LEAST:
                    continue
                next_keys[count] = keys[index] * base + symbol
                next_sizes[count] = sizes[index] + 1
                next_blank[count] = NO
                # a symbol again needs a blank in between
                before = blank[index] if symbol == last else both
                next_spoken[count] = before + row[symbol] if before > NO else NO
                count += 1
        order = np.argsort(next_keys[:count])
        keys_of = np.empty(count, np.int64)
        sizes_of = np.empty(count, np.int64)
        blank_of = np.empty(count)
        spoken_of = np.empty(count)
        kept = 0
        for place in range(count):
            index = order[place]
            if kept > 0 and next_keys[index] == keys_of[kept - 1]:
                blank_of[kept - 1] = _added(blank_of[kept - 1], next_blank[index])
                spoken_of[kept - 1] = _added(spoken_of[kept - 1], next_spoken[index])
                continue
            keys_of[kept] = next_keys[index]
            sizes_of[kept] = next_sizes[index]
            blank_of[kept] = next_blank[index]
            spoken_of[kept] = next_spoken[index]
            kept += 1
        total = np.empty(kept)
        for index in range(kept):
            total[index] = _added(blank_of[index], spoken_of[index])
        best = np.argsort(-total)[:width]
        keys, sizes = keys_of[best], sizes_of[best]
        blank, spoken = blank_of[best], spoken_of[best]
    whole = sizes == length
    scores = np.empty(keys.size)
    for index in range(keys.size):
        scores[index] = _added(blank[index], spoken[index])
    return keys[whole], scores[whole]
