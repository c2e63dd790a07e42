"""One parcel in several worlds, side by side, with what each arm made of it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.frames.lettering import wrapped, written
from systems.contracts.vision import CameraView, Capture

__all__ = ["STATES", "side_by_side", "whole_field"]

STATES = {
    "right": (22, 110, 60),
    "wrong": (176, 32, 32),
    "review": (150, 96, 0),
    "none": (90, 90, 90),
}
"""Colour of a reading's text; a mark says the same to those who cannot tell the colours apart."""

MARKS = {"right": "✓", "wrong": "✗", "review": "?", "none": "–"}

GAP_PX = 12
LINE_PX = 22


def side_by_side(
    captures: Sequence[tuple[str, Capture, Sequence[tuple[str, str, str]]]], width_px: int = 640
) -> NDArray[np.uint8]:
    """Draw captures beside one another, each under its caption and above its readings.

    Parameters
    ----------
    captures : sequence of (caption, Capture, readings)
        `readings` is a sequence of (arm, text, state), state one of `STATES`.
    width_px : int
        Width of one picture.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3), RGB

    Raises
    ------
    ValueError
        If there are no captures, a state is unknown or the pictures are narrower than 64 pixels.
    """
    if not captures or width_px < 64:
        raise ValueError("side_by_side needs a capture and pictures of at least 64 pixels")
    columns = []
    for caption, capture, readings in captures:
        head = [
            written(line, (width_px, LINE_PX), 15, bold=True)
            for line in wrapped(caption, width_px, 15, bold=True)
        ]
        columns.append((head, _picture(capture, width_px), _answers(readings, width_px)))
    parts: list[NDArray[np.uint8]] = []
    heads = max(len(head) for head, _, _ in columns)
    pictures = max(picture.shape[0] for _, picture, _ in columns)
    feet = max(len(answers) for _, _, answers in columns)
    for head, picture, answers in columns:
        blank = np.full((LINE_PX, width_px, 3), 250, np.uint8)
        below = np.full((pictures - picture.shape[0], width_px, 3), 250, np.uint8)
        column = np.vstack(
            [
                *head, *[blank] * (heads - len(head)), picture, below,
                *answers, *[blank] * (feet - len(answers)),
            ]
        )  # fmt: skip
        parts.append(np.pad(column, ((GAP_PX, GAP_PX), (GAP_PX, 0), (0, 0)), constant_values=250))
    sheet = np.hstack(parts)
    return np.pad(sheet, ((0, 0), (0, GAP_PX), (0, 0)), constant_values=250)


def whole_field(view: CameraView, width_px: int) -> NDArray[np.uint8]:
    """A camera's whole field of view, off its sensor."""
    height, width = view.overview.shape[:2]
    quad = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    return view.window(quad, (width_px, max(1, round(width_px * height / width))))


def _picture(capture: Capture, width_px: int) -> NDArray[np.uint8]:
    """All views, one above the other; several are named."""
    pictures = []
    for view in capture.views:
        if len(capture.views) > 1:
            pictures.append(written(view.name, (width_px, LINE_PX), 14))
        pictures.append(whole_field(view, width_px))
    return np.vstack(pictures)


def _answers(readings: Sequence[tuple[str, str, str]], width_px: int) -> list[NDArray[np.uint8]]:
    lines = []
    for arm, text, state in readings:
        if state not in STATES:
            raise ValueError(f"state must be one of {', '.join(STATES)}, got {state!r}")
        for number, line in enumerate(wrapped(f"{MARKS[state]} {arm}: {text}", width_px)):
            shown = line if number == 0 else f"    {line}"
            lines.append(written(shown, (width_px, LINE_PX), 14, colour=STATES[state]))
    return lines
