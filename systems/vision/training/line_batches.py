"""Batches of lines, each seen a little differently every time."""

from collections.abc import Sequence
from dataclasses import dataclass

import albumentations as A  # noqa: N812
import cv2
import numpy as np
from numpy.typing import NDArray

from systems.vision.cascade.windows import ABOVE, BESIDE, LINE_SIZE
from systems.vision.training.example_order import examples_of
from systems.vision.training.sensor_noise import SensorNoise
from systems.vision.training.sheets import LINE_ROOM, Sheet

__all__ = ["LineBatch", "LineBatches", "robust", "standard"]

MOST_SHAKEN = 0.55
"""In heights of the line: as far as the locator is off on nineteen labels in twenty."""
TURNED_SHARE = 0.08
"""Lines that are shown upside down, for the reader to say so."""


def standard() -> A.Compose:
    """The usual ImageNet recipe, less the flips, which would mirror text.

    Colour jitter on grey is brightness and contrast; shifts are the batches' own.
    """
    return A.Compose([A.RandomBrightnessContrast(brightness_limit=0.4, contrast_limit=0.4, p=0.8)])


def robust() -> A.Compose:
    """What happens to pictures besides the twin's own damage."""
    return A.Compose(
        [
            A.RandomBrightnessContrast(brightness_limit=0.25, contrast_limit=0.25, p=0.4),
            A.RandomGamma(gamma_limit=(60, 160), p=0.2),
            A.OneOf(
                [
                    A.GaussianBlur(blur_limit=(3, 5), p=1.0),
                    A.MotionBlur(blur_limit=(3, 7), p=1.0),
                    A.Downscale(scale_range=(0.4, 0.8), p=1.0),
                ],
                p=0.2,
            ),
            SensorNoise(p=0.3),
            A.ImageCompression(quality_range=(40, 95), p=0.1),
            A.CoarseDropout(
                num_holes_range=(1, 3),
                hole_height_range=(4, 24),
                hole_width_range=(4, 24),
                fill="random_uniform",
                p=0.15,
            ),
        ]
    )


@dataclass(frozen=True, slots=True)
class LineBatch:
    """So many lines.

    Attributes
    ----------
    pictures : ndarray of uint8, shape (n, 48, 256)
    texts : list of str
        Empty where the line is turned: nothing is to be read so.
    turned : ndarray of float32, shape (n,)
        1 where the line lies upside down.
    """

    pictures: NDArray[np.uint8]
    texts: list[str]
    turned: NDArray[np.float32]


class LineBatches:
    """Lines of the sheets in random order, shifted, tilted and augmented.

    Parameters
    ----------
    sheets : sequence of Sheet
    size : int
        Lines a batch.
    seed : int
    augmented : albumentations.Compose
    shaken : float
        Standard deviation of each corner's shift, in heights of the line: what a locator leaves.
    """

    def __init__(
        self,
        sheets: Sequence[Sheet],
        size: int,
        seed: int,
        augmented: A.Compose,
        shaken: float = 0.22,
    ) -> None:
        self._lines = [
            (sheet.lines[row, line], sheet.texts[row][line])
            for sheet in sheets
            for row in range(len(sheet.texts))
            for line in (0, 1)
            if sheet.texts[row][line]
        ]
        self._size = size
        self._seed = seed
        self._augmented = augmented
        self._shaken = shaken

    def __len__(self) -> int:
        return len(self._lines)

    def batch(self, step: int) -> LineBatch:
        """Batch of a step; the same again for the same number."""
        examples, rng = examples_of(step, self._size, len(self._lines), self._seed)
        self._augmented.set_random_seed(int(rng.integers(2**31)))
        pictures, texts = [], []
        turned = (rng.random(self._size) < TURNED_SHARE).astype(np.float32)
        for index, example in enumerate(examples):
            picture, text = self._lines[example]
            seen = _seen(picture, rng.normal(0.0, self._shaken, (4, 2)))
            seen = self._augmented(image=seen[:, :, None])["image"].reshape(seen.shape)
            if turned[index]:
                seen = seen[::-1, ::-1]
            pictures.append(seen)
            texts.append("" if turned[index] else text)
        return LineBatch(np.stack(pictures), texts, turned)


def _seen(picture: NDArray[np.uint8], shift: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The reader's window on the picture around a line.

    Parameters
    ----------
    picture : ndarray of uint8, shape (112, 320)
    shift : ndarray, shape (4, 2)
        Of each corner, in heights of the line.
    """
    height, width = picture.shape
    beside, above = LINE_ROOM
    line_width, line_height = width / (1.0 + 2.0 * beside), height / (1.0 + 2.0 * above)
    x0 = (beside - BESIDE) * line_width
    y0 = (above - ABOVE) * line_height
    corners = np.array([[x0, y0], [width - x0, y0], [width - x0, height - y0], [x0, height - y0]])
    # a line is far wider than high, in this picture as on the label
    corners = corners + np.clip(shift, -MOST_SHAKEN, MOST_SHAKEN) * (1.2 * line_height, line_height)
    target = np.array([[0, 0], [LINE_SIZE[0], 0], LINE_SIZE, [0, LINE_SIZE[1]]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32) - 0.5, target - 0.5)
    return np.asarray(
        cv2.warpPerspective(
            picture, matrix, LINE_SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )
