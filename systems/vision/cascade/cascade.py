"""The cascade: detector, locator, reader, and what it makes of their answers."""

import math
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from systems.contracts.answers import Stage
from systems.contracts.vision import (
    Box,
    CameraView,
    Capture,
    Reading,
    ReadingDecision,
    TextReading,
)
from systems.vision.cascade.card_calibration import CardCalibration
from systems.vision.cascade.closeup import Closeup
from systems.vision.cascade.detector import CentreCrop, Detection, LabelDetector
from systems.vision.cascade.free_text import offered_texts
from systems.vision.cascade.last_batches import LastBatches, batch_digest
from systems.vision.cascade.locator import Found, LineFinder
from systems.vision.cascade.odds_scale import OddsScale
from systems.vision.cascade.reader import LineText, SpellingReader
from systems.vision.cascade.strips import StripReader
from systems.vision.cascade.windows import LINES, window_on
from systems.weights import OnnxModel, open_weights

__all__ = ["CENTRE", "Cascade", "SeenLabel"]

VERSION = "4"
CENTRE = "centre"
DETECTOR, LOCATOR, READER = "shipped:detector", "shipped:locator", "shipped:reader-robust-medium-1"
MOST_LABELS = 2
"""Labels looked at in one view; more than one in view is a matter for the review desk."""
TOGETHER = 0.999
"""A field is offered beside the surer one if it is at least this sure itself: an answer is as sure
as all its fields together, and a doubtful one beside a sure one would send both to a person."""
UNSURE = math.log(0.95 / 0.05)
"""Log odds of its lines below all of which a label is looked at again."""
TURNS = (1, 2, 3)
"""Quarter turns from whose side it is looked at where looking again was in vain."""
THERE = 0.5
"""How sure the locator must be of a label to look at it from all sides."""
Quad = NDArray[np.float64]
Lines = tuple[LineText, ...]
"""What the lines of one label say, in the order of `LINES`."""
LEAST = 0.05
"""An answer less sure than this is none."""


@dataclass(frozen=True, slots=True)
class SeenLabel:
    """One label of one view, and what its lines say."""

    view: CameraView
    detection: Detection
    found: Found
    lines: tuple[LineText, ...]

    @property
    def offered(self) -> dict[str, float]:
        """Fields worth offering with how sure each is, the surest first."""
        return _offered(self.lines)

    @property
    def confidence(self) -> float:
        """How sure it is that every offered field is right, as if they went wrong one by one."""
        return math.prod(self.offered.values()) if self.offered else 0.0

    def text(self, name: str) -> str:
        """What a line says; empty where nothing of the standard was made out."""
        return next(line.text for line in self.lines if line.name == name)


@dataclass(frozen=True, slots=True)
class _Located:
    """One label, of the view at a place, and where its lines are."""

    at: int
    detection: Detection
    closeup: Closeup
    found: Found


class Cascade:
    """YOLO finds the label, a locator its lines, an EfficientNet with a CTC head spells them.

    Parameters
    ----------
    detector, locator, reader : str
        ``shipped:NAME`` or an ONNX file of your own; for the detector also ``centre``: none, the
        middle of the picture is taken for the label.
    detector_sha256, locator_sha256, reader_sha256 : str, optional
        What the files' hashes must be.
    threshold : float, optional
        Least confidence to accept; by default that of the reader's card, chosen on production-like
        calibration pictures.
    temperature : float, optional
        Divides log odds; by default those of the reader's card, with its offsets, or 1.  The
        card's threshold was chosen with the card's, so a `threshold` of your own goes with it.
    calibration : str
        ``production`` or ``lab``: which threshold of the card.
    review : bool
        Whether what is not sure enough goes to a person; if not, every answer is accepted.
    threads : int
        Of each network.

    Notes
    -----
    * A line is spelled as the likeliest text of the label standard: six symbols, or twelve digits
      with a right check digit.
    * Confidence is the chance that all offered fields are right, after Platt scaling line by line.
    * A label of whose lines none is surer than 0.95 is located and read once more, level with
      where its lines were found, and then from its three other sides; the surest look counts.
    * Below the threshold the answer goes to review with its best guess; where no label is found or
      nothing can be made of it, it is a no-read.
    * Two labels in view that say different things go to review if either alone would be accepted.
    """

    def __init__(
        self,
        detector: str = DETECTOR,
        locator: str = LOCATOR,
        reader: str = READER,
        detector_sha256: str | None = None,
        locator_sha256: str | None = None,
        reader_sha256: str | None = None,
        threshold: float | None = None,
        temperature: float | None = None,
        calibration: str = "production",
        review: bool = True,
        threads: int = 1,
    ) -> None:
        found_by: OnnxModel | CentreCrop
        if detector == CENTRE:
            found_by = CentreCrop()
            self._detector: LabelDetector | CentreCrop = found_by
        else:
            found_by = open_weights(detector, detector_sha256, threads)
            self._detector = LabelDetector(found_by)
        located_by = open_weights(locator, locator_sha256, threads)
        read_by = open_weights(reader, reader_sha256, threads)
        self._hashes = (found_by.sha256, located_by.sha256, read_by.sha256)
        told = CardCalibration.of(
            read_by, "calibration_without_detector" if detector == CENTRE else "calibration"
        )
        if threshold is None and review:
            told.check_scale(temperature)
            told.check_behind({"detector": found_by.sha256, "locator": located_by.sha256})
        self._scales = {line: told.scale(line, temperature) for line in LINES}
        self._review = review
        # where every answer is accepted no threshold is needed, nor one in the card
        given = threshold if review or threshold is not None else 0.0
        self._threshold = told.threshold(given, calibration)
        self._finder = LineFinder(located_by)
        self._read_by = read_by
        self._reader = SpellingReader(read_by, self._scales)

    def scaled(self, scales: Mapping[str, OddsScale]) -> "Cascade":
        """The same networks and threshold, with other scales of their log odds.

        Parameters
        ----------
        scales : mapping of line to OddsScale
        """
        other = copy(self)
        other._scales = dict(scales)
        other._reader = SpellingReader(self._read_by, other._scales)
        return other

    def fingerprint(self) -> str:
        """What an answer follows from: weights and thresholds."""
        hashes = " ".join(digest[:16] for digest in self._hashes)
        return (
            # every digit: thresholds that promise much differ far behind the point
            f"cascade {VERSION}; {hashes}; {_told(self._scales)}; "
            f"threshold={self._threshold!r} review={self._review}"
        )

    def read(self, captures: Sequence[Capture]) -> Sequence[Reading]:
        """Answer every capture, in order; each network sees all of them at once."""
        return [
            self.answer(capture, labels)
            for capture, labels in zip(captures, self.look(captures), strict=True)
        ]

    def read_text(self, captures: Sequence[Capture]) -> Sequence[TextReading]:
        """Read pictures that need not show a label of the standard.

        The surest first: what would be accepted in a lane, the lines of every label that was found
        and a picture that is one line itself, spelled as whatever they say. How sure of a text of
        any length it is was never calibrated.
        """
        strips = StripReader(self._reader)
        return [
            TextReading(
                capture.capture_id,
                offered_texts(
                    strips,
                    self.answer(capture, labels),
                    [(label.view, quad) for label in labels for quad in label.found.quads],
                    capture.views,
                ),
            )
            for capture, labels in zip(captures, self.look(captures), strict=True)
        ]

    def look(self, captures: Sequence[Capture]) -> list[list[SeenLabel]]:
        """Every label that is found in every capture, with what its lines say."""
        views = [(place, view) for place, capture in enumerate(captures) for view in capture.views]
        detector, locator, reader = self._hashes
        shown = [view for _, view in views]
        digest = cache(lambda: batch_digest(captures))
        wanted = _LOCATED.get(lambda: (detector, locator, digest()), lambda: self._located(shown))
        read = _READ.get(
            lambda: (detector, locator, digest(), reader, _told(self._scales)),
            lambda: self._read_again(shown, wanted),
        )
        seen: list[list[SeenLabel]] = [[] for _ in captures]
        for label, (found, lines) in zip(wanted, read, strict=True):
            place, view = views[label.at]
            seen[place].append(SeenLabel(view, label.detection, found, lines))
        return seen

    def _located(self, views: Sequence[CameraView]) -> list[_Located]:
        """Labels with their lines."""
        detections = self._detector.find([view.overview for view in views])
        wanted = [
            (at, detection, Closeup(views[at], detection.box))
            for at, found in enumerate(detections)
            for detection in [each for each in found if each.name == "label"][:MOST_LABELS]
        ]
        founds = self._finder.find(
            [closeup for _, _, closeup in wanted], [detection.box for _, detection, _ in wanted]
        )
        return [_Located(*label, found) for label, found in zip(wanted, founds, strict=True)]

    def _read_again(
        self, views: Sequence[CameraView], wanted: Sequence[_Located]
    ) -> list[tuple[Found, Lines]]:
        """Lines of every label, and where they are; what nobody is sure of is looked at again."""
        texts = self._texts([(views[label.at], label.found) for label in wanted])
        read = [(label.found, lines) for label, lines in zip(wanted, texts, strict=True)]
        unsure = _unsure(read)
        labels = [wanted[i] for i in unsure]
        founds = self._finder.again(
            [label.closeup for label in labels],
            [label.detection.box for label in labels],
            [label.found for label in labels],
        )
        self._look_surer(views, wanted, read, unsure, founds)
        turned = [(i, turns) for i in _unsure(read) if read[i][0].there >= THERE for turns in TURNS]
        founds = self._finder.find(
            [wanted[i].closeup for i, _ in turned],
            [wanted[i].detection.box for i, _ in turned],
            [turns for _, turns in turned],
        )
        self._look_surer(views, wanted, read, [i for i, _ in turned], founds)
        return read

    def _look_surer(
        self,
        views: Sequence[CameraView],
        wanted: Sequence[_Located],
        read: list[tuple[Found, Lines]],
        at: Sequence[int],
        founds: Sequence[Found],
    ) -> None:
        """Read labels where their lines may be too, and keep in `read` what is surer."""
        texts = self._texts(
            [(views[wanted[i].at], found) for i, found in zip(at, founds, strict=True)]
        )
        for i, found, lines in zip(at, founds, texts, strict=True):
            if _surest(lines) > _surest(read[i][1]):
                read[i] = (found, lines)

    def _texts(self, labels: Sequence[tuple[CameraView, Found]]) -> list[Lines]:
        """Both lines of every label."""
        # a locator's corners may be in no order at all
        nothing = np.zeros((*self._reader.size[::-1], 3), np.uint8)
        pictures = [
            nothing if window is None else view.window(window, self._reader.size)
            for view, found in labels
            for window in map(window_on, found.quads)
        ]
        texts = self._reader.read(pictures, LINES * len(labels))
        return [tuple(texts[at : at + len(LINES)]) for at in range(0, len(texts), len(LINES))]

    def read_at(self, views: Sequence[CameraView], lines: Sequence[Quad]) -> list[dict[str, str]]:
        """What would be offered of labels whose lines somebody else has found.

        Where the true places are known this tells the reader's mistakes from those of the parts
        before it.

        Parameters
        ----------
        views : sequence of CameraView
        lines : sequence of ndarray, shape (2, 4, 2)
            Corners of either line, in the order of `LINES`, in overview pixels; one of each view.
        """
        labels = [(view, Found(quads, 1.0)) for view, quads in zip(views, lines, strict=True)]
        return [
            {line.name: line.text for line in read if line.name in _offered(read)}
            for read in self._texts(labels)
        ]

    def answer(self, capture: Capture, labels: Sequence[SeenLabel]) -> Reading:
        """What the labels of one capture (`look`) amount to."""
        told = sorted(
            (label for label in labels if label.confidence >= LEAST),
            key=lambda label: -label.confidence,
        )
        boxes = tuple(box for label in labels for box in _boxes(label))
        stages = _stages(labels)
        if not told:
            return Reading(capture.capture_id, ReadingDecision.NO_READ, 0.0, {}, boxes, stages)
        best = told[0]
        fields = {name: best.text(name) for name in best.offered}
        confidence = best.confidence
        # a less sure one beside it is a misreading more often than another parcel's label
        rival = min(self._threshold, TOGETHER)
        sure = confidence >= self._threshold and not any(
            _contradict(best, other) for other in told[1:] if other.confidence >= rival
        )
        decision = ReadingDecision.ACCEPT if sure or not self._review else ReadingDecision.REVIEW
        return Reading(capture.capture_id, decision, confidence, fields, boxes, stages)


_LOCATED: LastBatches[list[_Located]] = LastBatches()
_READ: LastBatches[list[tuple[Found, Lines]]] = LastBatches()
"""Shared by every cascade of the process."""


def _offered(lines: Lines) -> dict[str, float]:
    sure = sorted(
        ((_chance(line.log_odds), line.name) for line in lines if line.text), reverse=True
    )
    return {
        name: chance
        for place, (chance, name) in enumerate(sure)
        if place == 0 or chance >= TOGETHER
    }


def _surest(lines: Lines) -> float:
    return max(line.log_odds for line in lines)


def _unsure(read: Sequence[tuple[Found, Lines]]) -> list[int]:
    return [i for i, (_, lines) in enumerate(read) if _surest(lines) < UNSURE]


def _told(scales: Mapping[str, OddsScale]) -> str:
    return " ".join(
        f"{line}: temperature={scale.temperature!r} offset={scale.offset!r}"
        for line, scale in scales.items()
    )


def _chance(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(log_odds, -60.0), 60.0)))


def _contradict(one: SeenLabel, other: SeenLabel) -> bool:
    return any(one.text(name) != other.text(name) for name in set(one.offered) & set(other.offered))


def _boxes(label: SeenLabel) -> list[Box]:
    left, top, right, bottom = label.detection.box
    around = ((left, top), (right, top), (right, bottom), (left, bottom))
    boxes = [Box("label", label.view.name, around, label.detection.confidence)]
    for line, quad in zip(label.lines, label.found.quads, strict=True):
        corners = tuple((float(x), float(y)) for x, y in quad)
        boxes.append(Box(line.name, label.view.name, corners, _chance(line.log_odds)))
    return boxes


def _stages(labels: Sequence[SeenLabel]) -> tuple[Stage, ...]:
    detector = Stage(
        "detector",
        {"labels": str(len(labels))},
        max((label.detection.confidence for label in labels), default=0.0),
    )
    best = max(labels, key=lambda label: label.confidence, default=None)
    if best is None:
        return (detector,)
    locator = Stage("locator", {"there": f"{best.found.there:.3f}"}, best.found.there)
    proposed = {line.name: line.text for line in best.lines if line.text}
    proposed |= {f"{line.name}.chance": f"{_chance(line.log_odds):.6f}" for line in best.lines}
    return (detector, locator, Stage("reader", proposed, best.confidence))
