"""First stage: where parcel and label are in the overview."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from systems.vision.cascade.windows import DETECTOR_SIZE, letterboxed
from systems.weights import OnnxModel

__all__ = ["CLASS_NAMES", "Detection", "LabelDetector", "decoded"]

CLASS_NAMES = ("parcel", "label")
LEAST = 0.10
"""Detections less sure than this are not looked at."""
OVERLAP = 0.6
"""Of two detections of a class that share more than this (intersection over union), one stays."""


@dataclass(frozen=True, slots=True)
class Detection:
    """A thing found in a picture.

    Attributes
    ----------
    name : str
        Of `CLASS_NAMES`.
    box : (left, top, right, bottom)
        In pixels of the picture.
    confidence : float
    """

    name: str
    box: tuple[float, float, float, float]
    confidence: float


class LabelDetector:
    """A YOLO detector with the classes `CLASS_NAMES`.

    Parameters
    ----------
    model : OnnxModel
        Takes (n, 3, 224, 256), RGB from 0 to 1; gives (n, 6, anchors): centre x, y, width, height
        in pixels, then the chance of each class.
    """

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    def find(self, pictures: Sequence[NDArray[np.uint8]]) -> list[list[Detection]]:
        """Detections of every picture, the surest first.

        Parameters
        ----------
        pictures : sequence of ndarray of uint8, shape (height, width, 3), RGB

        Raises
        ------
        ValueError
            If the model's answer has not the shape of a YOLO detector of two classes.
        """
        if not pictures:
            return []
        framed = [letterboxed(picture, DETECTOR_SIZE) for picture in pictures]
        batch = np.stack([frame for frame, _, _ in framed]).transpose(0, 3, 1, 2)
        (answer,) = self._model.run(np.ascontiguousarray(batch, np.float32) / np.float32(255.0))[:1]
        if answer.ndim != 3 or answer.shape[1] != 4 + len(CLASS_NAMES):
            raise ValueError(
                f"a detector of {len(CLASS_NAMES)} classes answers with shape "
                f"(n, {4 + len(CLASS_NAMES)}, anchors), not {answer.shape}"
            )
        return [
            decoded(row, scale, offset)
            for row, (_, scale, offset) in zip(answer, framed, strict=True)
        ]


def decoded(
    answer: NDArray[np.float32], scale: float, offset: tuple[float, float]
) -> list[Detection]:
    """Boxes of one picture, after non-maximum suppression class by class.

    Parameters
    ----------
    answer : ndarray, shape (4 + classes, anchors)
    scale, offset
        Of `letterboxed`.
    """
    found = []
    for index, name in enumerate(CLASS_NAMES):
        chances = answer[4 + index]
        rows = np.flatnonzero(chances >= LEAST)
        if rows.size == 0:
            continue
        centre, size = answer[:2, rows].T, np.maximum(answer[2:4, rows].T, 0.0)
        corner = centre - 0.5 * size
        kept = cv2.dnn.NMSBoxes(
            np.hstack([corner, size]).tolist(), chances[rows].tolist(), LEAST, OVERLAP
        )
        for row in np.asarray(kept, np.int64).ravel():
            left, top = (corner[row] - offset) / scale
            right, bottom = (corner[row] + size[row] - offset) / scale
            box = (float(left), float(top), float(right), float(bottom))
            found.append(Detection(name, box, float(min(chances[rows[row]], 1.0))))
    return sorted(found, key=lambda each: (-each.confidence, each.box))
