"""From the outputs of remote models to readings, with nothing taken on trust."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from systems.contracts.vision import FIELDS, Box, CameraView, Capture, Reading, ReadingDecision
from systems.remote.failure import Cause, RemoteFailure
from systems.remote.open_inference import numbers, texts

__all__ = ["Found", "Sight", "located", "merged", "read_outputs"]

Quad = tuple[tuple[float, float], ...]
ORDER = (ReadingDecision.ACCEPT, ReadingDecision.REVIEW, ReadingDecision.NO_READ)


@dataclass(frozen=True, slots=True)
class Sight:
    """One view of the capture at an index of the block."""

    capture: int
    view: CameraView


@dataclass(frozen=True, slots=True)
class Found:
    """Where to read in a view: a quad in overview pixels, or None for all of it."""

    sight: Sight
    quad: Quad | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Answered:
    """What the model said of one picture."""

    found: Found
    decision: ReadingDecision
    confidence: float
    fields: Mapping[str, str]


def located(
    outputs: Mapping[str, dict[str, Any]], batch: Sequence[Found], shape: tuple[int, ...]
) -> list[Found]:
    """Take a detector's outputs: ``quads`` FP32 [n, 4, 2] in pixels of the picture it was sent.

    An output ``confidence`` FP32 [n] is optional.  A quad that is all zeros means that nothing
    was found; that view is then not read.

    Raises
    ------
    RemoteFailure
        If a quad is not four points in convex position, or the outputs are malformed.
    """
    count = len(batch)
    quads = numbers(_named(outputs, "quads"), count, 8).reshape(count, 4, 2)
    sure = _confidences(outputs, count) if "confidence" in outputs else np.ones(count)
    found = []
    for entry, quad, confidence in zip(batch, quads, sure, strict=True):
        if not quad.any():
            continue
        height, width = entry.sight.view.overview.shape[:2]
        scaled = quad * (width / shape[2], height / shape[1])
        edges = np.roll(scaled, -1, axis=0) - scaled
        following = np.roll(edges, -1, axis=0)
        turns = edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0]
        if np.abs(scaled).max() > 1e6 or not ((turns > 1e-9).all() or (turns < -1e-9).all()):
            raise RemoteFailure(Cause.WRONG, "a quad that is not four corners in order")
        corners = tuple((float(x), float(y)) for x, y in scaled)
        found.append(Found(entry.sight, corners, float(confidence)))
    return found


def read_outputs(outputs: Mapping[str, dict[str, Any]], batch: Sequence[Found]) -> list[Answered]:
    """Take a reader's outputs, one entry a picture.

    ``tracking_id`` and ``sort_code`` (BYTES, at least one of them, empty where not read),
    ``confidence`` (FP32), and optionally ``decision`` (BYTES).

    Raises
    ------
    RemoteFailure
        If anything about them is not so.
    """
    count = len(batch)
    offered = {name: texts(outputs[name], count) for name in FIELDS if name in outputs}
    if not offered:
        raise RemoteFailure(Cause.WRONG, f"no output called {' or '.join(FIELDS)}")
    sure = _confidences(outputs, count)
    said = texts(outputs["decision"], count) if "decision" in outputs else [""] * count
    answered = []
    for index, entry in enumerate(batch):
        fields = {name: column[index] for name, column in offered.items() if column[index]}
        decision = _decision(said[index], bool(fields))
        answered.append(Answered(entry, decision, float(sure[index]), fields))
    return answered


def merged(capture: Capture, answers: Sequence[Answered]) -> Reading:
    """Make one reading of what was said of a capture's views; contradictions go to review.

    The surest of the accepted answers stands, where no other accepted one has another text in a
    field that both offer; views without the label have nothing to say.
    """
    if not answers:
        return Reading(capture.capture_id, ReadingDecision.NO_READ, confidence=0.0)
    best = min(answers, key=lambda answer: (ORDER.index(answer.decision), -answer.confidence))
    accepted = [answer for answer in answers if answer.decision is ReadingDecision.ACCEPT]
    offered = [{one.fields[name] for one in accepted if name in one.fields} for name in FIELDS]
    contradicting = any(len(said) > 1 for said in offered)
    decision = ReadingDecision.REVIEW if contradicting else best.decision
    boxes = tuple(
        Box("label", answer.found.sight.view.name, answer.found.quad, answer.found.confidence)
        for answer in answers
        if answer.found.quad is not None
    )
    return Reading(capture.capture_id, decision, best.confidence, best.fields, boxes)


def _decision(said: str, has_fields: bool) -> ReadingDecision:
    if not said:
        return ReadingDecision.ACCEPT if has_fields else ReadingDecision.NO_READ
    if said not in set(ReadingDecision) or (said == ReadingDecision.ACCEPT and not has_fields):
        raise RemoteFailure(Cause.WRONG, "a decision that is none, or accepts nothing")
    return ReadingDecision(said)


def _confidences(outputs: Mapping[str, dict[str, Any]], count: int) -> Any:
    sure = numbers(_named(outputs, "confidence"), count)[:, 0]
    if not ((sure >= 0.0) & (sure <= 1.0)).all():
        raise RemoteFailure(Cause.WRONG, "a confidence outside [0, 1]")
    return sure


def _named(outputs: Mapping[str, dict[str, Any]], name: str) -> dict[str, Any]:
    if name not in outputs:
        raise RemoteFailure(Cause.WRONG, f"no output called {name}")
    return outputs[name]
