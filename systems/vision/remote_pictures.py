"""Which pictures a remote model is sent: what the shape of its input asks for."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from systems.contracts.vision import CameraView
from systems.remote.open_inference import Tensor
from systems.vision.remote_answers import Found

__all__ = ["Picture", "batches", "picture_for"]

MAX_BATCH = 8
MAX_BATCH_PIXELS = 12_000_000
"""Of one request; as JSON a pixel takes up to 12 bytes."""
MAX_SIDE_PX, MAX_PIXELS = 8192, 2**25


@dataclass(frozen=True, slots=True)
class Picture:
    """What goes into a model's input.

    Attributes
    ----------
    tensor : Tensor
        The input, of datatype UINT8 and shape (n, height, width, 3).
    size : (width, height) or None
        Of windows on the sensor; None for the overview as it is.
    most : int
        Pictures the model takes at once.
    """

    tensor: Tensor
    size: tuple[int, int] | None
    most: int

    def image(
        self, view: CameraView, quad: tuple[tuple[float, float], ...] | None
    ) -> NDArray[np.uint8]:
        """Picture of a view: of a quad in overview pixels, or of the whole."""
        if self.size is None:
            return view.overview
        height, width = view.overview.shape[:2]
        whole = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
        return view.window(np.array(quad or whole, dtype=np.float64), self.size)


def picture_for(inputs: Sequence[Tensor]) -> Picture:
    """Say what to send to a model with these inputs.

    Raises
    ------
    ValueError
        If it does not take pictures, and only pictures.
    """
    if len(inputs) != 1:
        raise ValueError(f"the model takes {len(inputs)} inputs; one, a picture, is served")
    tensor = inputs[0]
    shape = tensor.shape
    if tensor.datatype != "UINT8" or len(shape) != 4 or shape[0] not in (-1, 1) or shape[3] != 3:
        raise ValueError(
            "the model's input must be UINT8 of shape [-1, height, width, 3] (RGB), height and "
            "width -1 for the overview as it is"
        )
    height, width = shape[1:3]
    most = MAX_BATCH if shape[0] == -1 else 1
    if (height, width) == (-1, -1):
        return Picture(tensor, None, most)
    if not (
        0 < height <= MAX_SIDE_PX and 0 < width <= MAX_SIDE_PX and height * width <= MAX_PIXELS
    ):
        raise ValueError(
            f"height and width of the model's input must be both -1, or 1 to {MAX_SIDE_PX} and at "
            f"most {MAX_PIXELS:,} pixels"
        )
    most = min(most, max(1, MAX_BATCH_PIXELS // (height * width)))
    return Picture(tensor, (width, height), most)


def batches(
    picture: Picture, found: Sequence[Found], without: Collection[int]
) -> Iterator[list[Found]]:
    """Cut what is to be read into requests, leaving out captures that failed before.

    Pictures of one request have one size.
    """
    waiting: list[Found] = []
    for entry in found:
        shape = entry.sight.view.overview.shape if picture.size is None else None
        full = len(waiting) == picture.most
        if waiting and (full or (shape and shape != waiting[0].sight.view.overview.shape)):
            yield waiting
            waiting = []
        if entry.sight.capture not in without:
            waiting.append(entry)
    if waiting:
        yield waiting
