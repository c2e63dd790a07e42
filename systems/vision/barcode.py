"""The reader people would deploy first: zxing-cpp on the whole frame."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from stdnum.iso7064 import mod_11_10

from systems.contracts.answers import Stage
from systems.contracts.vision import (
    Box,
    CameraView,
    Capture,
    Reading,
    ReadingDecision,
    TextFound,
    TextReading,
)

__all__ = ["Barcode"]

VERSION = "1"

TRACKING_ID = re.compile(r"[0-9]{12}")
PAYLOAD = re.compile(r"LG1(?P<sort_code>[0-9A-HJKMNP-TV-Z]{6})(?P<tracking_id>[0-9]{12})")

FORMATS = zxingcpp.barcode_formats_from_str("Code128,DataMatrix")
SYMBOLOGIES = ("code128", "datamatrix")
AGREED, MATRIX_ALONE, BARS_ALONE, GUESS = 0.999, 0.995, 0.98, 0.30
"""Confidences, in order: both symbols say the same, one alone (a DataMatrix corrects errors and a
Code 128 only detects them), symbols that contradict one another."""


@dataclass(frozen=True, slots=True)
class _Symbol:
    """One decoded symbol whose contents follow the label standard."""

    symbology: str
    fields: tuple[tuple[str, str], ...]
    view: str
    quad: tuple[tuple[float, float], ...]

    @property
    def tracking_id(self) -> str:
        return dict(self.fields)["tracking_id"]


class Barcode:
    """Reads Code 128 and DataMatrix anywhere in the frame and offers what they agree on.

    Parameters
    ----------
    try_rotate : bool
        Look for Code 128 along both axes of the frame.
    try_downscale : bool
        Also look at smaller copies of the frame.
    verify_check_digit : bool
        Treat a tracking id whose ISO 7064 mod 11,10 check digit is wrong as malformed.

    Notes
    -----
    * Contents that do not follow the label standard are left out (and named in the trace);
      nothing left is a no-read.
    * One tracking id in view is accepted, from either symbology or both.
    * Several distinct ones, or two symbologies that contradict one another, go to review with
      the most frequent as the best guess.
    """

    def __init__(
        self,
        try_rotate: bool = True,
        try_downscale: bool = True,
        verify_check_digit: bool = True,
    ) -> None:
        self._try_rotate = try_rotate
        self._try_downscale = try_downscale
        self._verify_check_digit = verify_check_digit

    def fingerprint(self) -> str:
        """What an answer follows from: versions and parameters."""
        return (
            f"barcode {VERSION}; zxing-cpp {version('zxing-cpp')}; "
            f"try_rotate={self._try_rotate} try_downscale={self._try_downscale} "
            f"verify_check_digit={self._verify_check_digit}"
        )

    def read(self, captures: Sequence[Capture]) -> Sequence[Reading]:
        """Answer every capture, in order."""
        return [self._read_one(capture) for capture in captures]

    def read_text(self, captures: Sequence[Capture]) -> Sequence[TextReading]:
        """Decode any symbology that zxing-cpp knows, with its default options.

        Its default text mode writes control characters as pictures of them.
        """
        return [
            TextReading(
                capture.capture_id,
                tuple(
                    TextFound(symbol.text, symbol.format.name.lower(), BARS_ALONE)
                    for view in capture.views
                    if view.overview.size
                    for symbol in zxingcpp.read_barcodes(_whole_sensor(view))
                    if symbol.text
                ),
            )
            for capture in captures
        ]

    def _read_one(self, capture: Capture) -> Reading:
        symbols: list[_Symbol] = []
        malformed: dict[str, list[str]] = {name: [] for name in SYMBOLOGIES}
        # a camera that delivers an empty buffer shows nothing
        for view in (view for view in capture.views if view.overview.size):
            for symbology, text, quad in self._decoded(view):
                parsed = self._parsed(symbology, text)
                if parsed is None:
                    malformed[symbology].append(text)
                else:
                    symbols.append(_Symbol(symbology, parsed, view.name, quad))
        stages = tuple(_stage(name, symbols, malformed[name]) for name in SYMBOLOGIES)
        decision, confidence, fields = _decided(symbols)
        boxes = tuple(
            Box(name=symbol.symbology, view=symbol.view, quad=symbol.quad, confidence=confidence)
            for symbol in symbols
        )
        return Reading(
            capture_id=capture.capture_id,
            decision=decision,
            confidence=confidence,
            fields=fields,
            boxes=boxes,
            stages=stages,
        )

    def _decoded(
        self, view: CameraView
    ) -> Iterable[tuple[str, str, tuple[tuple[float, float], ...]]]:
        scale = view.sensor_scale
        found = zxingcpp.read_barcodes(
            _whole_sensor(view),
            formats=FORMATS,
            try_rotate=self._try_rotate,
            try_downscale=self._try_downscale,
            try_invert=False,
            text_mode=zxingcpp.TextMode.Plain,
        )
        for symbol in found:
            matrix = symbol.format == zxingcpp.BarcodeFormat.DataMatrix
            at = symbol.position
            corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
            quad = tuple(((point.x + 0.5) / scale, (point.y + 0.5) / scale) for point in corners)
            yield "datamatrix" if matrix else "code128", symbol.text, quad

    def _parsed(self, symbology: str, text: str) -> tuple[tuple[str, str], ...] | None:
        pattern = PAYLOAD if symbology == "datamatrix" else TRACKING_ID
        match = pattern.fullmatch(text)
        if match is None:
            return None
        fields = match.groupdict() or {"tracking_id": text}
        if self._verify_check_digit and not mod_11_10.is_valid(fields["tracking_id"]):
            return None
        return tuple(sorted(fields.items()))


def _whole_sensor(view: CameraView) -> NDArray[np.uint8]:
    """Every sensor pixel of a view, grey, shape (height, width)."""
    height, width = view.overview.shape[:2]
    # whole sensor pixels only, so that the window is a copy and not a resampling
    size = (int(width * view.sensor_scale + 1e-6), int(height * view.sensor_scale + 1e-6))
    right, bottom = size[0] / view.sensor_scale, size[1] / view.sensor_scale
    quad = np.array([[0.0, 0.0], [right, 0.0], [right, bottom], [0.0, bottom]])
    return np.asarray(cv2.cvtColor(view.window(quad, size), cv2.COLOR_RGB2GRAY), np.uint8)


def _stage(name: str, symbols: Sequence[_Symbol], malformed: Sequence[str]) -> Stage:
    own = [symbol for symbol in symbols if symbol.symbology == name]
    proposed: dict[str, str] = {}
    ids = sorted({symbol.tracking_id for symbol in own})
    if len(ids) == 1:
        proposed.update(own[0].fields)
    elif ids:
        proposed["contradicting"] = " ".join(ids)
    if malformed:
        proposed["malformed"] = " ".join(ascii(text)[1:-1][:40] for text in malformed[:4])
    alone = MATRIX_ALONE if name == "datamatrix" else BARS_ALONE
    confidence = None if not ids else alone if len(ids) == 1 else GUESS
    return Stage(name=name, proposed=proposed, confidence=confidence)


def _decided(
    symbols: Sequence[_Symbol],
) -> tuple[ReadingDecision, float, dict[str, str]]:
    if not symbols:
        return ReadingDecision.NO_READ, 0.0, {}
    votes: dict[str, int] = {}
    for symbol in symbols:
        votes[symbol.tracking_id] = votes.get(symbol.tracking_id, 0) + 1
    best = min(votes, key=lambda tracking_id: (-votes[tracking_id], tracking_id))
    fields: dict[str, str] = {}
    sort_codes: set[str] = set()
    for symbol in symbols:
        if symbol.tracking_id == best:
            fields.update(symbol.fields)
            sort_codes.update(value for name, value in symbol.fields if name == "sort_code")
    if len(votes) > 1 or len(sort_codes) > 1:
        return ReadingDecision.REVIEW, GUESS, fields
    kinds = {symbol.symbology for symbol in symbols}
    if len(kinds) == 2:
        return ReadingDecision.ACCEPT, AGREED, fields
    confidence = MATRIX_ALONE if "datamatrix" in kinds else BARS_ALONE
    return ReadingDecision.ACCEPT, confidence, fields
