"""Training the single stage: YOLOv8n from its plan, on whole overviews, symbol by symbol.

ultralytics is AGPL-3.0; it is imported for training, and nowhere else.
"""

from collections.abc import Sequence
from typing import Any

import albumentations as A  # noqa: N812
import cv2
import numpy as np

from systems.torch_stack import load_torch, load_ultralytics
from systems.vision.single_stage import CLASS_NAMES, SYMBOLS
from systems.vision.training.detector_training import yolo_loss
from systems.vision.training.example_order import examples_of
from systems.vision.training.sheets import Sheet

torch = load_torch()

__all__ = ["PLAN", "SingleStageTask", "new_single_stage"]

PLAN = "yolov8n.yaml"
CLOSE_PX = 128
"""Side of a picture about a sort code alone, a multiple of the network's coarsest stride, 32."""
CLOSE_SHIFT = 16.0
"""In pixels: how far a sort code is from the middle of such a picture."""
CLOSE_MANY, WHOLE_FEW, WHOLE_EVERY = 2, 4, 4
"""Close pictures a step in units of the batch; one step in four shows whole overviews instead, a
fourth as many: a step costs the same."""
MILD_STEPS = 1000
"""Steps at first that show nothing of severity 3 or more: what a symbol looks like is learnt sooner
where it can be seen."""
READING = 3.0
"""Weight of the classes' loss in units of YOLOv8's own: 32 symbols are harder to tell apart than
things, and their places are a matter of course once they are."""
FIRST_SIDES = (2.0, 8.0)
"""Sides of the first boxes of the two finest levels, in strides: 16 pixels as a symbol has, and 128
as a label."""
MOST_SHIFT = 0.1
"""Of the picture's width."""
MOST_TURN = np.radians(10.0)
ZOOMS = (0.85, 1.15)
IN_VIEW = 0.6
"""Of a thing's box: what is less in view is not asked for."""


def new_single_stage() -> Any:
    """An untrained YOLOv8n of grey pictures with the classes of the single stage."""
    detection_model, get_cfg = load_ultralytics()
    network = detection_model(PLAN, ch=1, nc=len(CLASS_NAMES), verbose=False)
    network.args = get_cfg()
    network.args.cls *= READING
    _start_at(network, FIRST_SIDES)
    return network


def _start_at(network: Any, sides: Sequence[float]) -> None:
    """Let boxes of either level begin at a side of so many of the level's strides.

    YOLOv8 gives a place in the picture to the thing whose box it already comes nearest to.  Left
    alone, its finest level begins with boxes as large as a label and is given the label, and the
    symbols go to the next level, where two of them share a place.
    """
    head = network.model[-1]
    bins = torch.arange(head.reg_max, dtype=torch.float32)
    with torch.no_grad():
        for branch, side in zip(head.cv2, sides, strict=False):
            branch[-1].bias.copy_((-((bins - 0.5 * side) ** 2) / side).repeat(4))


class SingleStageTask:
    """YOLOv8's own loss on overviews moved, zoomed and turned, never mirrored.

    Most steps show the sort code and what is around it alone, at the same scale: what is learnt of
    a symbol there holds anywhere in a picture, and a step has eight times as many of them.

    Parameters
    ----------
    network : ultralytics.nn.tasks.DetectionModel
    sheets : sequence of Sheet
    size : int
        Pictures a batch.
    seed : int
    augmented : albumentations.Compose
        Of light and noise.
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
            (sheet.whole[row], sheet.whole_quads[row], sheet.texts[row][0])
            for sheet in sheets
            for row in range(len(sheet.texts))
        ]
        damage = [words for sheet in sheets for words in sheet.damage]
        self._mild = [row for row, words in enumerate(damage) if _is_mild(words)]
        self._size = size
        self._seed = seed
        self._augmented = augmented

    def loss(self, step: int) -> Any:
        """Loss of a step's batch."""
        whole = step % WHOLE_EVERY == 0
        size = max(1, self._size // WHOLE_FEW) if whole else CLOSE_MANY * self._size
        among = self._mild if step < MILD_STEPS and self._mild else range(len(self._shown))
        chosen, rng = examples_of(step, CLOSE_MANY * self._size, len(among), self._seed)
        examples = [among[place] for place in chosen[:size]]
        self._augmented.set_random_seed(int(rng.integers(2**31)))
        pictures, boxes, classes, rows = [], [], [], []
        for index, example in enumerate(examples):
            picture, quads, text = self._shown[example]
            things, names = _things(quads, text)
            seen, moved = _moved(picture, things, rng) if whole else _close(picture, things, rng)
            pictures.append(self._augmented(image=seen[:, :, None])["image"][:, :, 0])
            for box, name in zip(moved, names, strict=True):
                if np.isfinite(box).all():
                    boxes.append(box)
                    classes.append(float(name))
                    rows.append(float(index))
        batch = np.stack(pictures)[:, None]
        return yolo_loss(self.network, batch, boxes, classes, rows, self._device)


def _is_mild(damage: str) -> bool:
    return all(int(done.rpartition(":")[2]) < 3 for done in damage.split(",") if done)


def _things(
    quads: np.ndarray[Any, np.dtype[np.float32]], text: str
) -> tuple[np.ndarray[Any, np.dtype[np.float64]], list[int]]:
    """Corners and classes of label, tracking id and symbols; none where there is no label."""
    if not np.isfinite(quads).all() or not text:
        return np.empty((0, 4, 2)), []
    return quads.astype(np.float64), [0, 1, *(2 + SYMBOLS.index(symbol) for symbol in text)]


def _moved(
    picture: np.ndarray[Any, np.dtype[np.uint8]],
    quads: np.ndarray[Any, np.dtype[np.float64]],
    rng: np.random.Generator,
) -> tuple[np.ndarray[Any, np.dtype[np.uint8]], np.ndarray[Any, np.dtype[np.float64]]]:
    """A picture moved, zoomed and turned, and upright boxes as (x, y, width, height) in shares."""
    height, width = picture.shape[:2]
    centre = 0.5 * np.array([width, height])
    shift = rng.uniform(-MOST_SHIFT, MOST_SHIFT, 2) * width
    turn = _turn(rng)
    return _shown(picture, quads, turn, centre - turn @ centre + shift, (width, height))


def _close(
    picture: np.ndarray[Any, np.dtype[np.uint8]],
    quads: np.ndarray[Any, np.dtype[np.float64]],
    rng: np.random.Generator,
) -> tuple[np.ndarray[Any, np.dtype[np.uint8]], np.ndarray[Any, np.dtype[np.float64]]]:
    """As `_moved`, of the sort code and what is around it, or of any place without a label."""
    height, width = picture.shape[:2]
    shift = rng.uniform(-CLOSE_SHIFT, CLOSE_SHIFT, 2)
    turn = _turn(rng)
    middle = rng.uniform((0.0, 0.0), (width, height))
    if len(quads):
        middle = quads[2:].mean(axis=(0, 1))
    offset = 0.5 * CLOSE_PX - turn @ middle + shift
    return _shown(picture, quads, turn, offset, (CLOSE_PX, CLOSE_PX))


def _turn(rng: np.random.Generator) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A little zoomed and turned; parcels lie every way already, and 6 upside down is 9."""
    angle, zoom = rng.uniform(-MOST_TURN, MOST_TURN), rng.uniform(*ZOOMS)
    cosine, sine = zoom * np.cos(angle), zoom * np.sin(angle)
    return np.array([[cosine, -sine], [sine, cosine]])


def _shown(
    picture: np.ndarray[Any, np.dtype[np.uint8]],
    quads: np.ndarray[Any, np.dtype[np.float64]],
    turn: np.ndarray[Any, np.dtype[np.float64]],
    offset: np.ndarray[Any, np.dtype[np.float64]],
    size: tuple[int, int],
) -> tuple[np.ndarray[Any, np.dtype[np.uint8]], np.ndarray[Any, np.dtype[np.float64]]]:
    # pixel centres lie at whole numbers for OpenCV, and half a pixel further in shares
    pixels = np.hstack([turn, (offset + turn @ [0.5, 0.5] - 0.5)[:, None]])
    seen = cv2.warpAffine(picture, pixels, size, borderValue=114)
    corners = quads @ turn.T + offset
    low, high = corners.min(axis=1), corners.max(axis=1)
    whole = (high - low).prod(axis=1)
    low, high = np.clip(low, 0.0, size), np.clip(high, 0.0, size)
    gone = ~((high - low).prod(axis=1) >= IN_VIEW * whole)
    shares = np.hstack([0.5 * (low + high), high - low]) / np.array(size * 2)
    shares[gone] = np.nan
    return np.asarray(seen, np.uint8), shares
