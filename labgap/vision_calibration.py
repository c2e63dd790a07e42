"""Choosing how sure the cascade must be, on pictures of neither its training nor its test."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from labgap.floor_examples import FloorExamples
from labgap.progress import Reporter
from labgap.spawned_pool import spawned_pool
from scenarios.loading import load_scenario
from scenarios.model import Scenario
from systems.contracts.vision import Capture, Reading
from systems.vision.calibration import choose_threshold, fit_odds_scale
from systems.vision.cascade.cascade import CENTRE, Cascade
from systems.vision.cascade.detector import CentreCrop
from systems.vision.cascade.last_batches import sharing
from systems.vision.cascade.odds_scale import AS_THEY_ARE, OddsScale
from systems.vision.cascade.windows import LINES
from systems.vision.single_stage import SingleStage
from systems.weights import amend_card

__all__ = [
    "CALIBRATION_SEED",
    "TARGET",
    "Answers",
    "Front",
    "calibrate_cascade",
    "calibrate_readers",
    "calibrate_single_stage",
    "calibrated",
]

CALIBRATION_SEED = 90_261_104
"""Of the parcels that thresholds are chosen on; no scenario of the library has it."""
TARGET = 0.001
"""Most wrong among accepted answers."""
BLOCK = 32
LAB_PICTURES = 4_000
"""At most, of the lab, where hardly anything goes wrong."""
BLIND_PICTURES = 4_000
"""At most, of production, without a detector, where what is read is mostly no label."""
SCALE_PART = 4
"""Scales of log odds, two numbers a line, are fitted on this part of as many pictures."""
Scales = tuple[OddsScale, ...]
"""In the order of `LINES`."""
UNSCALED: Scales = (AS_THEY_ARE,) * len(LINES)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the cascade would have said, had it had to say something.

    Attributes
    ----------
    lines : list of (str, float, bool)
        Of every line that was found: which, its log odds, and whether it was spelled right.
    confidence, right : list
        Of every picture: how sure its answer is (0 without one), and whether all of it is right.
    """

    lines: list[tuple[str, float, bool]]
    confidence: list[float]
    right: list[bool]


@dataclass(frozen=True, slots=True)
class Front:
    """What stands before a reader; thresholds chosen behind it promise nothing behind another.

    Attributes
    ----------
    locator : Path
        Weight file.
    detector : Path or None
        Weight file; None where the middle of the picture is taken for the label.
    """

    locator: Path
    detector: Path | None

    def hashes(self) -> dict[str, str]:
        """Part -> sha256."""
        found_by = CentreCrop.sha256 if self.detector is None else _sha256(self.detector)
        return {"detector": found_by, "locator": _sha256(self.locator)}


def calibration_floor(own: Scenario | None) -> Scenario:
    """Parcels that thresholds are chosen on: those of no training and of no test.

    Parameters
    ----------
    own : Scenario, optional
        The user's floor: what a threshold promises, it promises there.  By default the production
        mix.
    """
    if own is None:
        return load_scenario("vision_production", [f"seed={CALIBRATION_SEED}"]).scenario
    # never the parcels that it was trained on
    seed = CALIBRATION_SEED + (own.seed == CALIBRATION_SEED)
    return own.model_copy(update={"seed": seed})


def calibrate_cascade(
    chains: Sequence[tuple[Front | None, Path]],
    pictures: int,
    jobs: int,
    reporter: Reporter,
    own: Scenario | None = None,
) -> list[dict[str, Any]]:
    """Scales of log odds and thresholds of readers; every picture is drawn once for all of them.

    Parameters
    ----------
    chains : sequence of (Front or None, Path)
        Weight files of readers, each behind what stands before it; None for a single stage, before
        which nothing stands.
    pictures : int
        Of production (up to `BLIND_PICTURES` without a detector), and as many of the lab up to
        `LAB_PICTURES`; a promise of one wrong in a thousand takes three thousand at least.
    jobs : int
    reporter : Reporter
    own : Scenario, optional
        As `calibration_floor`.

    Returns
    -------
    list of dict
        For the card of each chain's reader: ``temperature`` and ``offset`` of each line,
        ``thresholds``, and what they rest on; ``behind`` has the hashes of detector and locator.
    """
    scenario = calibration_floor(own)
    fitted = -(-pictures // SCALE_PART)
    calm_pictures = min(pictures, LAB_PICTURES)
    reporter.phase("calibration pictures", pictures + calm_pictures + fitted)

    def gathered(
        pool: Executor, degraded: bool, scales: Sequence[Scales], first: int, count: int
    ) -> list[Answers]:
        end = first + count
        blocks = [range(at, min(at + BLOCK, end)) for at in range(first, end, BLOCK)]
        whole = [(*chain, each) for chain, each in zip(chains, scales, strict=True)]
        seeing = [None if _is_blind(chain[0]) else chain for chain in whole]
        asked = {
            pool.submit(
                _asked,
                whole if block.start - first < BLIND_PICTURES else seeing,
                scenario,
                degraded,
                block,
            ): block
            for block in blocks
        }
        for done in as_completed(asked):
            done.result()
            reporter.advance(len(asked[done]))
        of_blocks = [part.result() for part in asked]
        return [_joined(of_reader) for of_reader in zip(*of_blocks, strict=True)]

    with spawned_pool(jobs) as pool:
        # pictures of its own: a scale fitted on those that thresholds are chosen on would flatter
        # what they promise
        raw = gathered(pool, True, [UNSCALED] * len(chains), pictures, fitted)
        scales = [tuple(_fitted(found, line) for line in LINES) for found in raw]
        on_floor = gathered(pool, True, scales, 0, pictures)
        in_lab = gathered(pool, False, scales, 0, calm_pictures)
    return [
        calibrated(front, scale, {"lab": calm, "production": rough}, scenario)
        for (front, _), scale, calm, rough in zip(chains, scales, in_lab, on_floor, strict=True)
    ]


def calibrate_readers(
    folder: Path,
    readers: Sequence[Path],
    pictures: int,
    jobs: int,
    reporter: Reporter,
    own: Scenario | None = None,
) -> list[dict[str, Any]]:
    """Calibrate readers behind the locator of a folder, with its detector and with none.

    Returns
    -------
    list of dict
        The readers' cards.
    """
    locator = folder / "locator.onnx"
    fronts = {
        "calibration": Front(locator, folder / "detector.onnx"),
        "calibration_without_detector": Front(locator, None),
    }
    chains = [(front, reader) for reader in readers for front in fronts.values()]
    found = iter(calibrate_cascade(chains, pictures, jobs, reporter, own))
    return [amend_card(reader, **{key: next(found) for key in fronts}) for reader in readers]


def calibrate_single_stage(
    weights: Path, pictures: int, jobs: int, reporter: Reporter, own: Scenario | None = None
) -> dict[str, Any]:
    """Calibrate a single stage, and give its card."""
    (found,) = calibrate_cascade([(None, weights)], pictures, jobs, reporter, own)
    return amend_card(weights, calibration=found)


def calibrated(
    front: Front | None, scales: Scales, answers: dict[str, Answers], floor: Scenario
) -> dict[str, Any]:
    """What the card says, from answers of these networks with those scales on that floor."""
    chosen = {
        world: choose_threshold(found.confidence, found.right, TARGET)
        for world, found in answers.items()
    }
    return {
        "temperature": {line: of.temperature for line, of in zip(LINES, scales, strict=True)},
        "offset": {line: of.offset for line, of in zip(LINES, scales, strict=True)},
        # above 1 nothing is ever accepted: the card says so rather than promise
        "thresholds": {world: threshold.value for world, threshold in chosen.items()},
        # other networks in front would make other answers: the cascade refuses them
        "behind": {} if front is None else front.hashes(),
        "target": TARGET,
        "floor": floor.name,
        "seed": floor.seed,
        "found": {world: asdict(threshold) for world, threshold in chosen.items()},
        "forced_accuracy": {world: float(np.mean(found.right)) for world, found in answers.items()},
    }


def _joined(parts: Iterable[Answers]) -> Answers:
    whole = Answers([], [], [])
    for part in parts:
        whole.lines.extend(part.lines)
        whole.confidence.extend(part.confidence)
        whole.right.extend(part.right)
    return whole


def _fitted(found: Answers, line: str) -> OddsScale:
    of_line = [(odds, right) for name, odds, right in found.lines if name == line]
    return fit_odds_scale([odds for odds, _ in of_line], [right for _, right in of_line])


def _is_blind(front: Front | None) -> bool:
    return front is not None and front.detector is None


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _asked(
    chains: Sequence[tuple[Front | None, Path, Scales] | None],
    scenario: Scenario,
    degraded: bool,
    block: Sequence[int],
) -> list[Answers]:
    """Answers of every chain to these pictures; none of one that is left out."""
    stream = FloorExamples(scenario, degraded)
    captures = [stream.example(number).request for number in block]
    # of the parcel, not of the picture: an id read off a label that is hardly in view is right
    truths = [stream.texts(number) for number in block]
    with sharing():
        return [
            Answers([], [], []) if chain is None else _answers(*chain, captures, truths)
            for chain in chains
        ]


@lru_cache(maxsize=32)
def _cascade(front: Front, reader: Path) -> Cascade:
    """Opened once a process; all its pictures are drawn in blocks of a second or two."""
    detector = CENTRE if front.detector is None else str(front.detector)
    return Cascade(detector, str(front.locator), str(reader), threshold=0.0)


@lru_cache(maxsize=4)
def _single_stage(weights: Path) -> SingleStage:
    return SingleStage(str(weights), threshold=0.0)


def _answers(
    front: Front | None,
    reader: Path,
    scales: Scales,
    captures: Sequence[Capture],
    truths: Sequence[Mapping[str, str]],
) -> Answers:
    answers = Answers([], [], [])
    if front is None:
        whole = _single_stage(reader).scaled(scales[LINES.index("sort_code")])
        for capture, truth, seen in zip(captures, truths, whole.look(captures), strict=True):
            for _, spelled in seen:
                if spelled.text:
                    right = spelled.text == truth["sort_code"]
                    answers.lines.append(("sort_code", spelled.log_odds, right))
            _add_answer(answers, whole.answer(capture, seen), truth)
        return answers
    cascade = _cascade(front, reader).scaled(dict(zip(LINES, scales, strict=True)))
    for capture, truth, labels in zip(captures, truths, cascade.look(captures), strict=True):
        for label in labels[:1]:
            for line in label.lines:
                if line.text:
                    right = line.text == truth[line.name]
                    answers.lines.append((line.name, line.log_odds, right))
        _add_answer(answers, cascade.answer(capture, labels), truth)
    return answers


def _add_answer(answers: Answers, reading: Reading, truth: Mapping[str, str]) -> None:
    answers.confidence.append(reading.confidence)
    answers.right.append(
        bool(reading.fields)
        and all(truth.get(name) == text for name, text in reading.fields.items())
    )
