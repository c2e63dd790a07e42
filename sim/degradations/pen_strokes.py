"""What people write on parcels, as polylines: numbers, crosses, underlines, a scrawl."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["written_strokes"]

Stroke = NDArray[np.float64]

_DIGITS: tuple[tuple[tuple[tuple[float, float], ...], ...], ...] = (
    (((0.5, 0.0), (0.1, 0.2), (0.0, 0.6), (0.3, 1.0), (0.7, 0.8), (0.8, 0.3), (0.5, 0.0)),),
    (((0.2, 0.25), (0.5, 0.0), (0.45, 1.0)),),
    (((0.1, 0.2), (0.4, 0.0), (0.75, 0.2), (0.6, 0.5), (0.05, 1.0), (0.85, 0.95)),),
    (((0.1, 0.1), (0.7, 0.05), (0.35, 0.42), (0.75, 0.7), (0.4, 1.0), (0.0, 0.9)),),
    (((0.5, 0.0), (0.05, 0.65), (0.85, 0.6)), ((0.6, 0.35), (0.55, 1.0))),
    (((0.8, 0.0), (0.2, 0.02), (0.15, 0.45), (0.6, 0.42), (0.75, 0.75), (0.4, 1.0), (0.0, 0.9)),),
    (((0.65, 0.0), (0.15, 0.5), (0.1, 0.85), (0.45, 1.0), (0.7, 0.75), (0.4, 0.55), (0.1, 0.7)),),
    (((0.05, 0.05), (0.8, 0.0), (0.35, 1.0)), ((0.2, 0.5), (0.7, 0.48))),
    (((0.6, 0.1), (0.2, 0.1), (0.6, 0.5), (0.7, 0.85), (0.3, 1.0), (0.05, 0.8), (0.6, 0.1)),),
    (((0.7, 0.2), (0.3, 0.0), (0.1, 0.3), (0.4, 0.5), (0.7, 0.2), (0.6, 1.0)),),
)
"""Strokes of 0 to 9 in a box one high, y down, as a quick hand draws them."""
STEP = 5
"""Points between two corners of a stroke."""


def written_strokes(rng: np.random.Generator, size_mm: tuple[float, float]) -> list[Stroke]:
    """Draw what somebody writes on a label, in the order of writing.

    Parameters
    ----------
    rng : numpy.random.Generator
    size_mm : (width, height)
        Of the label.

    Returns
    -------
    list of ndarray, each of shape (n, 2)
        Points in mm from the label's top left corner; long enough to fill a third of the label.
    """
    strokes: list[Stroke] = []
    length = 0.0
    while length < 4500.0:
        kind = int(rng.integers(4))
        start = rng.uniform((0.06, 0.08), (0.55, 0.8)) * np.asarray(size_mm)
        slant = rng.normal(0.0, np.radians(9.0))
        if kind == 0:
            new = _number(rng, start, rng.uniform(18.0, 36.0))
        elif kind == 1:
            new = _scrawl(rng, start, rng.uniform(45.0, 75.0), rng.uniform(9.0, 16.0))
        elif kind == 2:
            new = _lines(rng, start, rng.uniform(30.0, 65.0))
        else:
            new = _cross(rng, start, rng.uniform(22.0, 45.0))
        turn = np.array([[np.cos(slant), np.sin(slant)], [-np.sin(slant), np.cos(slant)]])
        new = [(stroke - start) @ turn + start for stroke in new]
        strokes += new
        length += sum(float(np.hypot(*np.diff(stroke, axis=0).T).sum()) for stroke in new)
    return strokes


def _smooth(corners: Stroke) -> Stroke:
    """Round the corners of a polyline as a moving hand does (Catmull-Rom)."""
    ends = np.vstack([2 * corners[0] - corners[1], corners, 2 * corners[-1] - corners[-2]])
    t = (np.arange(STEP) / STEP)[:, None]
    parts = []
    for i in range(1, len(ends) - 2):
        before, a, b, after = ends[i - 1], ends[i], ends[i + 1], ends[i + 2]
        parts.append(
            a
            + 0.5 * t * (b - before)
            + t**2 * (before - 2.5 * a + 2.0 * b - 0.5 * after)
            + 0.5 * t**3 * (after - before + 3.0 * (a - b))
        )
    return np.vstack([*parts, corners[-1:]])


def _number(rng: np.random.Generator, start: Stroke, height: float) -> list[Stroke]:
    strokes = []
    x = 0.0
    for _ in range(int(rng.integers(1, 4))):
        digit = _DIGITS[int(rng.integers(10))]
        lean, squeeze = rng.uniform(0.0, 0.25), rng.uniform(0.55, 0.75)
        for corners in digit:
            points = np.asarray(corners) + rng.normal(0.0, 0.03, size=(len(corners), 2))
            points[:, 0] = squeeze * points[:, 0] + lean * (1.0 - points[:, 1])
            strokes.append(_smooth(points * height + start + (x, 0.0)))
        x += height * (squeeze + rng.uniform(0.15, 0.3))
    return strokes


def _scrawl(rng: np.random.Generator, start: Stroke, width: float, height: float) -> list[Stroke]:
    """A word nobody can read, or a signature: loops that move on."""
    t = np.linspace(0.0, 1.0, 110)
    loops = rng.uniform(4.0, 6.5)
    wave = np.interp(t, np.linspace(0.0, 1.0, 8), rng.uniform(0.35, 1.3, size=8))
    x = width * t + 0.28 * height * np.sin(2.0 * np.pi * loops * t + 1.2)
    y = 0.5 * height * wave * np.cos(2.0 * np.pi * loops * t)
    return [np.column_stack([x, y]) + start]


def _lines(rng: np.random.Generator, start: Stroke, width: float) -> list[Stroke]:
    """One to three quick strokes: an underline, or text struck out."""
    strokes = []
    for row in range(int(rng.integers(1, 4))):
        bend = rng.normal(0.0, 1.6, size=4).cumsum()
        x = np.linspace(0.0, width * rng.uniform(0.8, 1.0), 4)
        strokes.append(_smooth(np.column_stack([x, bend + 6.5 * row]) + start))
    return strokes


def _cross(rng: np.random.Generator, start: Stroke, size: float) -> list[Stroke]:
    wobble = rng.normal(0.0, 0.06, size=(2, 3, 2))
    base = np.array([[[0.0, 0.0], [0.5, 0.5], [1.0, 1.0]], [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]])
    return [_smooth((corners + wobble[i]) * size + start) for i, corners in enumerate(base)]
