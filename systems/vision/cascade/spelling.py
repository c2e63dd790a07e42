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
    found = list(zip(scores.tolist(), _texts(keys, symbols, length), strict=True))
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


def _texts(keys: NDArray[np.int64], symbols: str, length: int) -> list[str]:
    base = len(symbols) + 1
    digits = keys[:, None] // base ** np.arange(length - 1, -1, -1) % base
    return ["".join(symbols[digit - 1] for digit in row) for row in digits.tolist()]


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
    to one prefix have one number.  A prefix has one parent, so the only two ways to it in one
    column are to stay there and to come from its parent.
    """
    columns, classes = chances.shape
    base = np.int64(classes)
    keys, sizes = np.zeros(width, np.int64), np.zeros(width, np.int64)
    blank, spoken = np.full(width, NO), np.full(width, NO)
    next_keys, next_sizes = np.zeros(width, np.int64), np.zeros(width, np.int64)
    next_blank, next_spoken = np.full(width, NO), np.full(width, NO)
    totals = np.full(width, NO)
    here = np.full(width, NO)
    blank[0] = 0.0
    count = 1
    for column in range(columns):
        row = chances[column]
        kept = 0
        for index in range(count):
            last = keys[index] % base
            here[index] = spoken[index] + row[last] if last > 0 else NO
        for index in range(count):
            if sizes[index] == length:
                continue
            both = _added(blank[index], spoken[index])
            last = keys[index] % base
            for symbol in range(1, classes):
                if row[symbol] < LEAST:
                    continue
                # a symbol again needs a blank in between
                before = blank[index] if symbol == last else both
                if before <= NO:
                    continue
                score = before + row[symbol]
                key = keys[index] * base + symbol
                known = -1
                for other in range(count):
                    if keys[other] == key:
                        known = other
                        break
                if known >= 0:
                    here[known] = _added(here[known], score)
                else:
                    kept = _placed(
                        key, sizes[index] + 1, NO, score,
                        next_keys, next_sizes, next_blank, next_spoken, totals, kept,
                    )  # fmt: skip
        for index in range(count):
            both = _added(blank[index], spoken[index])
            kept = _placed(
                keys[index], sizes[index], both + row[0], here[index],
                next_keys, next_sizes, next_blank, next_spoken, totals, kept,
            )  # fmt: skip
        keys, next_keys = next_keys, keys
        sizes, next_sizes = next_sizes, sizes
        blank, next_blank = next_blank, blank
        spoken, next_spoken = next_spoken, spoken
        count = kept
    whole = np.flatnonzero(sizes[:count] == length)
    scores = np.empty(whole.size)
    for place in range(whole.size):
        scores[place] = _added(blank[whole[place]], spoken[whole[place]])
    return keys[whole], scores


@njit(cache=True)
def _placed(
    key: int,
    size: int,
    blank: float,
    spoken: float,
    keys: NDArray[np.int64],
    sizes: NDArray[np.int64],
    blanks: NDArray[np.float64],
    spokens: NDArray[np.float64],
    totals: NDArray[np.float64],
    kept: int,
) -> int:
    """Put a prefix among the likeliest so far, in order; how many there are then."""
    total = _added(blank, spoken)
    at = kept
    while at > 0 and totals[at - 1] < total:
        at -= 1
    if at == totals.size:
        return kept
    kept = min(kept + 1, totals.size)
    for place in range(kept - 1, at, -1):
        keys[place], sizes[place] = keys[place - 1], sizes[place - 1]
        blanks[place], spokens[place] = blanks[place - 1], spokens[place - 1]
        totals[place] = totals[place - 1]
    keys[at], sizes[at], blanks[at], spokens[at], totals[at] = key, size, blank, spoken, total
    return kept
