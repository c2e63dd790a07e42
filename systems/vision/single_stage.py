"""One larger detector that also reads: where the label is, and every symbol of its sort code."""

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from systems.contracts.answers import Stage
from systems.contracts.vision import Box, CameraView, Capture, Reading, ReadingDecision
from systems.errors import SystemLoadError
from systems.vision.cascade.alphabet import SYMBOLS_OF
from systems.vision.cascade.card_calibration import CardCalibration
from systems.vision.cascade.detector import decoded
from systems.vision.cascade.odds_scale import OddsScale
from systems.vision.cascade.reader import LENGTHS
from systems.vision.cascade.windows import SINGLE_STAGE_SIZE, letterboxed
from systems.weights import open_weights

__all__ = ["CLASS_NAMES", "SYMBOLS", "SingleStage", "SpelledLabel", "spelled_label"]

VERSION = "1"
WEIGHTS = "shipped:single_stage"
SYMBOLS = SYMBOLS_OF["sort_code"]
LENGTH = LENGTHS["sort_code"]
CLASS_NAMES = ("label", "tracking_id", *SYMBOLS)
"""Classes of the detector; the tracking id, too small to be read here, tells which way is up."""
LEAST = 0.05
"""A symbol less sure than this is none."""
NOTHING = 0.02
"""Score of there being no symbol, beside those of all symbols."""
OVERLAP = 0.45
"""Of two symbols that share more than this (intersection over union), one stays."""
MOST_SYMBOLS = 12
"""The surest that are looked at."""
ROOM = 0.1
"""Of a label's box: how far beyond it a symbol may lie."""
ASIDE = 0.4
"""In sides of a symbol: how far beside its line it may lie."""
APART = 0.5
"""In sides of a symbol: most room between two neighbours; a narrow symbol that was not found leaves
more."""


@dataclass(frozen=True, slots=True)
class SpelledLabel:
    """The sort code of one label.

    Attributes
    ----------
    text : str
        Empty where no line of six symbols was made out.
    log_odds : float
        Of being right, before any temperature.
    box : (left, top, right, bottom)
        Of the label in overview pixels.
    confidence : float
        Of there being a label.
    """

    text: str
    log_odds: float
    box: tuple[float, float, float, float]
    confidence: float


@dataclass(frozen=True, slots=True)
class _Symbols:
    """Symbols of one picture, the surest first.

    Attributes
    ----------
    centres, sizes : ndarray, shape (n, 2)
    classes : ndarray of int, shape (n,)
    chances : ndarray, shape (n,)
        Of being that symbol and no other.
    scores : ndarray, shape (n,)
        Of being a symbol at all.
    """

    centres: NDArray[np.float64]
    sizes: NDArray[np.float64]
    classes: NDArray[np.int64]
    chances: NDArray[np.float64]
    scores: NDArray[np.float64]

    def within(self, box: tuple[float, float, float, float]) -> "_Symbols":
        """The surest of those in or about a label's box."""
        low, high = np.array(box[:2]), np.array(box[2:])
        room = ROOM * (high - low)
        inside = ((self.centres > low - room) & (self.centres < high + room)).all(axis=1)
        kept = np.flatnonzero(inside)[:MOST_SYMBOLS]
        return _Symbols(
            self.centres[kept],
            self.sizes[kept],
            self.classes[kept],
            self.chances[kept],
            self.scores[kept],
        )


class SingleStage:
    """YOLOv8n on the whole overview, with a class for every symbol of a sort code.

    Parameters
    ----------
    weights : str
        ``shipped:NAME``, or an ONNX file as ``labgap train vision --part single_stage`` writes it.
    weights_sha256 : str, optional
        What the file's hash must be.
    threshold : float, optional
        Least confidence to accept; by default that of the file's card.
    temperature : float, optional
        Divides log odds; by default that of the file's card, with its offset, or 1.
    calibration : str
        ``production`` or ``lab``: which threshold of the card.
    review : bool
        Whether what is not sure enough goes to a person; if not, every answer is accepted.
    threads : int
        Of the network.

    Raises
    ------
    SystemLoadError
        If the weights, their card or a parameter cannot be used.

    Notes
    -----
    * Six symbols side by side inside the surest label are its sort code, read in the direction
      that has the tracking id below the line.  With more or fewer, or without a tracking id, which
      would leave two ways of reading them, there is no answer.
    * A symbol that was left out to make it six counts against the answer.
    * Labels of several views that say different things go to review.
    * It offers no tracking id: at a quarter of the sensor's resolution its digits are less than
      4 pixels wide.
    """

    def __init__(
        self,
        weights: str = WEIGHTS,
        weights_sha256: str | None = None,
        threshold: float | None = None,
        temperature: float | None = None,
        calibration: str = "production",
        review: bool = True,
        threads: int = 1,
    ) -> None:
        self._model = open_weights(weights, weights_sha256, threads)
        shape = self._model.input_shape
        if shape[1:] != (1, *SINGLE_STAGE_SIZE[::-1]):
            raise SystemLoadError(
                f"a single stage takes grey overviews of shape (n, 1, 320, 416), not {shape}",
                where=self._model.where,
                fix="train one with labgap train vision --part single_stage",
            )
        told = CardCalibration.of(self._model, "calibration")
        if threshold is None and review:
            told.check_scale(temperature)
        self._scale = told.scale("sort_code", temperature)
        # where every answer is accepted no threshold is needed, nor one in the card
        given = threshold if review or threshold is not None else 0.0
        self._threshold = told.threshold(given, calibration)
        self._review = review

    def scaled(self, scale: OddsScale) -> "SingleStage":
        """The same network and threshold, with another scale of its log odds."""
        other = copy(self)
        other._scale = scale
        return other

    def fingerprint(self) -> str:
        """What an answer follows from: weights and threshold."""
        return (
            f"single stage {VERSION}; {self._model.sha256[:16]}; "
            f"temperature={self._scale.temperature!r} offset={self._scale.offset!r} "
            f"threshold={self._threshold!r} review={self._review}"
        )

    def read(self, captures: Sequence[Capture]) -> Sequence[Reading]:
        """Answer every capture, in order; the network sees all of them at once."""
        return [
            self.answer(capture, labels)
            for capture, labels in zip(captures, self.look(captures), strict=True)
        ]

    def look(self, captures: Sequence[Capture]) -> list[list[tuple[CameraView, SpelledLabel]]]:
        """The surest label of every view that has one, with its sort code."""
        views = [
            (place, view)
            for place, capture in enumerate(captures)
            for view in capture.views
            if view.overview.size
        ]
        seen: list[list[tuple[CameraView, SpelledLabel]]] = [[] for _ in captures]
        if not views:
            return seen
        framed = [letterboxed(view.overview, SINGLE_STAGE_SIZE) for _, view in views]
        grey = np.stack([cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame, _, _ in framed])
        (answer,) = self._model.run(grey[:, None].astype(np.float32) / np.float32(255.0))[:1]
        if answer.ndim != 3 or answer.shape[1] != 4 + len(CLASS_NAMES):
            raise ValueError(
                f"a single stage answers with shape (n, {4 + len(CLASS_NAMES)}, anchors), not "
                f"{answer.shape}"
            )
        for (place, view), row, (_, scale, offset) in zip(views, answer, framed, strict=True):
            label = spelled_label(row, scale, offset)
            if label is not None:
                seen[place].append((view, label))
        return seen

    def answer(
        self, capture: Capture, labels: Sequence[tuple[CameraView, SpelledLabel]]
    ) -> Reading:
        """What the labels of one capture (`look`) amount to."""
        boxes = tuple(_box(view, label) for view, label in labels)
        found = max((label.confidence for _, label in labels), default=0.0)
        detector = Stage("detector", {"labels": str(len(labels))}, found)
        told = [label for _, label in labels if label.text]
        if not told:
            return Reading(capture.capture_id, ReadingDecision.NO_READ, 0.0, {}, boxes, (detector,))
        best = max(told, key=lambda label: label.log_odds)
        confidence = self.chance(best.log_odds)
        fields = {"sort_code": best.text}
        differ = any(label.text != best.text for label in told)
        sure = confidence >= self._threshold and not differ
        decision = ReadingDecision.ACCEPT if sure or not self._review else ReadingDecision.REVIEW
        stages = (detector, Stage("reader", fields, confidence))
        return Reading(capture.capture_id, decision, confidence, fields, boxes, stages)

    def chance(self, log_odds: float) -> float:
        """How sure an answer is, after Platt scaling."""
        return 1.0 / (1.0 + math.exp(-min(max(self._scale.odds(log_odds), -60.0), 60.0)))


def spelled_label(
    answer: NDArray[np.float32], scale: float, offset: tuple[float, float]
) -> SpelledLabel | None:
    """The surest label of one picture with what its symbols say; None where there is none.

    Parameters
    ----------
    answer : ndarray, shape (4 + classes, anchors)
    scale, offset
        Of `letterboxed`.
    """
    found = decoded(answer[:6], scale, offset, CLASS_NAMES[:2])
    label = next((each for each in found if each.name == "label"), None)
    if label is None:
        return None
    symbols = _symbols(answer, scale, offset).within(label.box)
    left, top, right, bottom = label.box
    below = next(
        (
            np.array([x0 + x1, y0 + y1]) / 2.0
            for x0, y0, x1, y1 in (each.box for each in found if each.name == "tracking_id")
            if left < (x0 + x1) / 2.0 < right and top < (y0 + y1) / 2.0 < bottom
        ),
        None,
    )
    found_line = None if below is None else _line_of_six(symbols)
    if found_line is None or below is None:
        return SpelledLabel("", -math.inf, label.box, label.confidence)
    line, left_out = found_line
    along = symbols.centres[line[-1]] - symbols.centres[line[0]]
    down = below - symbols.centres[line].mean(axis=0)
    if along[0] * down[1] - along[1] * down[0] < 0.0:
        line = line[::-1]
    text = "".join(SYMBOLS[symbols.classes[place]] for place in line)
    chance = float(symbols.chances[line].prod()) * (1.0 - left_out)
    chance = min(max(chance, 1e-12), 1.0 - 1e-12)
    return SpelledLabel(text, math.log(chance / (1.0 - chance)), label.box, label.confidence)


def _symbols(answer: NDArray[np.float32], scale: float, offset: tuple[float, float]) -> _Symbols:
    """Symbols of one picture; of those that lie upon one another the surest.

    What the others say counts: a symbol's chance is its score over those of all symbols that any
    box at its place has.
    """
    scores = answer[6:].astype(np.float64)
    rows = np.flatnonzero(scores.max(axis=0) >= LEAST)
    scores = scores[:, rows].T
    centres, sizes = answer[:2, rows].T, np.maximum(answer[2:4, rows].T, 1e-3)
    low, high = centres - 0.5 * sizes, centres + 0.5 * sizes
    kept = cv2.dnn.NMSBoxes(
        np.hstack([low, sizes]).tolist(), scores.max(axis=1).tolist(), LEAST, OVERLAP
    )
    places = np.asarray(kept, np.int64).ravel()
    shared = np.minimum(high[places, None], high) - np.maximum(low[places, None], low)
    both = np.maximum(shared, 0.0).prod(axis=2)
    areas = sizes.prod(axis=1)
    upon = both > OVERLAP * (areas[places, None] + areas - both)
    best = scores[places].max(axis=1)
    said = np.array([scores[each].max(axis=0).sum() for each in upon]).reshape(len(places))
    return _Symbols(
        (centres[places].astype(np.float64) - np.array(offset)) / scale,
        sizes[places].astype(np.float64) / scale,
        scores[places].argmax(axis=1),
        best / (said + NOTHING),
        best,
    )


def _line_of_six(symbols: _Symbols) -> tuple[NDArray[np.int64], float] | None:
    """Places of six symbols side by side, in order from either end; None where none are.

    The least sure symbols are left out, one after the other, until a row of exactly six remains.

    Returns
    -------
    places : ndarray of int, shape (6,)
    left_out : float
        Score of the surest symbol that was left out.
    """
    for count in range(len(symbols.centres), LENGTH - 1, -1):
        line = _row_of_six(symbols.centres[:count], symbols.sizes[:count])
        if line is not None:
            return line, float(symbols.scores[count:].max(initial=0.0))
    return None


def _row_of_six(
    centres: NDArray[np.float64], sizes: NDArray[np.float64]
) -> NDArray[np.int64] | None:
    """Places of the one row of symbols that has exactly six; None where no row or several have."""
    rows: dict[tuple[int, ...], NDArray[np.int64]] = {}
    for one, other in combinations(range(len(centres)), 2):
        along = centres[other] - centres[one]
        length = float(np.hypot(*along))
        if length == 0.0:
            continue
        along = along / length
        off = centres - centres[one]
        beside = np.abs(off[:, 0] * along[1] - off[:, 1] * along[0])
        on = np.flatnonzero(beside <= ASIDE * sizes.mean(axis=1))
        order = on[np.argsort(off[on] @ along)]
        # upright boxes: how far each reaches along a line that may lie aslant
        reach = sizes[order] @ np.abs(along) / np.abs(along).sum()
        gaps = np.diff(off[order] @ along) - 0.5 * (reach[:-1] + reach[1:])
        ends = np.flatnonzero(gaps > APART * reach.mean()) + 1
        for row in np.split(order, ends):
            if len(row) == LENGTH:
                rows[tuple(sorted(row.tolist()))] = row
    return next(iter(rows.values())) if len(rows) == 1 else None


def _box(view: CameraView, label: SpelledLabel) -> Box:
    left, top, right, bottom = label.box
    quad = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Box("label", view.name, quad, label.confidence)
