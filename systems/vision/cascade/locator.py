"""Second stage: where the lines of a label are, looked at twice."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from systems.errors import SystemLoadError
from systems.vision.cascade.closeup import Closeup
from systems.vision.cascade.windows import LINES, LOCATOR_SIZE, square_window
from systems.weights import OnnxModel

__all__ = ["Found", "LineFinder"]

SLENDER = 1.5
"""Height of a label in its widths."""
SECOND_ZOOM = 1.25
"""Side of the second window in heights of the label."""


@dataclass(frozen=True, slots=True)
class Found:
    """The lines of one label.

    Attributes
    ----------
    quads : ndarray, shape (2, 4, 2)
        Corners of sort code and tracking id in overview pixels.
    there : float
        How sure the locator is that this is a label.
    """

    quads: NDArray[np.float64]
    there: float


class LineFinder:
    """Finds both lines of labels.

    Parameters
    ----------
    model : OnnxModel
        Takes squares (n, 1, side, side), grey from -1 to 1; gives corners (n, 2, 4, 2) in sides of
        the picture, and (n,) the logit of a label being there.

    Raises
    ------
    SystemLoadError
        If it takes something else.
    """

    def __init__(self, model: OnnxModel) -> None:
        self._model = model
        self._size = _picture_size(model)

    def find(
        self,
        closeups: Sequence[Closeup],
        boxes: Sequence[tuple[float, float, float, float]],
        turns: Sequence[int] | None = None,
    ) -> list[Found]:
        """Lines of every label.

        The second look is upright and closer, so that what it finds is more exact.

        Parameters
        ----------
        closeups : sequence of Closeup
            One of each label.
        boxes : sequence of (left, top, right, bottom)
            Of each label, in overview pixels of its view.
        turns : sequence of int, optional
            Quarter turns of the first look at each; none by default.
        """
        first = [
            np.roll(square_window(box), quarter, axis=0)
            for box, quarter in zip(boxes, turns or [0] * len(boxes), strict=True)
        ]
        glances = self._look(closeups, first)
        second = [
            _upright(window, found.quads, box)
            for window, found, box in zip(first, glances, boxes, strict=True)
        ]
        return self._look(closeups, second)

    def again(
        self,
        closeups: Sequence[Closeup],
        boxes: Sequence[tuple[float, float, float, float]],
        founds: Sequence[Found],
    ) -> list[Found]:
        """Lines of labels that were looked at in vain: level with where they were found.

        Parameters
        ----------
        closeups, boxes
            As in `find`.
        founds : sequence of Found
            What was found before.
        """
        windows = [
            _upright(square_window(box), found.quads, box)
            for box, found in zip(boxes, founds, strict=True)
        ]
        return self._look(closeups, windows)

    def _look(
        self, closeups: Sequence[Closeup], windows: Sequence[NDArray[np.float64]]
    ) -> list[Found]:
        if not closeups:
            return []
        pictures = np.array(
            [
                closeup.window(window, self._size)
                for closeup, window in zip(closeups, windows, strict=True)
            ],
            np.float32,
        )
        grey = pictures / np.float32(127.5) - np.float32(1.0)
        corners, there = self._model.run(grey[:, None])[:2]
        if corners.shape[1:] != (len(LINES), 4, 2) or there.ndim != 1:
            raise ValueError(
                f"a locator answers with shapes (n, 2, 4, 2) and (n,), not {corners.shape} and "
                f"{there.shape}"
            )
        found = []
        for window, quads, logit in zip(windows, corners, there, strict=True):
            along, down = window[1] - window[0], window[3] - window[0]
            placed = window[0] + quads[..., :1] * along + quads[..., 1:] * down
            chance = 1.0 / (1.0 + np.exp(-np.clip(float(logit), -60.0, 60.0)))
            found.append(Found(np.asarray(placed, np.float64), float(chance)))
        return found


def _picture_size(model: OnnxModel) -> tuple[int, int]:
    shape = model.input_shape
    if len(shape) != 4 or shape[1] not in (1, None) or shape[2] != shape[3]:
        raise SystemLoadError(
            f"a locator takes pictures of shape (n, 1, side, side), not {shape}",
            where=model.where,
            fix="export it for square pictures in grey",
        )
    side = shape[2] or LOCATOR_SIZE
    return side, side


def _upright(
    window: NDArray[np.float64],
    quads: NDArray[np.float64],
    box: tuple[float, float, float, float],
) -> NDArray[np.float64]:
    """The first window turned so that the lines lie level, as close as the whole label allows."""
    along = (quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]).sum(axis=0)
    length = float(np.hypot(*along))
    if length < 1e-6:
        return window
    right = along / length
    down = np.array([-right[1], right[0]])
    cosine, sine = abs(right[0]), abs(right[1])
    # an upright box around a label of height L, turned, is this much of L wide or high
    width, height = cosine / SLENDER + sine, cosine + sine / SLENDER
    tall = max(box[2] - box[0], 4.0) / width, max(box[3] - box[1], 4.0) / height
    half = 0.5 * SECOND_ZOOM * max(tall)
    centre = window.mean(axis=0)
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return np.array([centre + half * (x * right + y * down) for x, y in signs])
