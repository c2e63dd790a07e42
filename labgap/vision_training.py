"""Training the shipped vision systems again, from the world's pictures to weight files."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from labgap.adversarial_rounds import AdversarialRounds, Effort
from labgap.code_identity import module_hash, package_hash
from labgap.errors import InvalidUse
from labgap.floor_examples import FloorExamples
from labgap.progress import Reporter, per_mille
from labgap.provenance import machine_name
from labgap.spawned_pool import spawned_pool
from labgap.vision_calibration import calibrate_readers, calibrate_single_stage
from scenarios import library
from scenarios.loading import LoadedScenario, load_scenario
from scenarios.model import Scenario
from scenarios.vision_protocol import FROZEN, check_training, world_sha256
from sim.sorting import population
from systems.torch_stack import missing_packages
from systems.vision.cascade import windows
from systems.vision.training import sheets as sheets_module
from systems.vision.training.sheets import (
    SHEET_EXAMPLES,
    Sheet,
    draw_sheets,
    read_sheet,
)

__all__ = ["VALIDATION_FROM", "VisionTraining", "sheet_folder", "training_floor"]

CUT_BY = (sheets_module, windows, population)
"""What decides, beside the world's code, what is on a sheet."""

VALIDATION_FROM = 4096
"""Sheets from this number on are for validation: no training draws so many."""


@dataclass(frozen=True, slots=True)
class VisionTraining:
    """What ``labgap train vision`` was asked for.

    Attributes
    ----------
    floor : LoadedScenario
    own_floor : bool
        Whether it is the user's, who then judges on what he likes.
    parts : sequence of str
        Of `systems.vision.training.parts.PARTS`.
    recipe, size : str
    seed : int
    seconds : float or None
    steps : int or None
        Budget of each part; one of the two.
    sheets, validation : int
        How many to draw.
    examples : int
        Pictures of each sheet.
    calibration : int
        Pictures of production to choose thresholds on, and as many of the lab up to 4,000; 0 for
        none, as where nothing that reads is trained.
    batch : int or None
        Pictures a step; None for each part's own.
    learning_rate : float or None
        At its highest; None for each part's own.
    milestones : tuple of int
        Steps after which a reader is written as well.
    rounds : int
        Adversarial rounds of the reader, which is the last part, after its training; 0 for none.
    effort : Effort
        Of each round.
    device : str
    threads, jobs : int
    work : Path
        Of sheets and checkpoints.
    out : Path
        Of weight files.
    """

    floor: LoadedScenario
    own_floor: bool
    parts: Sequence[str]
    recipe: str
    size: str
    seed: int
    seconds: float | None
    steps: int | None
    sheets: int
    validation: int
    examples: int
    calibration: int
    batch: int | None
    learning_rate: float | None
    milestones: tuple[int, ...]
    rounds: int
    effort: Effort
    device: str
    threads: int
    jobs: int
    work: Path
    out: Path

    def run(self, reporter: Reporter) -> list[dict[str, Any]]:
        """Draw what is missing, train part by part, and give the cards.

        Raises
        ------
        InvalidUse
            If a package of the extra ``train``, the device, or a network that the thresholds of a
            reader are chosen behind is missing, or if no label is in view.
        """
        if self.rounds and not ("reader" in self.parts and self.recipe == "robust"):
            raise InvalidUse(
                "adversarial rounds go on with a reader that was trained on damage",
                where=f"--recipe {self.recipe}, part {', '.join(self.parts)}",
                fix="use --recipe robust and --part reader, or leave --rounds out",
            )
        if self.rounds and not self.floor.scenario.sorting.degradations:
            raise InvalidUse(
                "adversarial rounds search a floor's damage, and this one has none",
                where=str(self.floor.source),
                fix="give it degradations, or leave --rounds out",
            )
        if self.recipe in ("frozen", "scratch") and tuple(self.parts) != ("reader",):
            raise InvalidUse(
                f"the recipe {self.recipe} says what a reader starts from, and no other part",
                where=f"--recipe {self.recipe}, part {', '.join(self.parts)}",
                fix="add --part reader, or take another recipe",
            )
        missing = missing_packages()
        if missing:
            raise InvalidUse(
                f"training needs {', '.join(missing)}",
                where="labgap train",
                fix="pip install 'labgap[vision,train]' -c constraints.txt",
            )
        self._check_calibration()
        # torch takes seconds to import, and only this verb needs it
        from systems.torch_stack import load_torch
        from systems.vision.training.loop import Budget
        from systems.vision.training.parts import (
            BATCHES,
            LEARNING_RATES,
            RECIPES,
            Training,
            train_part,
        )

        torch = load_torch(self.threads)
        if self.device == "cuda" and not torch.cuda.is_available():
            raise InvalidUse(
                "torch sees no CUDA device", where="--device cuda", fix="use --device cpu"
            )
        recipe = RECIPES[self.recipe]
        folder = sheet_folder(self.work, self.floor.scenario, recipe.degraded, self.examples)
        own = range(self.sheets)
        kept = range(VALIDATION_FROM, VALIDATION_FROM + self.validation)
        self._draw(folder, [*own, *kept], recipe.degraded, reporter)
        cards = []
        for part in self.parts:
            sheets = [read_sheet(folder, number, part) for number in own]
            validation = [read_sheet(folder, number, part) for number in kept]
            self._check_labels(sheets)
            self._check_labels(validation)
            name = self._reader if part == "reader" else part
            training = Training(
                part,
                self.recipe,
                self.size,
                self.seed,
                Budget(seconds=self.seconds, steps=self.steps),
                self.device,
                self.batch or BATCHES[part],
                self.learning_rate or LEARNING_RATES[part],
                self.milestones if part == "reader" else (),
            )
            checkpoints = self.work / "checkpoints" / self._kept_as(folder, name)
            with per_mille(reporter, f"training {name}") as said:
                cards.extend(
                    train_part(
                        training,
                        sheets,
                        validation,
                        checkpoints,
                        self.out / f"{name}.onnx",
                        self._data(len(sheets)),
                        said,
                    )
                )
        reader = self._reader
        if self.rounds:
            rounds = AdversarialRounds(
                training,
                self.out / f"{reader}.onnx",
                checkpoints,
                self.floor.scenario,
                sheets,
                validation,
                self.examples,
                self.effort,
                self.jobs,
                self.work,
            )
            cards.extend(rounds.run(self.rounds, self._data(len(sheets)), reporter))
            reader = f"{reader}-round{self.rounds}"
        if self.calibration:
            cards[-1] = self._calibrated(reader, reporter)
        return cards

    def unwritten(self) -> list[int]:
        """Milestones without a file: a training that goes on, or is done, may be past them."""
        steps = self.milestones if "reader" in self.parts else ()
        return [
            step for step in steps if not (self.out / f"{self._reader}-at{step}.onnx").is_file()
        ]

    @property
    def _reader(self) -> str:
        """Name of the reader's file: the same network is trained with several seeds."""
        return f"reader-{self.recipe}-{self.size}-{self.seed}"

    def _check_calibration(self) -> None:
        """Say before hours of training, and not after them, that its end cannot be reached."""
        if not self.calibration or "reader" not in self.parts:
            return
        for part in ("detector", "locator"):
            file = self.out / f"{part}.onnx"
            if part not in self.parts and not file.is_file():
                raise InvalidUse(
                    f"a reader's thresholds are chosen behind a {part}, and there is none",
                    where=str(file),
                    fix=f"train it first (--part {part}), or give --calibration 0",
                )

    def _check_labels(self, sheets: Sequence[Sheet]) -> None:
        """There is nothing to learn, or to measure, where no label is in view."""
        if not any(sort_code for sheet in sheets for sort_code, _ in sheet.texts):
            raise InvalidUse(
                f"on none of {len(sheets) * self.examples:,} pictures is a label in view",
                where=str(self.floor.source),
                fix="take a floor whose labels lie up, e.g. without label_down on every parcel, "
                "or draw more --sheets",
            )

    def _kept_as(self, sheets: Path, name: str) -> str:
        """Name of a training's checkpoints: the same command goes on, another begins anew."""
        # weights of other code would be told as those of this one
        code = package_hash(("systems.vision.training",), deep=False)
        given = [self.recipe, self.seconds, self.steps, self.sheets, self.batch, self.device]
        asked = [*given, self.learning_rate, code]
        digest = hashlib.sha256(json.dumps(asked).encode()).hexdigest()
        return f"{sheets.name}-{name}-seed{self.seed}-{digest[:8]}"

    def _calibrated(self, reader: str, reporter: Reporter) -> dict[str, Any]:
        """Choose thresholds of what was trained last.

        A reader's are chosen behind the detector and the locator of the same folder.
        """
        own = self.floor.scenario if self.own_floor else None
        if "reader" not in self.parts:
            file = self.out / "single_stage.onnx"
            return calibrate_single_stage(file, self.calibration, self.jobs, reporter, own)
        file = self.out / f"{reader}.onnx"
        (card,) = calibrate_readers(self.out, [file], self.calibration, self.jobs, reporter, own)
        return card

    def _data(self, sheets: int) -> dict[str, Any]:
        return {
            "floor": self.floor.scenario.name,
            "floor_world_sha256": world_sha256(self.floor.scenario),
            "own_floor": self.own_floor,
            "pictures": sheets * self.examples,
            "frozen_before": dict(FROZEN),
            "labgap": metadata.version("labgap"),
            "machine": machine_name(),
        }

    def _draw(
        self, folder: Path, numbers: Sequence[int], degraded: bool, reporter: Reporter
    ) -> None:
        reporter.phase(f"pictures drawn (x {self.examples})", len(numbers))
        scenario = self.floor.scenario
        with spawned_pool(self.jobs) as pool:
            drawn = [
                pool.submit(_draw_one, scenario, degraded, folder, n, self.examples)
                for n in numbers
            ]
            for done in as_completed(drawn):
                done.result()
                reporter.advance(1)


def sheet_folder(
    work: Path, scenario: Scenario, degraded: bool, examples: int = SHEET_EXAMPLES
) -> Path:
    """Where the sheets of a floor are kept.

    Another floor, other code of the world or of how a sheet is cut out of it: another folder.
    """
    shown = f"{FloorExamples(scenario, degraded).fingerprint()} {module_hash(*CUT_BY)}"
    digest = hashlib.sha256(shown.encode()).hexdigest()
    world = "floor" if degraded else "lab"
    return work / "sheets" / f"{scenario.name}-{world}-{digest[:12]}-{examples}"


def training_floor(path: Path | None) -> tuple[LoadedScenario, bool]:
    """Load the floor to train on, and say whether it is the user's own.

    Raises
    ------
    InvalidScenario
        If it is no valid scenario or, for the shipped one, shows what is kept for the test.
    """
    if path is not None:
        return load_scenario(path), True
    shipped = library.path("quickstart").parent / "training" / "vision_training.yaml"
    floor = load_scenario(shipped)
    check_training(floor.scenario)
    return floor, False


def _draw_one(scenario: Scenario, degraded: bool, folder: Path, number: int, examples: int) -> None:
    draw_sheets(FloorExamples(scenario, degraded), folder, range(number, number + 1), examples)
