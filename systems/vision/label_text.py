"""What lines of text say by the label standard: tracking id and sort code.

The carrier publishes the standard to the makers of readers: the sort code is six symbols of
Crockford's base 32 in the largest print; the tracking id is twelve digits in groups of four with an
ISO 7064 mod 11,10 check digit.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from stdnum.iso7064 import mod_11_10

from systems.contracts.vision import TextFound
from systems.vision.text_engine import TextLine

__all__ = ["Found", "id_spans", "printed_rows", "rows_of", "sort_codes", "tracking_ids"]

ID_DIGITS = 12
CODE_SYMBOLS = 6
SORT_CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{6}")
LOOK_ALIKE_SYMBOLS = str.maketrans("OIL", "011")
"""Crockford's own decoding of the letters his alphabet leaves out."""
LOOK_ALIKE_DIGITS = str.maketrans("OoQDIl|SBZ", "0000111582")
"""Letters a recogniser trained on words gives for digits."""
TRUE_DIGITS = 10
"""Of twelve that must have been read as digits at once; the check digit judges the rest."""
LARGEST_PRINT = 0.5
"""A sort code's line is at least this part of the tallest line's height; boxes fit loosely, and the
next largest print is a quarter of it."""
SURE = 0.8
"""Bars and edges taken for text score below this; they do not count as print."""
ID_ASPECT = 10.0
"""Width over height of a whole tracking id's line."""
SAME_ROW = 0.6
"""Centres of one row differ by less than this part of the lower line's height."""
GUARD_BARS = re.compile(r"[\s\"'`|!.,:;<>\u2018-\u201f]+")
MAX_PIECES = 4
"""A detector cuts spaced print in pieces: an id in three groups, rarely more."""


@dataclass(frozen=True, slots=True)
class Found:
    """A field as it was found.

    Attributes
    ----------
    text : str
    score : float
        The lowest of its pieces.
    is_valid : bool
        Whether the check digit is right; True for a sort code, which has none.
    quad : tuple of four (x, y)
        Around all its pieces, overview pixels.
    """

    text: str
    score: float
    is_valid: bool
    quad: tuple[tuple[float, float], ...]


def tracking_ids(lines: Sequence[TextLine]) -> list[Found]:
    """Every run of twelve digits on a row: valid ones first, then by score, each id once."""
    found: dict[str, Found] = {}
    for pieces in _runs(lines):
        written = "".join(_plain(piece.text) for piece in pieces)
        text = written.translate(LOOK_ALIKE_DIGITS)
        if len(text) != ID_DIGITS or not (text.isascii() and text.isdigit()):
            continue
        if sum(symbol.isdigit() for symbol in written) < TRUE_DIGITS:
            continue
        one = _found(text, pieces, bool(mod_11_10.is_valid(text)))
        if text not in found or found[text].score < one.score:
            found[text] = one
    return sorted(found.values(), key=lambda one: (not one.is_valid, -one.score, one.text))


def sort_codes(lines: Sequence[TextLine]) -> list[Found]:
    """Six symbols of the alphabet in the largest print, by score, each code once."""
    print_heights = [line.height for line in lines if line.score >= SURE and len(line.text) >= 4]
    tall = max(print_heights, default=0.0)
    found: dict[str, Found] = {}
    for pieces in _runs(lines):
        if min(piece.height for piece in pieces) < LARGEST_PRINT * tall:
            continue
        text = "".join(_plain(piece.text) for piece in pieces).upper()
        text = text.translate(LOOK_ALIKE_SYMBOLS)
        if SORT_CODE.fullmatch(text):
            one = _found(text, pieces, True)
            if text not in found or found[text].score < one.score:
                found[text] = one
    return sorted(found.values(), key=lambda one: (-one.score, one.text))


def id_spans(lines: Sequence[TextLine]) -> list[NDArray[np.float64]]:
    """Where a tracking id may stand whose pieces do not add up: quads to be read in one go.

    A detector cuts print where it should not, or overlooks a group.  Each row with four digits or
    more gives the quad from its first digits to its last, made as wide as a whole id is.
    """
    spans = []
    for row in rows_of(lines):
        pieces = [line for line in row if _digit_share(line.text) >= 0.6]
        if sum(len(_plain(line.text)) for line in pieces) < 4:
            continue
        ends = pieces[0].corners, pieces[-1].corners
        quad = np.array([ends[0][0], ends[1][1], ends[1][2], ends[0][3]])
        width = float(np.hypot(*(quad[1] - quad[0])))
        height = max(float(np.hypot(*(quad[3] - quad[0]))), 1e-9)
        # Which end is missing is not known: the recogniser passes over blank paper.
        more = max(0.0, ID_ASPECT * height - width)
        step = more * (quad[1] - quad[0]) / max(width, 1e-9)
        spans.append(quad + np.array([-step, step, step, -step]))
    return spans


def printed_rows(lines: Sequence[TextLine]) -> list[TextFound]:
    """Rows of print, those with most digits first.

    In a row of digits whatever stands between them is left out: spaces, and the guard bars of
    retail codes, which a recogniser takes for quotes.
    """
    found = []
    for row in rows_of(lines):
        text = " ".join(line.text for line in row)
        bare = GUARD_BARS.sub("", text)
        if bare and _digits(bare) == len(bare):
            text = bare
        found.append(TextFound(text, "print", min(line.score for line in row)))
    return sorted(found, key=lambda one: (-_digits(one.text), -one.confidence, one.text))


def rows_of(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Group lines that stand on one row, each row in reading order, rows from the top down.

    Which way is down follows from the lines themselves: the mean of their own directions.
    """
    if not lines:
        return []
    along = np.mean([line.corners[1] - line.corners[0] for line in lines], axis=0)
    along = along / max(float(np.hypot(*along)), 1e-9)
    down = np.array([-along[1], along[0]])
    placed = sorted(
        ((float(line.corners.mean(axis=0) @ down), line) for line in lines),
        key=lambda entry: (entry[0], entry[1].quad),
    )
    rows: list[list[tuple[float, TextLine]]] = []
    for at, line in placed:
        if rows:
            last_at, last = rows[-1][-1]
            if at - last_at < SAME_ROW * min(line.height, last.height):
                rows[-1].append((at, line))
                continue
        rows.append([(at, line)])
    return [
        sorted((line for _, line in row), key=lambda line: float(line.corners[0] @ along))
        for row in rows
    ]


def _runs(lines: Sequence[TextLine]) -> Iterator[Sequence[TextLine]]:
    for row in rows_of(lines):
        for start in range(len(row)):
            for stop in range(start + 1, min(start + MAX_PIECES, len(row)) + 1):
                yield row[start:stop]


def _digit_share(text: str) -> float:
    return _digits(text) / max(len(_plain(text)), 1)


def _digits(text: str) -> int:
    return sum(symbol in "0123456789" for symbol in text)


def _plain(text: str) -> str:
    return re.sub(r"[\s.,:;'`_\-]+", "", text)


def _found(text: str, pieces: Sequence[TextLine], is_valid: bool) -> Found:
    first, last = pieces[0].quad, pieces[-1].quad
    quad = (first[0], last[1], last[2], first[3])
    return Found(text, min(piece.score for piece in pieces), is_valid, quad)
