"""Captions on pictures for people."""

import numpy as np
from numpy.typing import NDArray

from sim.frames.typesetting import draw_text, text_width

__all__ = ["wrapped", "written"]


def written(
    text: str,
    box: tuple[int, int],
    size: int = 14,
    colour: tuple[int, int, int] = (30, 30, 30),
    paper: tuple[int, int, int] = (250, 250, 250),
    bold: bool = False,
) -> NDArray[np.uint8]:
    """One line of text in a box; what does not fit is cut off with an ellipsis.

    Parameters
    ----------
    text : str
    box : (width, height)
        Pixels.
    size : int
        Em in pixels.
    colour, paper : (red, green, blue)
    bold : bool

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
    """
    font = "DejaVuSans-Bold" if bold else "DejaVuSans"
    width, height = box
    room = width - 8.0
    if text_width(text, font, size) > room:
        while text and text_width(f"{text}…", font, size) > room:
            text = text[:-1]
        text = f"{text}…"
    ink = np.zeros((height, width), np.uint8)
    draw_text(ink, text, (4.0, 0.5 * height + 0.36 * size), font, size)
    cover = ink[:, :, None].astype(np.float32) / 255.0
    blank = np.asarray(paper, np.float32)
    return np.rint(blank + cover * (np.asarray(colour, np.float32) - blank)).astype(np.uint8)


def wrapped(text: str, width: int, size: int = 14, bold: bool = False) -> list[str]:
    """Break a text at spaces, or within a word too long for a line, to lines of `width` pixels."""
    font = "DejaVuSans-Bold" if bold else "DejaVuSans"
    room = max(width - 8.0, 2.0 * size)
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if text_width(longer, font, size) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while text_width(line, font, size) > room:
            cut = len(line) - 1
            while cut > 1 and text_width(line[:cut], font, size) > room:
                cut -= 1
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line] if line or not lines else lines
