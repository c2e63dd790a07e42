"""Training the detector: YOLOv8n from its plan, on overviews.

ultralytics is AGPL-3.0; it is imported here, for training, and nowhere else.
"""

from collections.abc import Sequence
from typing import Any

import albumentations as A  # noqa: N812
import cv2
import numpy as np

from systems.torch_stack import load_torch, load_ultralytics
from systems.vision.cascade.detector import CLASS_NAMES
from systems.vision.training.example_order import examples_of
from systems.vision.training.sheets import Sheet

torch = load_torch()

__all__ = ["DetectorTask", "for_export", "new_detector", "yolo_loss"]

PLAN = "yolov8n.yaml"
MOST_SHIFT = 0.15
"""Of the picture's width: how far an overview is moved."""
ZOOMS = (0.7, 1.25)


def new_detector() -> Any:
    """An untrained YOLOv8n with the classes of the cascade."""
    detection_model, get_cfg = load_ultralytics()
    network = detection_model(PLAN, nc=len(CLASS_NAMES), verbose=False)
    network.args = get_cfg()
    return network


def for_export(network: Any) -> Any:
    """The same detector with its batch norms folded in, giving boxes and chances alone."""
    fused = network.fuse(verbose=False)
    head = fused.model[-1]
    head.export, head.format = True, "onnx"
    return fused


class DetectorTask:
    """YOLOv8's own loss on overviews moved, zoomed and mirrored.

    Parameters
    ----------
    network : ultralytics.nn.tasks.DetectionModel
    sheets : sequence of Sheet
    size : int
        Pictures a batch.
    seed : int
    augmented : albumentations.Compose
        Of colours and noise; what moves the picture is done here.
    learning_rate : float
    device : str
        ``cpu`` or ``cuda``.
    """

    weight_decay = 5e-4

    def __init__(
        self,
        network: Any,
        sheets: Sequence[Sheet],
        size: int,
        seed: int,
        augmented: A.Compose,
        learning_rate: float,
        device: str = "cpu",
    ) -> None:
        self.network = network.to(device)
        self._device = device
        self.learning_rate = learning_rate
        self._shown = [
            (sheet.overview[row], sheet.boxes[row])
            for sheet in sheets
            for row in range(len(sheet.texts))
        ]
        self._size = size
        self._seed = seed
        self._augmented = augmented

    def loss(self, step: int) -> Any:
        """Loss of a step's batch."""
        examples, rng = examples_of(step, self._size, len(self._shown), self._seed)
        self._augmented.set_random_seed(int(rng.integers(2**31)))
        pictures, boxes, classes, rows = [], [], [], []
        for index, example in enumerate(examples):
            picture, known = self._shown[example]
            seen, moved = _moved(picture, known, rng)
            pictures.append(self._augmented(image=seen)["image"])
            for label in range(len(CLASS_NAMES)):
                if np.isfinite(moved[label]).all():
                    boxes.append(moved[label])
                    classes.append(float(label))
                    rows.append(float(index))
        batch = np.stack(pictures).transpose(0, 3, 1, 2)
        return yolo_loss(self.network, batch, boxes, classes, rows, self._device)


def yolo_loss(
    network: Any,
    pictures: np.ndarray[Any, np.dtype[np.uint8]],
    boxes: Sequence[np.ndarray[Any, np.dtype[np.float64]]],
    classes: Sequence[float],
    rows: Sequence[float],
    device: str,
) -> Any:
    """YOLOv8's own loss of a batch, a picture.

    Parameters
    ----------
    network : ultralytics.nn.tasks.DetectionModel
    pictures : ndarray of uint8, shape (n, channels, height, width)
    boxes : sequence of (x, y, width, height)
        Of every thing to be found, in shares of the picture.
    classes, rows : sequence of float
        What each is, and in which picture.
    device : str
    """
    known = {
        "img": torch.from_numpy(np.ascontiguousarray(pictures, np.float32) / np.float32(255.0)),
        "cls": torch.tensor(classes).view(-1, 1),
        "bboxes": torch.tensor(np.array(boxes, np.float32).reshape(-1, 4)),
        "batch_idx": torch.tensor(rows),
    }
    total, _ = network.loss({name: value.to(device) for name, value in known.items()})
    return total.sum() / len(pictures)


def _moved(
    picture: np.ndarray[Any, np.dtype[np.uint8]],
    boxes: np.ndarray[Any, np.dtype[np.float32]],
    rng: np.random.Generator,
) -> tuple[np.ndarray[Any, np.dtype[np.uint8]], np.ndarray[Any, np.dtype[np.float64]]]:
    """A picture moved, zoomed and mirrored, and its boxes as (x, y, width, height) in shares.

    Mirroring is right here, where nothing is read.
    """
    height, width = picture.shape[:2]
    zoom = rng.uniform(*ZOOMS)
    shift = rng.uniform(-MOST_SHIFT, MOST_SHIFT, 2) * width
    flips = np.where(rng.random(2) < 0.5, -1.0, 1.0) * zoom
    centre = 0.5 * np.array([width, height])
    offset = centre - flips * centre + shift
    matrix = np.array([[flips[0], 0.0, offset[0]], [0.0, flips[1], offset[1]]])
    pixels = matrix.copy()
    pixels[:, 2] += 0.5 * flips - 0.5
    seen = cv2.warpAffine(picture, pixels, (width, height), borderValue=(114, 114, 114))
    corners = boxes.reshape(-1, 2, 2) * flips + offset
    low, high = corners.min(axis=1), corners.max(axis=1)
    whole = (high - low).prod(axis=1)
    low, high = np.clip(low, 0.0, (width, height)), np.clip(high, 0.0, (width, height))
    # a thing of which little is left in view is not asked for
    gone = ~((high - low).prod(axis=1) >= 0.35 * whole)
    shares = np.hstack([0.5 * (low + high), high - low]) / np.array([width, height] * 2)
    shares[gone] = np.nan
    return np.asarray(seen, np.uint8), shares
