"""Recipes for robustness that know nothing of parcels, as people take them from a library."""

import random
from collections.abc import Callable
from typing import Any

import albumentations as A  # noqa: N812
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from systems.torch_stack import load_torch

load_torch()
from timm.data.auto_augment import augment_and_mix_transform, rand_augment_transform  # noqa: E402

__all__ = ["augmix", "trivialaugment"]

GREY = {"img_mean": (128, 128, 128)}
"""Where a picture is moved away from."""


def augmix() -> A.Compose:
    """AugMix (Hendrycks et al., arXiv:1912.02781): three chains of operations, mixed.

    Without its consistency loss, which would take three pictures a line where every other recipe
    takes one.
    """
    return A.Compose([_Policy(augment_and_mix_transform("augmix-m3-w3", GREY))])


def trivialaugment() -> A.Compose:
    """TrivialAugment (Müller and Hutter, arXiv:2103.10158): one operation of any strength."""
    return A.Compose([_Policy(rand_augment_transform("rand-m10-n1-p1-mstd101-inc1", GREY))])


class _Policy(A.ImageOnlyTransform):  # type: ignore[misc]
    """One of timm's policies on every picture, as lucky as albumentations says.

    Parameters
    ----------
    policy : callable (PIL image in RGB) -> PIL image
    """

    def __init__(self, policy: Callable[[Image.Image], Image.Image]) -> None:
        super().__init__(p=1.0)
        self._policy = policy

    def get_params(self) -> dict[str, Any]:
        """Draw the luck of one picture."""
        return {"luck": int(self.random_generator.integers(2**31))}

    def apply(self, img: NDArray[np.uint8], luck: int, **params: Any) -> NDArray[np.uint8]:
        """Change a picture in grey or in colour."""
        # timm draws from the interpreter's own generators
        random.seed(luck)
        np.random.seed(luck)  # noqa: NPY002
        grey = img.ndim == 2 or img.shape[2] == 1
        whole = Image.fromarray(img.reshape(img.shape[:2]) if grey else img).convert("RGB")
        changed = self._policy(whole)
        seen = np.asarray(changed.convert("L") if grey else changed, np.uint8)
        return seen.reshape(img.shape)
