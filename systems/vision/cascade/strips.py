"""Lines that follow no label standard: texts of any length, on a picture of nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from systems.contracts.vision import CameraView
from systems.vision.cascade.alphabet import BLANK, CLASSES, SYMBOLS_OF
from systems.vision.cascade.reader import NEVER, SpellingReader
from systems.vision.cascade.spelling import log_softmax
from systems.vision.cascade.windows import ABOVE

__all__ = ["TIGHT", "WINDOW", "StripReader", "StripText", "whole_strip"]

WINDOW = 1.0 / (1.0 + 2.0 * ABOVE)
"""Share of a window's height that is text where a locator has found the line."""
TIGHT = (WINDOW, 0.6, 0.8, 1.0)
"""How much of a strip's height its text may be: the reader's own window, down to a close cut."""
SLENDER = 2.0
"""Least length of a picture, in its heights, for it to be taken for one line."""
STRETCHES = (1.0, 1.35, 1.8)
"""How much wider symbols are shown than they are: the reader knows twelve in its window's width,
which are half as wide again as print is."""
BESIDE_PX = 16
"""Room at either end of a strip, continued from its edge."""
COLUMN_PX = 8
"""Of a picture to a column of the shipped readers."""
OVERLAP = 0.5
"""Of two tiles: each is believed in its middle half."""
LONGEST_PX = 2048
"""Of a strip as the reader sees it: a hundred symbols."""


@dataclass(frozen=True, slots=True)
class StripText:
    """What a strip says.

    Attributes
    ----------
    text : str
        Empty where nothing was made out.
    chance : float
        Of this text given the columns, in [0, 1].  No calibration stands behind it.
    turned : bool
        Whether it was read upside down.
    """

    text: str
    chance: float
    turned: bool


@dataclass(frozen=True, slots=True)
class _Look:
    """One way to show a strip."""

    picture: NDArray[np.uint8]
    turned: bool


class StripReader:
    """Reads a line of any length with the network that reads the lines of a label.

    The network answers column by column, each from what is near it. A long strip is shown in
    overlapping tiles of the network's own size, and what each says in its middle is put together.
    How high and how wide symbols are on a strip nobody says, so it is shown at several scales,
    both ways up, and the look whose text is likeliest, symbol for symbol, counts.

    Parameters
    ----------
    reader : SpellingReader
    """

    def __init__(self, reader: SpellingReader) -> None:
        self._reader = reader
        known = "".join(sorted(set("".join(SYMBOLS_OF.values()))))
        self._unknown = np.array(
            [place != BLANK and symbol not in known for place, symbol in enumerate(CLASSES)]
        )

    def read(self, strip: NDArray[np.uint8], tight: Sequence[float] = TIGHT) -> StripText:
        """Read a strip.

        Parameters
        ----------
        strip : ndarray of uint8, shape (height, width)
            Grey; one line of text, lying right or upside down.
        tight : sequence of float
            How much of its height may be text.

        Returns
        -------
        StripText
        """
        if strip.size == 0:
            return StripText("", 0.0, False)
        looks = list(self._looks(strip, tight))
        best, surest = StripText("", 0.0, False), -np.inf
        for look, (chances, over) in zip(looks, self._columns(looks), strict=True):
            text = _likeliest(chances)
            if not text:
                continue
            # lying right, says the network itself, is part of the reading
            log_chance = _log_chance(chances, text) - float(np.logaddexp(0.0, over))
            if log_chance / (len(text) + 1) > surest:
                surest = log_chance / (len(text) + 1)
                best = StripText(text, float(np.exp(min(log_chance, 0.0))), look.turned)
        return best

    def _looks(self, strip: NDArray[np.uint8], tight: Sequence[float]) -> Iterator[_Look]:
        """The strip at every scale, both ways up; the height of the network's window."""
        height, width = strip.shape
        _, high = self._reader.size
        for share in tight:
            scale = high / (1.0 + 2.0 * ABOVE) / (height * share)
            for stretch in STRETCHES:
                size = (
                    int(np.clip(round(width * scale * stretch), 1, LONGEST_PX)),
                    max(1, round(height * scale)),
                )
                how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
                scaled = np.asarray(cv2.resize(strip, size, interpolation=how), np.uint8)
                shown = _in_window(scaled, high)
                yield _Look(shown, False)
                yield _Look(np.ascontiguousarray(shown[::-1, ::-1]), True)

    def _columns(self, looks: Sequence[_Look]) -> Iterator[tuple[NDArray[np.float64], float]]:
        """Logarithms of chances of every look's columns, and its logit of lying upside down."""
        tiled = [_tiles(look.picture, self._reader.size[0]) for look in looks]
        logits, turned = self._reader.logits(np.concatenate([tiles for tiles, _ in tiled]))
        logits = np.where(self._unknown, np.float32(NEVER), logits)
        of_tile = self._reader.size[0] / logits.shape[1]
        at = 0
        for tiles, starts in tiled:
            of_look = slice(at, at + len(tiles))
            at += len(tiles)
            yield (
                _joined(log_softmax(logits[of_look]), starts, of_tile),
                float(turned[of_look].mean()),
            )


def whole_strip(view: CameraView) -> NDArray[np.uint8] | None:
    """All that a camera sees, in grey, where that is as slender as a line; else None.

    A picture higher than wide is turned to the left by a quarter: `StripReader` tries both ways up.
    """
    height, width = view.overview.shape[:2]
    if not min(height, width) or max(height, width) < SLENDER * min(height, width):
        return None
    fine = min(view.sensor_scale, LONGEST_PX / max(height, width))
    whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    seen = view.window(whole, (max(1, round(width * fine)), max(1, round(height * fine))))
    grey = cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY)
    return np.ascontiguousarray(np.rot90(grey) if height > width else grey, np.uint8)


def _in_window(scaled: NDArray[np.uint8], high: int) -> NDArray[np.uint8]:
    """A strip of the window's height, with room at its ends."""
    height = scaled.shape[0]
    above = (high - height) // 2
    if above < 0:
        scaled, above, height = scaled[-above : -above + high], 0, high
    shown = cv2.copyMakeBorder(
        scaled, above, high - height - above, BESIDE_PX, BESIDE_PX, cv2.BORDER_REPLICATE
    )
    return np.asarray(shown, np.uint8)


def _tiles(picture: NDArray[np.uint8], wide: int) -> tuple[NDArray[np.uint8], list[int]]:
    """Overlapping pieces `wide` pixels wide, and where they begin.

    The last one ends with the picture, which is continued to whole columns: a tile with much
    paper and little print is another picture than the network knows.
    """
    long = max(wide, -(-picture.shape[1] // COLUMN_PX) * COLUMN_PX)
    missing = long - picture.shape[1]
    whole = np.pad(picture, ((0, 0), (missing // 2, missing - missing // 2)), mode="edge")
    starts = [*range(0, long - wide, round(wide * (1.0 - OVERLAP))), long - wide]
    return np.stack([whole[:, start : start + wide] for start in starts]), starts


def _joined(
    tiles: NDArray[np.float64], starts: Sequence[int], of_tile: float
) -> NDArray[np.float64]:
    """Columns of all tiles in one row, each from the tile that has it nearest its middle.

    Parameters
    ----------
    tiles : ndarray, shape (tiles, columns, classes)
    starts : sequence of int
        Pixel at which each begins.
    of_tile : float
        Pixels a column.
    """
    columns = tiles.shape[1]
    first = [round(start / of_tile) for start in starts]
    rows = np.arange(first[-1] + columns)
    middles = np.array(first) + 0.5 * (columns - 1)
    nearest = np.abs(rows[:, None] - middles).argmin(axis=1)
    return np.asarray(tiles[nearest, rows - np.array(first)[nearest]])


def _likeliest(chances: NDArray[np.float64]) -> str:
    """Text of the likeliest class of every column (best path, Graves et al. 2006)."""
    path = chances.argmax(axis=1)
    new = path[np.flatnonzero(np.diff(path, prepend=BLANK))]
    return "".join(CLASSES[place] for place in new if place != BLANK)


def _log_chance(chances: NDArray[np.float64], text: str) -> float:
    """Logarithm of a text's chance over all ways to spell it (CTC's forward pass, ibid.)."""
    classes = np.full(2 * len(text) + 1, BLANK)
    classes[1::2] = [CLASSES.index(symbol) for symbol in text]
    leap = np.zeros(classes.size, bool)
    leap[3::2] = classes[3::2] != classes[1:-2:2]
    ways = np.full(classes.size, -np.inf)
    ways[0] = 0.0
    none = np.full(2, -np.inf)
    for place, row in enumerate(chances):
        before = np.concatenate([none, ways])
        # at the first column a text may begin with its first symbol
        stay, step = ways, before[1:-1]
        over = np.where(leap, before[:-2], -np.inf)
        if place == 0:
            ways = np.full(classes.size, -np.inf)
            ways[:2] = row[classes[:2]]
            continue
        ways = np.logaddexp(np.logaddexp(stay, step), over) + row[classes]
    return float(np.logaddexp(ways[-1], ways[-2]))
