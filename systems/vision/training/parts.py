"""The parts of the cascade that are trained, each from sheets to a weight file with its card."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from systems.torch_stack import load_torch
from systems.vision.cascade.windows import (
    DETECTOR_SIZE,
    LINE_SIZE,
    LOCATOR_SIZE,
    SINGLE_STAGE_SIZE,
)
from systems.vision.training.detector_training import DetectorTask, for_export, new_detector
from systems.vision.training.export import export
from systems.vision.training.figures import (
    detector_figures,
    locator_figures,
    reader_figures,
    single_stage_figures,
)
from systems.vision.training.generic_recipes import augmix, trivialaugment
from systems.vision.training.label_batches import LabelBatches
from systems.vision.training.line_batches import LineBatches, robust, standard
from systems.vision.training.locator_training import LocatorTask
from systems.vision.training.loop import Budget, Progress, averaged_weights, train
from systems.vision.training.networks import READER_STAGES, LineLocator, LineReader
from systems.vision.training.reader_training import ReaderTask, imagenet_weights
from systems.vision.training.sheets import Sheet
from systems.vision.training.single_stage_training import (
    PLAN,
    SingleStageTask,
    new_single_stage,
)
from systems.weights import amend_card, open_weights

torch = load_torch()

__all__ = ["BATCHES", "LEARNING_RATES", "PARTS", "RECIPES", "Training", "train_part"]

PARTS = ("detector", "locator", "reader", "single_stage")
BATCHES: Mapping[str, int] = MappingProxyType(
    {"detector": 16, "locator": 64, "reader": 48, "single_stage": 16}
)
"""Pictures a step that each part learns well from within half an hour."""
LEARNING_RATES: Mapping[str, float] = MappingProxyType(
    {"detector": 1.5e-3, "locator": 2e-3, "reader": 2e-3, "single_stage": 2e-3}
)
"""Of each part, at its highest."""
GOING_ON = 0.25
"""Share of it for a reader that goes on from another training."""
OF_ULTRALYTICS = ("detector", "single_stage")
AGPL = (
    "Trained with ultralytics, which is AGPL-3.0; its authors hold that weights and exports made "
    "with it are covered by the same licence."
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How pictures are chosen and changed for a training.

    Attributes
    ----------
    degraded : bool
        Whether the floor's damage is on them.
    augmented : callable
        Gives the pipeline.
    imagenet : bool
        Whether a reader starts from ImageNet weights.
    frozen : bool
        Whether its backbone stays as it was.
    """

    degraded: bool
    augmented: Callable[[], Any]
    imagenet: bool = True
    frozen: bool = False


RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {
        "robust": Recipe(True, robust),
        "imagenet": Recipe(False, standard),
        "augmix": Recipe(False, augmix),
        "trivialaugment": Recipe(False, trivialaugment),
        "frozen": Recipe(False, standard, frozen=True),
        "scratch": Recipe(False, standard, imagenet=False),
    }
)
"""``robust`` is the cascade's own; the others are what people would do without it."""


@dataclass(frozen=True, slots=True)
class Training:
    """One training.

    Attributes
    ----------
    part : str
        Of `PARTS`.
    recipe : str
        Of `RECIPES`.
    size : str
        Of a reader, of `READER_STAGES`.
    seed : int
    budget : Budget
    device : str
    batch : int
        Pictures a step.
    learning_rate : float
        At its highest; of a reader that goes on from another training, four times what it gets.
    milestones : tuple of int
        Steps after which the network as it is then is written as well: the same training is then
        a row of readers, each better than the one before.
    start : Path, optional
        Folder of the training that a reader goes on from, at a gentler pace; by default it begins
        from what its recipe says.
    """

    part: str
    recipe: str
    size: str
    seed: int
    budget: Budget
    device: str
    batch: int
    learning_rate: float
    milestones: tuple[int, ...] = ()
    start: Path | None = None


def train_part(
    training: Training,
    sheets: Sequence[Sheet],
    validation: Sequence[Sheet],
    folder: Path,
    out: Path,
    data: Mapping[str, Any],
    said: Callable[[float], None] = lambda share: None,
) -> list[dict[str, Any]]:
    """Train, export, measure.

    Parameters
    ----------
    training : Training
    sheets, validation : sequence of Sheet
    folder : Path
        Of checkpoints.
    out : Path
        Weight file to write, ``.onnx``.
    data : mapping
        What to tell of the sheets in the card.
    said : callable (share)
        Hears now and then which share of the budget is spent.

    Returns
    -------
    list of dict
        The cards: of every milestone that was passed this time, and of the whole training.
    """
    torch.manual_seed(training.seed)
    task, shape, outputs, figures = _plan(training, sheets)

    def written(network: Any, done: Progress, path: Path) -> dict[str, Any]:
        export(network, shape, outputs, path, _card(training, data, done))
        return amend_card(path, figures=figures(open_weights(path), validation))

    def at(step: int) -> Callable[[Any, Progress], None]:
        path = out.with_name(f"{out.stem}-at{step}{out.suffix}")
        return lambda network, done: cards.append(written(deepcopy(network).cpu(), done, path))

    cards: list[dict[str, Any]] = []
    milestones = {step: at(step) for step in training.milestones}
    network, done = train(task, training.budget, folder, lambda now: said(now.share), milestones)
    network = network.to("cpu")
    if training.part in OF_ULTRALYTICS:
        network = for_export(network)
    return [*cards, written(network, done, out)]


def _card(training: Training, data: Mapping[str, Any], done: Progress) -> dict[str, Any]:
    card = {
        "part": training.part,
        "recipe": training.recipe,
        "seed": training.seed,
        "steps": done.step,
        "pictures_a_step": training.batch,
        "learning_rate": training.learning_rate * (1.0 if training.start is None else GOING_ON),
        "seconds": round(done.seconds, 1),
        "device": training.device,
        "loss": round(done.loss, 5),
        "data": dict(data),
        "made_with": {name: version(name) for name in ("torch", "timm", "ultralytics", "onnx")},
        "licence": AGPL if training.part in OF_ULTRALYTICS else "Apache-2.0",
    }
    if training.part == "reader":
        card["size"] = training.size
    if training.part == "single_stage":
        card["size"] = PLAN.removesuffix(".yaml")
    if training.budget.steps is not None and done.step < training.budget.steps:
        card["of_steps"] = training.budget.steps
    return card


def _plan(
    training: Training, sheets: Sequence[Sheet]
) -> tuple[Any, tuple[int, ...], tuple[str, ...], Callable[[Any, Sequence[Sheet]], dict[str, Any]]]:
    recipe = RECIPES[training.recipe]
    pipeline = recipe.augmented()
    seed, size, device = training.seed, training.batch, training.device
    rate = training.learning_rate
    if training.part == "detector":
        detector = DetectorTask(new_detector(), sheets, size, seed, pipeline, rate, device)
        return detector, (3, *DETECTOR_SIZE[::-1]), ("boxes",), detector_figures
    if training.part == "single_stage":
        whole = SingleStageTask(new_single_stage(), sheets, size, seed, pipeline, rate, device)
        return whole, (1, *SINGLE_STAGE_SIZE[::-1]), ("boxes",), single_stage_figures
    if training.part == "locator":
        labels = LabelBatches(sheets, size, seed, pipeline)
        locator = LocatorTask(LineLocator(), labels, rate, device)
        return locator, (1, LOCATOR_SIZE, LOCATOR_SIZE), ("quads", "there"), locator_figures
    state = imagenet_weights() if recipe.imagenet else None
    lines = LineBatches(sheets, size, seed, pipeline)
    network = LineReader(READER_STAGES[training.size], state, frozen=recipe.frozen)
    if training.start is not None:
        network.load_state_dict(averaged_weights(training.start))
        rate *= GOING_ON
    reader = ReaderTask(network, lines, rate, device)
    return reader, (1, *LINE_SIZE[::-1]), ("logits", "turned"), reader_figures
