"""``labgap train``: make the weights of our own systems again, or for a floor of yours."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from labgap.commands.options import Json, Quiet, Smoke
from labgap.console import emit, emit_json, note
from labgap.errors import InvalidUse
from labgap.progress import progress_reporter
from systems.weights import card_of

__all__ = ["train"]

WORK = Path("runs/.training")
BUDGET = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h)")
SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


class Part(StrEnum):
    """Parts of the cascade, and the single stage beside it."""

    ALL = "all"
    DETECTOR = "detector"
    LOCATOR = "locator"
    READER = "reader"
    SINGLE_STAGE = "single_stage"
    BASELINES = "baselines"
    THRESHOLDS = "thresholds"


class RecipeName(StrEnum):
    """How a reader is trained."""

    ROBUST = "robust"
    IMAGENET = "imagenet"
    AUGMIX = "augmix"
    TRIVIALAUGMENT = "trivialaugment"
    FROZEN = "frozen"
    SCRATCH = "scratch"


BASELINES = tuple(recipe for recipe in RecipeName if recipe is not RecipeName.ROBUST)
"""What people would train without the floor's damage."""


class Size(StrEnum):
    """How much of EfficientNet-Lite0 a reader keeps."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Device(StrEnum):
    """Where a network is trained."""

    CPU = "cpu"
    CUDA = "cuda"


def train(
    kind: Annotated[str, typer.Argument(help="vision.")] = "vision",
    part: Annotated[
        Part,
        typer.Option(
            help="Which part; baselines are readers of every other recipe, one after the other; "
            "thresholds of all that reads in --out are chosen at once."
        ),
    ] = Part.ALL,
    recipe: Annotated[RecipeName, typer.Option(help="How pictures are chosen and changed.")] = (
        RecipeName.ROBUST
    ),
    size: Annotated[Size, typer.Option(help="Of the reader.")] = Size.MEDIUM,
    budget: Annotated[str, typer.Option(help="Time for each part, as in 90s, 30m or 2h.")] = "30m",
    steps: Annotated[
        int | None,
        typer.Option(min=1, help="Steps for each part instead: the same weights every time."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the training.")] = 1,
    floor: Annotated[
        Path | None,
        typer.Option(
            help="Scenario whose parcels to train and calibrate on (default: those that ship)."
        ),
    ] = None,
    sheets: Annotated[
        int, typer.Option(min=1, max=4096, help="Pictures to draw, in sheets of 128.")
    ] = 140,
    calibration: Annotated[
        int,
        typer.Option(
            min=0, help="Pictures of production to choose thresholds on; of the lab at most 4,000."
        ),
    ] = 4000,
    batch: Annotated[
        int | None,
        typer.Option(min=2, max=1024, help="Pictures a step (default: each part its own)."),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(min=1e-6, max=1.0, help="At its highest (default: each part its own)."),
    ] = None,
    also_at: Annotated[
        list[int] | None,
        typer.Option(min=1, help="Write the reader after so many steps as well; repeatable."),
    ] = None,
    rounds: Annotated[
        int,
        typer.Option(min=0, max=9, help="Of looking for what the reader misreads, and training."),
    ] = 0,
    round_steps: Annotated[int, typer.Option(min=1, help="Of the training in each round.")] = 400,
    device: Annotated[Device, typer.Option(help="Where to train.")] = Device.CPU,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Of torch.")] = 2,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Processes that draw pictures.")] = 2,
    work: Annotated[Path, typer.Option(help="Folder of pictures and checkpoints.")] = WORK,
    out: Annotated[Path, typer.Option(help="Folder of weight files.")] = Path("weights"),
    smoke: Smoke = False,
    quiet: Quiet = False,
    json_output: Json = False,
) -> None:
    """Train a system of ours from scratch; a killed training goes on where it was."""
    if kind != "vision":
        raise InvalidUse(f"nothing of kind {kind!r} is trained", where="labgap train", fix="vision")
    if part is Part.THRESHOLDS:
        _tell(_thresholds(out, floor, calibration, jobs, quiet), json_output)
        return
    from labgap.adversarial_rounds import Effort
    from labgap.vision_training import VisionTraining, training_floor
    from systems.vision.training.sheets import SHEET_EXAMPLES

    loaded, own = training_floor(floor)
    parts = {
        Part.ALL: ("detector", "locator", "reader"),
        Part.BASELINES: ("reader",),
    }.get(part, (part.value,))
    cards: list[dict[str, Any]] = []
    unwritten: list[int] = []
    with TemporaryDirectory(prefix="labgap-smoke-") as scratch:
        given = VisionTraining(
            loaded,
            own,
            parts,
            recipe.value,
            size.value,
            seed,
            None if steps or smoke else _seconds(budget),
            2 if smoke else steps,
            1 if smoke else sheets,
            1 if smoke else 4,
            8 if smoke else SHEET_EXAMPLES,
            _calibration(parts, calibration, smoke),
            4 if smoke else batch,
            learning_rate,
            () if smoke else tuple(also_at or ()),
            min(rounds, 1) if smoke else rounds,
            Effort(2, 1, 3, 1, 1) if smoke else Effort(steps=round_steps),
            device.value,
            threads,
            jobs,
            Path(scratch) / "work" if smoke else work,
            Path(scratch) / "weights" if smoke else out,
        )
        try:
            for each in BASELINES if part is Part.BASELINES else (recipe,):
                training = replace(given, recipe=each.value)
                with progress_reporter(quiet) as reporter:
                    cards += training.run(reporter)
                unwritten += training.unwritten()
        except FloatingPointError as error:
            raise InvalidUse(
                f"the training went astray: {error}",
                where=f"labgap train --part {part.value}",
                fix="another --seed, or more pictures a step (--batch)",
            ) from error
    if smoke:
        # a network of two steps promises nothing, and nobody is to be told so
        for card in cards:
            card.pop("calibration", None)
    _tell(cards, json_output)
    for step in unwritten:
        note(
            f"no reader of step {step} was written: the training was past it, or never came to it; "
            "another --work folder begins anew"
        )
    if not smoke and not json_output:
        note(f"weights and their cards: {out}")


def _tell(cards: Sequence[Mapping[str, Any]], json_output: bool) -> None:
    if json_output:
        emit_json(cards)
        return
    for card in cards:
        emit(f"{card['part']}: {card['bytes'] / 1e6:.1f} MB, sha256 {card['sha256'][:16]}")
        for name, value in card["figures"].items():
            emit(f"  {name}: {value if isinstance(value, int) else f'{value:.4f}'}")
        for world, threshold in card.get("calibration", {}).get("thresholds", {}).items():
            if threshold > 1.0:
                note(
                    f"no threshold chosen on {world} can promise few enough wrong answers, so "
                    "none will be accepted: give more --calibration pictures, or train longer"
                )


def _thresholds(
    folder: Path, floor: Path | None, pictures: int, jobs: int, quiet: bool
) -> list[dict[str, Any]]:
    readers = sorted(folder.glob("reader-*.onnx"))
    alone = folder / "single_stage.onnx"
    missing = []
    if readers or not alone.is_file():
        parts = ("detector.onnx", "locator.onnx")
        missing = [name for name in parts if not (folder / name).is_file()]
        missing += [] if readers else ["reader-*.onnx or single_stage.onnx"]
    if missing or not pictures:
        raise InvalidUse(
            f"thresholds need {', '.join(missing) or 'pictures'}",
            where=str(folder) if missing else "--calibration 0",
            fix="train what is missing first (--part detector, locator, reader, single_stage)"
            if missing
            else "give some, e.g. --calibration 4000",
        )
    for file in [*readers, *([alone] if alone.is_file() else [])]:
        if not {"part", "bytes", "sha256", "figures"} <= card_of(file).keys():
            raise InvalidUse(
                "what labgap has not trained has no card to write thresholds into",
                where=str(file),
                fix="leave it out of the folder; a model of your own takes --param threshold",
            )
    from labgap.vision_calibration import calibrate_readers, calibrate_single_stage
    from scenarios.loading import load_scenario

    own = None if floor is None else load_scenario(floor).scenario
    with progress_reporter(quiet) as reporter:
        cards = calibrate_readers(folder, readers, pictures, jobs, reporter, own) if readers else []
        if alone.is_file():
            cards.append(calibrate_single_stage(alone, pictures, jobs, reporter, own))
    return cards


def _calibration(parts: tuple[str, ...], asked: int, smoke: bool) -> int:
    """Pictures of production; a smoke's scratch folder has no other networks than it trains."""
    if not {"reader", "single_stage"} & set(parts) or (smoke and len(parts) == 1):
        return 0
    return 8 if smoke else asked


def _seconds(budget: str) -> float:
    match = BUDGET.fullmatch(budget.strip())
    if match is None or float(match.group(1)) == 0.0:
        raise InvalidUse(
            f"{budget!r} is no time", where="--budget", fix="write it like 90s, 30m or 2h"
        )
    return float(match.group(1)) * SECONDS[match.group(2)]
