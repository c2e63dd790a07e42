"""Batches of labels at every angle, with the corners of their lines."""

from collections.abc import Sequence
from dataclasses import dataclass

import albumentations as A  # noqa: N812
import cv2
import numpy as np
from numpy.typing import NDArray

from systems.vision.cascade.windows import LOCATOR_SIZE
from systems.vision.training.example_order import examples_of
from systems.vision.training.sheets import LABEL_PX, LABEL_ZOOM, Sheet

__all__ = ["LabelBatch", "LabelBatches"]

UPRIGHT_SD_DEG = 6.0
ZOOMS = (1.02, 1.75)
SHIFT = 0.10
"""Standard deviation of the window's shift, in its sides."""
MOST = 0.2 * LOCATOR_SIZE
"""Largest shift in pixels."""


@dataclass(frozen=True, slots=True)
class LabelBatch:
    """So many labels.

    Attributes
    ----------
    pictures : ndarray of uint8, shape (n, 192, 192)
    quads : ndarray of float32, shape (n, 2, 4, 2)
        In sides of the picture; 0 where there is no label.
    there : ndarray of float32, shape (n,)
        1 where there is a label.
    """

    pictures: NDArray[np.uint8]
    quads: NDArray[np.float32]
    there: NDArray[np.float32]


class LabelBatches:
    """Labels of the sheets in random order, turned, zoomed, shifted and augmented.

    Parameters
    ----------
    sheets : sequence of Sheet
    size : int
        Labels a batch.
    seed : int
    augmented : albumentations.Compose
    upright : float
        Share of labels shown nearly upright, as the locator's second look has them; the rest lie
        anyhow.
    """

    def __init__(
        self,
        sheets: Sequence[Sheet],
        size: int,
        seed: int,
        augmented: A.Compose,
        upright: float = 0.5,
    ) -> None:
        self._upright = upright
        self._labels = [
            (sheet.label[row], sheet.line_quads[row])
            for sheet in sheets
            for row in range(len(sheet.texts))
        ]
        self._size = size
        self._seed = seed
        self._augmented = augmented

    def __len__(self) -> int:
        return len(self._labels)

    def batch(self, step: int) -> LabelBatch:
        """Batch of a step; the same again for the same number."""
        examples, rng = examples_of(step, self._size, len(self._labels), self._seed)
        self._augmented.set_random_seed(int(rng.integers(2**31)))
        pictures, quads, there = [], [], []
        for example in examples:
            label, lines = self._labels[example]
            known = bool(np.isfinite(lines).all())
            seen, moved = _seen(
                label, lines if known else np.zeros_like(lines), known, self._upright, rng
            )
            pictures.append(self._augmented(image=seen[:, :, None])["image"].reshape(seen.shape))
            quads.append(moved / LOCATOR_SIZE if known else np.zeros_like(moved))
            there.append(float(known))
        return LabelBatch(
            np.stack(pictures), np.stack(quads).astype(np.float32), np.array(there, np.float32)
        )


def _seen(
    label: NDArray[np.uint8],
    lines: NDArray[np.float32],
    known: bool,
    upright: float,
    rng: np.random.Generator,
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The locator's window on the picture around a label, and the lines' corners in it."""
    along = lines[0, 1] - lines[0, 0]
    lies = float(np.arctan2(along[1], along[0])) if known else 0.0
    angle = rng.uniform(-np.pi, np.pi)
    if rng.random() < upright:
        angle = -lies + np.radians(rng.normal(0.0, UPRIGHT_SD_DEG))
    zoom = rng.uniform(*ZOOMS)
    scale = LOCATOR_SIZE * LABEL_ZOOM / (LABEL_PX * zoom)
    shift = rng.normal(0.0, SHIFT, 2) * LOCATOR_SIZE
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    matrix = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0]])
    centre = matrix[:, :2] @ np.full(2, 0.5 * LABEL_PX)
    matrix[:, 2] = 0.5 * LOCATOR_SIZE - centre + np.clip(shift, -MOST, MOST)
    moved = lines.reshape(-1, 2) @ matrix[:, :2].T + matrix[:, 2]
    # OpenCV puts pixel centres at whole numbers, corners are counted from the picture's rim
    pixels = matrix.copy()
    pixels[:, 2] += 0.5 * matrix[:, :2].sum(axis=1) - 0.5
    seen = cv2.warpAffine(
        label,
        pixels,
        (LOCATOR_SIZE, LOCATOR_SIZE),
        flags=cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(seen, np.uint8), moved.reshape(lines.shape)
