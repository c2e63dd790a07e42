"""Choosing how sure the cascade must be, on pictures of neither its training nor its test."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from labgap.floor_examples import FloorExamples
from labgap.progress import Reporter
from scenarios.loading import load_scenario
from scenarios.model import Scenario
from systems.vision.calibration import choose_threshold, fit_temperature
from systems.vision.cascade.cascade import Cascade

__all__ = ["CALIBRATION_SEED", "TARGET", "Answers", "calibrate_cascade", "calibrated"]

CALIBRATION_SEED = 90_261_104
"""Of the parcels that thresholds are chosen on; no scenario of the library has it."""
TARGET = 0.001
"""Most wrong among accepted answers."""
BLOCK = 32
PARTS = ("detector", "locator")
"""That a reader's threshold is chosen behind: with others, it promises nothing."""

Weights = tuple[Path, Path, Path]
"""Files of detector, locator and reader."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the cascade would have said, had it had to say something.

    Attributes
    ----------
    odds, spelled : list
        Log odds of every line that was found, and whether it was spelled right.
    confidence, right : list
        Of every picture: how sure its answer is (0 without one), and whether all of it is right.
    """

    odds: list[float]
    spelled: list[bool]
    confidence: list[float]
    right: list[bool]


def calibrate_cascade(
    weights: Weights, pictures: int, jobs: int, reporter: Reporter
) -> dict[str, Any]:
    """Temperature and thresholds of a reader behind its detector and locator.

    Parameters
    ----------
    weights : (detector, locator, reader)
        Files.
    pictures : int
        Of the lab, as many of production, and as many more of production for the temperature.
    jobs : int
    reporter : Reporter

    Returns
    -------
    dict
        For the reader's card: ``temperature``, ``thresholds``, and what they rest on; ``behind``
        has the hashes of detector and locator.
    """
    scenario = load_scenario("vision_production", [f"seed={CALIBRATION_SEED}"]).scenario
    worlds = {"lab": False, "production": True}
    reporter.phase("calibration pictures", pictures * (1 + len(worlds)))
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))

    def gathered(degraded: bool, temperature: float, first: int) -> Answers:
        end = first + pictures
        blocks = [range(at, min(at + BLOCK, end)) for at in range(first, end, BLOCK)]
        asked = {
            pool.submit(_asked, weights, scenario, degraded, block, temperature): block
            for block in blocks
        }
        for done in as_completed(asked):
            done.result()
            reporter.advance(len(asked[done]))
        return _joined(part.result() for part in asked)

    try:
        # pictures of its own: a temperature fitted on those that thresholds are chosen on would
        # flatter what they promise
        raw = gathered(True, 1.0, pictures)
        temperature = fit_temperature(raw.odds, raw.spelled)
        answers = {world: gathered(degraded, temperature, 0) for world, degraded in worlds.items()}
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return calibrated(weights, temperature, answers)


def calibrated(weights: Weights, temperature: float, answers: dict[str, Answers]) -> dict[str, Any]:
    """What the card says, from answers of these networks at that temperature."""
    chosen = {
        world: choose_threshold(found.confidence, found.right, TARGET)
        for world, found in answers.items()
    }
    return {
        "temperature": temperature,
        # above 1 nothing is ever accepted: the card says so rather than promise
        "thresholds": {world: threshold.value for world, threshold in chosen.items()},
        # other networks in front would make other answers: the cascade refuses them
        "behind": {
            part: hashlib.sha256(file.read_bytes()).hexdigest()
            for part, file in zip(PARTS, weights, strict=False)
        },
        "target": TARGET,
        "seed": CALIBRATION_SEED,
        "found": {world: asdict(threshold) for world, threshold in chosen.items()},
        "forced_accuracy": {world: float(np.mean(found.right)) for world, found in answers.items()},
    }


def _joined(parts: Iterator[Answers]) -> Answers:
    whole = Answers([], [], [], [])
    for part in parts:
        whole.odds.extend(part.odds)
        whole.spelled.extend(part.spelled)
        whole.confidence.extend(part.confidence)
        whole.right.extend(part.right)
    return whole


def _asked(
    weights: Weights, scenario: Scenario, degraded: bool, block: Sequence[int], temperature: float
) -> Answers:
    detector, locator, reader = map(str, weights)
    cascade = Cascade(detector, locator, reader, threshold=0.0, temperature=temperature)
    stream = FloorExamples(scenario, degraded)
    examples = [stream.example(number) for number in block]
    captures = [example.request for example in examples]
    answers = Answers([], [], [], [])
    for example, labels in zip(examples, cascade.look(captures), strict=True):
        truth = example.target.fields
        for label in labels[:1]:
            for line in label.lines:
                if line.text and line.name in truth:
                    answers.odds.append(line.log_odds)
                    answers.spelled.append(line.text == truth[line.name])
        reading = cascade.answer(example.request, labels)
        answers.confidence.append(reading.confidence)
        answers.right.append(
            bool(reading.fields)
            and all(truth.get(name) == text for name, text in reading.fields.items())
        )
    return answers
