"""The reader people would try next: a general OCR that was never trained on this label."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from systems.contracts.answers import Stage
from systems.contracts.vision import (
    Box,
    CameraView,
    Capture,
    Reading,
    ReadingDecision,
    TextReading,
)
from systems.vision.label_text import Found, id_spans, printed_rows, sort_codes, tracking_ids
from systems.vision.text_engine import TextEngine, TextLine

__all__ = ["Ocr"]

VERSION = "1"

LOOKS_PX = (800, 1200)
"""Longest side of the picture text is looked for in.  The second look is taken where the first
found no tracking id with a right check digit, or no sort code."""
MOST_SPANS = 3
"""Rows read again in one go where no tracking id came together."""
ACCEPT_ID, ACCEPT_CODE, ACCEPT_CODE_ALONE = 0.90, 0.90, 0.995
"""On the calibration labels every right id and sort code scored above the first two; the third,
for a code that nothing checks, is what nine in ten of them reach."""
CONFIDENCE = ((0.0, 0.05), (0.60, 0.20), (0.80, 0.50), (0.90, 0.90), (0.97, 0.97), (1.0, 0.99))
"""Score of what is offered -> how sure the reader is of it; linear in between.  From 0.90 up by the
rule of succession, (right + 1) / (all + 2), on the calibration labels of that score; below it there
were none, and the figures are assumed."""
LEAST_SCORE = 0.80
"""Of a row of print in a picture that follows no standard: bars taken for letters score below."""
GUESS = 0.30
"""Most confidence in an answer that goes to review for a contradiction or a bad check digit."""


@dataclass(slots=True)
class _Seen:
    """What the looks at a capture found."""

    ids: list[tuple[Found, str]] = field(default_factory=list)
    codes: list[tuple[Found, str]] = field(default_factory=list)
    looks: int = 0
    lines: int = 0
    turn_deg: float | None = None

    @property
    def valid_ids(self) -> list[Found]:
        """Tracking ids with a right check digit, the surest first, each once."""
        best: dict[str, Found] = {}
        for found, _ in sorted(self.ids, key=_by_score):
            if found.is_valid:
                best.setdefault(found.text, found)
        return list(best.values())

    @property
    def all_codes(self) -> list[Found]:
        """Sort codes, the surest first, each once."""
        best: dict[str, Found] = {}
        for found, _ in sorted(self.codes, key=_by_score):
            best.setdefault(found.text, found)
        return list(best.values())


class Ocr:
    """Reads printed tracking id and sort code with RapidOCR (PP-OCRv6), untrained on this label.

    Parameters
    ----------
    accept_id : float
        Least score of a tracking id, whose check digit must be right, to be accepted.
    accept_code : float
        Least score of a sort code to be offered beside an accepted tracking id.
    accept_code_alone : float
        Least score of a sort code, which has no check digit, to be accepted alone; above 1 never.

    Notes
    -----
    * A score is the mean probability that the recogniser gives the characters of a line, the
      lowest where a field was read in pieces.
    * The label's turn (0, 90, 180, 270 degrees and what is between) is the one in which its largest
      lines score best.
    * A tracking id with a wrong check digit is never accepted; it may be the guess that goes to
      review.  Two good ids in view go to review.
    * The thresholds were chosen on captures of `sorting_lab` drawn with a seed that no scenario of
      the library has; docs/readers.md says how, and what came of it.
    """

    def __init__(
        self,
        accept_id: float = ACCEPT_ID,
        accept_code: float = ACCEPT_CODE,
        accept_code_alone: float = ACCEPT_CODE_ALONE,
    ) -> None:
        self._accept_id = float(accept_id)
        self._accept_code = float(accept_code)
        self._accept_code_alone = float(accept_code_alone)
        self._engine = TextEngine()

    def fingerprint(self) -> str:
        """What an answer follows from: versions and parameters."""
        return (
            f"ocr {VERSION}; {self._engine.versions()}; accept_id={self._accept_id:g} "
            f"accept_code={self._accept_code:g} accept_code_alone={self._accept_code_alone:g}"
        )

    def read(self, captures: Sequence[Capture]) -> Sequence[Reading]:
        """Answer every capture, in order."""
        return [self._read_one(capture) for capture in captures]

    def read_text(self, captures: Sequence[Capture]) -> Sequence[TextReading]:
        """Read the rows of print in a picture; the row with most digits first.

        Under a bar code its digits are printed in groups, so spaces within a row of digits are
        left out; rows that score below `LEAST_SCORE` are not offered.
        """
        return [
            TextReading(
                capture.capture_id,
                tuple(
                    found
                    for view in capture.views
                    if view.overview.size
                    for found in printed_rows(self._engine.lines(view, LOOKS_PX[-1]))
                    if found.confidence >= LEAST_SCORE
                ),
            )
            for capture in captures
        ]

    def _read_one(self, capture: Capture) -> Reading:
        seen = _Seen()
        # a camera that delivers an empty buffer shows nothing
        shown = [view for view in capture.views if view.overview.size]
        for look, side_px in enumerate(LOOKS_PX):
            # A sensor no larger than the first look has nothing more to show.
            views = [view for view in shown if look == 0 or _side_px(view) > LOOKS_PX[0]]
            seen.looks += bool(views)
            for view in views:
                lines = self._engine.lines(view, side_px)
                seen.lines += len(lines)
                if lines and seen.turn_deg is None:
                    seen.turn_deg = _turn_deg(lines)
                seen.ids += [(found, view.name) for found in tracking_ids(lines)]
                if not seen.valid_ids:
                    whole = [self._engine.line(view, quad) for quad in id_spans(lines)[:MOST_SPANS]]
                    seen.ids += [
                        (found, view.name) for one in whole for found in tracking_ids([one])
                    ]
                seen.codes += [(found, view.name) for found in sort_codes(lines)]
            if seen.valid_ids and seen.codes:
                break
        decision, confidence, offered = self._decided(seen)
        boxes = tuple(
            Box(name=name, view=view, quad=found.quad, confidence=found.score)
            for name, all_found in (("tracking_id", seen.ids), ("sort_code", seen.codes))
            for found, view in all_found
            if offered.get(name) == found.text
        )
        return Reading(
            capture_id=capture.capture_id,
            decision=decision,
            confidence=confidence,
            fields=offered,
            boxes=boxes,
            stages=_stages(seen),
        )

    def _decided(self, seen: _Seen) -> tuple[ReadingDecision, float, dict[str, str]]:
        ids, codes = seen.valid_ids, seen.all_codes
        if len(ids) > 1 or len({code.text for code in codes[:2] if code.score > 0.99}) > 1:
            return ReadingDecision.REVIEW, GUESS, _guess(seen)
        code = codes[0] if codes else None
        if ids and ids[0].score >= self._accept_id:
            offered, score = {"tracking_id": ids[0].text}, ids[0].score
            if code is not None and code.score >= self._accept_code:
                offered["sort_code"] = code.text
                score = min(score, code.score)
            return ReadingDecision.ACCEPT, _confidence(score), offered
        if code is not None and not ids and code.score >= self._accept_code_alone:
            return ReadingDecision.ACCEPT, _confidence(code.score), {"sort_code": code.text}
        guess = _guess(seen)
        if not guess:
            return ReadingDecision.NO_READ, 0.0, {}
        score = min(found.score for found in (*ids[:1], *codes[:1], *_invalid(seen)[:1]))
        sure = _confidence(score)
        return ReadingDecision.REVIEW, sure if ids else min(GUESS, sure), guess


def _side_px(view: CameraView) -> float:
    """Longest side of a view's sensor."""
    height, width = view.overview.shape[:2]
    return float(max(height, width) * view.sensor_scale)


def _by_score(entry: tuple[Found, str]) -> tuple[float, str]:
    return -entry[0].score, entry[0].text


def _confidence(score: float) -> float:
    scores, values = zip(*CONFIDENCE, strict=True)
    return float(np.interp(score, scores, values))


def _invalid(seen: _Seen) -> list[Found]:
    """Tracking ids whose check digit is wrong, where there is no good one; the surest first."""
    if seen.valid_ids:
        return []
    return [found for found, _ in sorted(seen.ids, key=_by_score)]


def _guess(seen: _Seen) -> dict[str, str]:
    """The best of each field, whatever its score."""
    best = {"tracking_id": [*seen.valid_ids, *_invalid(seen)], "sort_code": seen.all_codes}
    return {name: found[0].text for name, found in best.items() if found}


def _turn_deg(lines: Sequence[TextLine]) -> float:
    """Direction of the text: that of the largest line, which has most pixels to say it."""
    return max(lines, key=lambda line: line.height * len(line.text)).turn_deg


def _stages(seen: _Seen) -> tuple[Stage, ...]:
    detected = {"lines": str(seen.lines), "looks": str(seen.looks)}
    if seen.turn_deg is not None:
        detected["turn_deg"] = f"{seen.turn_deg:.0f}"
    ids, codes = seen.valid_ids, seen.all_codes
    read_id = {"tracking_id": ids[0].text} if ids else {}
    if len(ids) > 1:
        read_id["contradicting"] = " ".join(found.text for found in ids[1:4])
    if invalid := _invalid(seen):
        read_id["bad_check_digit"] = invalid[0].text
    read_code = {"sort_code": codes[0].text} if codes else {}
    if len(codes) > 1:
        read_code["contradicting"] = " ".join(found.text for found in codes[1:4])
    return (
        Stage("text_detector", detected),
        Stage("tracking_id", read_id, ids[0].score if ids else None),
        Stage("sort_code", read_code, codes[0].score if codes else None),
    )
