"""First stage: where parcel and label are in the overview."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from systems.errors import SystemLoadError
from systems.vision.cascade.windows import letterboxed
from systems.weights import OnnxModel

__all__ = [
    "CLASS_NAMES",
    "CentreCrop",
    "Detection",
    "LabelDetector",
    "decoded",
    "intersection_over_union",
]

CLASS_NAMES = ("parcel", "label")
CENTRE_SHARE = 0.5
"""Side of the square in the middle of a picture that a label is trusted to lie in, in heights of
the picture; chosen on pictures of calibration."""
NAME = re.compile(r"(\d{1,5})\s*:\s*['\"]([^'\"]*)['\"]")
MOST_NAMES = 20_000
"""Characters of a file's names of classes that are looked at."""
IMAGE_SIZE = re.compile(r"\[\s*(\d{2,4})\s*,\s*(\d{2,4})\s*\]")
"""Height and width, as ultralytics writes them into what it exports."""
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
    """A YOLO detector that knows what a label is.

    Parameters
    ----------
    model : OnnxModel
        Takes (n, 3, height, width), RGB from 0 to 1, for any n or for 1; gives (n, 4 + classes,
        anchors): centre x, y, width, height in pixels, then the chance of each class.  Classes are
        those that ultralytics' export names in the file, or `CLASS_NAMES`; where there is one
        class alone, that is the label.

    Raises
    ------
    SystemLoadError
        If it takes something else, or no class of several is called label.
    """

    def __init__(self, model: OnnxModel) -> None:
        self._model = model
        self._size = _picture_size(model)
        self._names = _class_names(model)

    def find(self, pictures: Sequence[NDArray[np.uint8]]) -> list[list[Detection]]:
        """Detections of every picture, the surest first; none in one without pixels.

        Parameters
        ----------
        pictures : sequence of ndarray of uint8, shape (height, width, 3), RGB

        Raises
        ------
        ValueError
            If the model's answer has not the shape of a YOLO detector of two classes.
        """
        found: list[list[Detection]] = [[] for _ in pictures]
        shown = [place for place, picture in enumerate(pictures) if picture.size]
        if not shown:
            return found
        framed = [letterboxed(pictures[place], self._size) for place in shown]
        batch = np.stack([frame for frame, _, _ in framed]).transpose(0, 3, 1, 2)
        (answer,) = self._model.run(np.ascontiguousarray(batch, np.float32) / np.float32(255.0))[:1]
        if answer.ndim != 3 or answer.shape[1] != 4 + len(self._names):
            raise ValueError(
                f"a detector of {len(self._names)} classes answers with shape "
                f"(n, {4 + len(self._names)}, anchors), not {answer.shape}"
            )
        for place, row, (_, scale, offset) in zip(shown, answer, framed, strict=True):
            found[place] = decoded(row, scale, offset, self._names)
        return found


class CentreCrop:
    """No detector at all: whatever lies in the middle of a picture is taken for a label.

    The cascade's locator still looks for lines within; what this stands for is a floor where
    parcels are trusted to lie under the camera as they do in the lab.
    """

    sha256 = hashlib.sha256(f"centre crop {CENTRE_SHARE}".encode()).hexdigest()
    """What an answer follows from, as a weight file's hash is."""

    def find(self, pictures: Sequence[NDArray[np.uint8]]) -> list[list[Detection]]:
        """One label for every picture, of shape (height, width, 3); none without pixels."""
        found: list[list[Detection]] = []
        for picture in pictures:
            if not picture.size:
                found.append([])
                continue
            height, width = picture.shape[:2]
            half = 0.5 * CENTRE_SHARE * height
            x, y = 0.5 * width, 0.5 * height
            found.append([Detection("label", (x - half, y - half, x + half, y + half), 1.0)])
        return found


def decoded(
    answer: NDArray[np.float32],
    scale: float,
    offset: tuple[float, float],
    names: Sequence[str] = CLASS_NAMES,
) -> list[Detection]:
    """Boxes of one picture, after non-maximum suppression class by class.

    Parameters
    ----------
    answer : ndarray, shape (4 + classes, anchors)
    scale, offset
        Of `letterboxed`.
    names : sequence of str
        Of the classes.
    """
    found = []
    for index, name in enumerate(names):
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


def _picture_size(model: OnnxModel) -> tuple[int, int]:
    """(width, height) of the picture that a detector takes."""
    shape = model.input_shape
    if len(shape) != 4 or shape[1] not in (3, None) or shape[0] not in (1, None):
        raise SystemLoadError(
            f"a detector takes pictures of shape (n, 3, height, width), not {shape}",
            where=model.where,
            fix="export it as yolo export format=onnx does, with dynamic=True or batch=1",
        )
    height, width = shape[2], shape[3]
    if height is None or width is None:
        # ultralytics writes the size that it was trained for beside a network that takes any
        told = IMAGE_SIZE.fullmatch(model.properties.get("imgsz", "").strip())
        if told is None:
            raise SystemLoadError(
                "a detector that takes pictures of any size does not say which it was trained for",
                where=model.where,
                fix="export it with yolo export format=onnx, which writes that (imgsz) into the "
                "file, or for one size (without dynamic=True)",
            )
        height, width = (int(size) for size in told.groups())
    return width, height


def _class_names(model: OnnxModel) -> tuple[str, ...]:
    """Classes as the exporter wrote them: ultralytics writes a Python mapping of number to name."""
    written = model.properties.get("names")
    if written is None:
        return CLASS_NAMES
    told = {int(number): name for number, name in NAME.findall(written[:MOST_NAMES])}
    if sorted(told) != list(range(len(told))) or not told:
        raise SystemLoadError(
            f"its names of classes cannot be read: {written[:80]!r}",
            where=model.where,
            fix="export it again with ultralytics, or without names and with the classes parcel "
            "and label",
        )
    names = tuple(told[number].strip().lower() for number in range(len(told)))
    if len(names) == 1:
        return ("label",)
    if "label" not in names:
        raise SystemLoadError(
            f"none of its classes is called label: {', '.join(names)[:120]}",
            where=model.where,
            fix="name the class of the shipping label label, and export it again",
        )
    return names


def intersection_over_union(one: Sequence[float], other: Sequence[float]) -> float:
    """Area that two boxes share, over the area of both together.

    Parameters
    ----------
    one, other : (left, top, right, bottom)
    """
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(width, 0.0) * max(height, 0.0)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return float(shared / (areas - shared)) if areas > shared else 0.0
