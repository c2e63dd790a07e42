"""Which part of a picture each stage of the cascade looks at."""

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "DETECTOR_SIZE",
    "LINES",
    "LINE_SIZE",
    "LOCATOR_SIZE",
    "SINGLE_STAGE_SIZE",
    "letterboxed",
    "line_window",
    "square_window",
    "to_window",
    "window_on",
]

DETECTOR_SIZE = (160, 128)
"""(width, height) of the detector's picture: a label of the floor is about 30 pixels wide."""
SINGLE_STAGE_SIZE = (416, 320)
"""(width, height) of the picture of a detector that also reads: the overview as it is."""
LOCATOR_SIZE = 192
"""Side of the locator's square picture."""
LINE_SIZE = (256, 48)
"""(width, height) of a line as the reader has it."""
LINES = ("sort_code", "tracking_id")
"""Lines in the order in which the locator gives them."""

GREY = 114
"""Around a letterboxed picture, as YOLO has it."""
BESIDE = 0.06
"""Of a line's width: room at either end of its window."""
ABOVE = 0.6
"""Of a line's height: room above and below."""
FOLLOWING = [1, 2, 3, 0]
"""Corner behind each corner of a quad."""


def letterboxed(
    picture: NDArray[np.uint8], size: tuple[int, int] = DETECTOR_SIZE
) -> tuple[NDArray[np.uint8], float, tuple[float, float]]:
    """Scale a picture into a frame, centred on grey.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width, 3)
    size : (width, height)

    Returns
    -------
    framed : ndarray of uint8, shape (size[1], size[0], 3)
    scale : float
        Frame pixels per picture pixel.
    offset : (x, y)
        Frame pixel of the picture's corner: ``frame = picture * scale + offset``.
    """
    height, width = picture.shape[:2]
    scale = min(size[0] / width, size[1] / height)
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
    scaled = picture if inner == (width, height) else cv2.resize(picture, inner, interpolation=how)
    framed = np.full((size[1], size[0], 3), GREY, np.uint8)
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    framed[top : top + inner[1], left : left + inner[0]] = scaled
    return framed, scale, (float(left), float(top))


def square_window(box: ArrayLike, zoom: float = 1.3) -> NDArray[np.float64]:
    """Upright square around a box.

    Parameters
    ----------
    box : (left, top, right, bottom)
    zoom : float
        Side of the square in longer sides of the box.

    Returns
    -------
    ndarray, shape (4, 2)
    """
    left, top, right, bottom = np.asarray(box, np.float64)
    half = 0.5 * zoom * max(right - left, bottom - top, 4.0)
    x, y = 0.5 * (left + right), 0.5 * (top + bottom)
    return np.array(
        [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]]
    )


def line_window(
    quad: ArrayLike, beside: float = BESIDE, above: float = ABOVE
) -> NDArray[np.float64]:
    """Widen a line's quad by the room that its window has around it.

    Parameters
    ----------
    quad : array_like, shape (4, 2)
        From the top left corner of what is printed.
    beside, above : float
        In widths and heights of the line.

    Returns
    -------
    ndarray, shape (4, 2)
    """
    corners = np.asarray(quad, np.float32)
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    matrix = cv2.getPerspectiveTransform(unit, corners)
    wide = np.array(
        [[-beside, -above], [1 + beside, -above], [1 + beside, 1 + above], [-beside, 1 + above]]
    )
    return np.asarray(cv2.perspectiveTransform(wide[None], matrix)[0], np.float64)


def window_on(line: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Window on a line; None where its corners, or the window's, make no quad to look at.

    Parameters
    ----------
    line : ndarray, shape (4, 2)
    """
    if not _is_window(line):
        return None
    # perspective may turn a slender quad inside out as it is widened
    window = line_window(line)
    return window if _is_window(window) else None


def _is_window(quad: NDArray[np.float64]) -> bool:
    """Whether four corners make a quad that can be looked at."""
    edges = quad[FOLLOWING] - quad
    following = edges[FOLLOWING]
    turns = edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0]
    return bool((turns > 1e-3).all() and np.abs(quad).max() < 1e5)


def to_window(points: ArrayLike, window: ArrayLike, size: tuple[int, int]) -> NDArray[np.float64]:
    """Where points of a picture lie in a window on it.

    Parameters
    ----------
    points : array_like, shape (n, 2)
    window : array_like, shape (4, 2)
        As asked of `CameraView.window`.
    size : (width, height)
        Pixels of the window.

    Returns
    -------
    ndarray, shape (n, 2)
    """
    width, height = size
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(np.asarray(window, np.float32), target)
    moved = cv2.perspectiveTransform(np.asarray(points, np.float64)[None], matrix)
    return np.asarray(moved[0], np.float64)
