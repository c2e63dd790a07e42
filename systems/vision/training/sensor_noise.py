"""Noise of a tired sensor on pictures to train on: grain, and stripes along its columns."""

from typing import Any

import albumentations as A  # noqa: N812
import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["SensorNoise"]

STRIPES = (0.0, 0.5)
"""Standard deviation of the stripes in that of the grain."""
WIDTH_PX = (0.7, 3.0)
"""Of a stripe."""


class SensorNoise(A.ImageOnlyTransform):  # type: ignore[misc]
    """Grain of any strength, and stripes across a picture that was turned on the sensor.

    Windows on a label lie at any angle to the sensor, which is why the stripes do here; the grain
    is as coarse as a sensor's pixel is in a window that was enlarged.

    Parameters
    ----------
    std_range : (least, most)
        Standard deviation of the grain, of 1 from black to white; small ones are as likely as
        large ones, doubling by doubling.
    p : float
        Share of pictures.
    """

    def __init__(self, std_range: tuple[float, float] = (0.03, 0.5), p: float = 0.5) -> None:
        super().__init__(p=p)
        self.std_range = std_range

    def get_params_dependent_on_data(
        self, params: dict[str, Any], data: dict[str, Any]
    ) -> dict[str, Any]:
        """Draw the noise of one picture."""
        height, width = params["shape"][:2]
        rng = self.random_generator
        deviation = float(np.exp(rng.uniform(*np.log(self.std_range))))
        coarse = rng.uniform(1.0, 2.0)
        grain = rng.standard_normal(
            (max(1, round(height / coarse)), max(1, round(width / coarse))), dtype=np.float32
        )
        if grain.shape != (height, width):
            grain = np.asarray(
                cv2.resize(grain, (width, height), interpolation=cv2.INTER_NEAREST), np.float32
            )
        angle = rng.uniform(0.0, np.pi)
        across, down = np.meshgrid(np.arange(width), np.arange(height))
        place = (across * np.cos(angle) + down * np.sin(angle)) / rng.uniform(*WIDTH_PX)
        column = np.floor(place - place.min()).astype(np.intp)
        stripes = rng.standard_normal(int(column.max()) + 1, dtype=np.float32)[column]
        noise = deviation * (grain + rng.uniform(*STRIPES) * stripes)
        return {"noise": noise.astype(np.float32)}

    def apply(
        self, img: NDArray[np.uint8], noise: NDArray[np.float32], **params: Any
    ) -> NDArray[np.uint8]:
        """Add it; what is brighter than white or darker than black is cut off."""
        seen = img.astype(np.float32) + np.float32(255.0) * noise.reshape(
            noise.shape + (1,) * (img.ndim - 2)
        )
        return np.asarray(np.rint(seen.clip(0.0, 255.0)), np.uint8)
