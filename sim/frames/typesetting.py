"""Text as ink: glyph bitmaps from the fonts that ship with matplotlib."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from scenarios.labels_model import LABEL_FONTS

__all__ = ["CAP_HEIGHT", "FONTS", "draw_text", "text_width"]

FONTS = LABEL_FONTS
CAP_HEIGHT = 0.73
"""Height of capitals and digits in ems, to a few per cent for all fonts of labels."""


@lru_cache(maxsize=1)
def _font_folder() -> Path:
    # found without importing matplotlib, which takes longer than drawing a hundred labels
    spec = find_spec("matplotlib")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("matplotlib, whose DejaVu fonts the labels use, is not installed")
    return Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"


@lru_cache(maxsize=256)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    # BASIC layout: the complex one depends on an optional library and would differ by machine
    path = _font_folder() / f"{name}.ttf"
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=8192)
def _glyph(name: str, size: int, character: str) -> tuple[NDArray[np.uint8], int, float]:
    """Ink (255 is full) of one character's tight box, its top below the cap line, its advance."""
    font = _font(name, size)
    left, top, right, bottom = font.getbbox(character, anchor="ls")
    advance = float(font.getlength(character))
    if right <= left or bottom <= top:
        return np.zeros((0, 0), np.uint8), 0, advance
    left = min(int(left), 0)
    picture = Image.new("L", (int(right) - left, int(bottom) - int(top)), 0)
    ImageDraw.Draw(picture).text((-left, -int(top)), character, fill=255, font=font, anchor="ls")
    ink = np.asarray(picture, dtype=np.uint8).copy()
    ink.setflags(write=False)
    return ink, int(top), advance


def text_width(text: str, font: str, size: int, spacing: float = 0.0) -> float:
    """Advance of `text` in pixels, with `spacing` extra pixels after each character."""
    return sum(_glyph(font, size, character)[2] + spacing for character in text)


def draw_text(
    ink: NDArray[np.uint8],
    text: str,
    origin: tuple[float, float],
    font: str,
    size: int,
    spacing: float = 0.0,
) -> None:
    """Add a line of text to an ink map, in place; what falls outside is cut off.

    Parameters
    ----------
    ink : ndarray of uint8, shape (height, width)
        0 is blank, 255 full ink.
    text : str
    origin : (x, y)
        Left end of the baseline, pixels.
    font : str
        One of `FONTS`.
    size : int
        Em in pixels.
    spacing : float
        Extra pixels after each character.
    """
    height, width = ink.shape
    x = origin[0]
    for character in text:
        glyph, top, advance = _glyph(font, size, character)
        column, row = round(x), round(origin[1]) + top
        x += advance + spacing
        x0, y0 = max(column, 0), max(row, 0)
        x1, y1 = min(column + glyph.shape[1], width), min(row + glyph.shape[0], height)
        if x1 <= x0 or y1 <= y0:
            continue
        part = ink[y0:y1, x0:x1]
        np.maximum(part, glyph[y0 - row : y1 - row, x0 - column : x1 - column], out=part)
