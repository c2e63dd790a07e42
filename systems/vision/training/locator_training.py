"""Training the line locator."""

from typing import Any

from systems.torch_stack import load_torch
from systems.vision.training.label_batches import LabelBatches
from systems.vision.training.networks import LineLocator
from systems.vision.training.reader_training import as_tensor

torch = load_torch()

__all__ = ["LocatorTask"]

SMOOTH = 0.01
"""Below this error, in sides of the picture, the loss is quadratic."""
WEIGHTS = (0.35, 0.65)
"""Of either line: a tracking id is not half as high as a sort code, and its reader wants to be
shown it as exactly, in heights."""


class LocatorTask:
    """Corners of both lines, and whether there is a label at all.

    Parameters
    ----------
    network : LineLocator
    batches : LabelBatches
    learning_rate : float
    device : str
        ``cpu`` or ``cuda``.
    """

    weight_decay = 0.01

    def __init__(
        self,
        network: LineLocator,
        batches: LabelBatches,
        learning_rate: float,
        device: str = "cpu",
    ) -> None:
        self.network = network.to(device)
        self.learning_rate = learning_rate
        self._device = device
        self._batches = batches
        self._there = torch.nn.BCEWithLogitsLoss()

    def loss(self, step: int) -> Any:
        """Loss of a step's batch."""
        batch = self._batches.batch(step)
        found, there = self.network(as_tensor(batch.pictures).to(self._device))
        known = torch.from_numpy(batch.there).to(self._device)
        off = torch.nn.functional.smooth_l1_loss(
            found, torch.from_numpy(batch.quads).to(self._device), beta=SMOOTH, reduction="none"
        )
        weights = torch.tensor(WEIGHTS, device=self._device)
        corners = ((off.mean((2, 3)) @ weights) * known).sum() / known.sum().clamp(min=1.0)
        return 10.0 * corners + 0.1 * self._there(there, known)
