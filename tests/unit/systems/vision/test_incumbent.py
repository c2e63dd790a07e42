"""Barcode, then OCR, then the desk: which stage answers, and what the trace says of it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from systems.contracts.vision import Capture, Reading, ReadingDecision
from systems.vision.incumbent import Incumbent

CAPTURES = [Capture(name, (), (1.0, 1.0, 1.0), 1.0) for name in ("a", "b")]
ACCEPT = Reading("", ReadingDecision.ACCEPT, 0.99, {"tracking_id": "123456789015"})
CODE = Reading("", ReadingDecision.ACCEPT, 0.95, {"sort_code": "7KX2QD"})
REVIEW = Reading("", ReadingDecision.REVIEW, 0.3, {"tracking_id": "990000000016"})
NOTHING = Reading("", ReadingDecision.NO_READ, 0.0)


class Says:
    """A reader that always says the same, and counts how often it was asked."""

    def __init__(self, answer: Reading) -> None:
        self.answer = answer
        self.asked = 0

    def read(self, captures: Sequence[Capture]) -> list[Reading]:
        self.asked += len(captures)
        return [replace(self.answer, capture_id=capture.capture_id) for capture in captures]


def asked(first: Reading, second: Reading) -> tuple[Sequence[Reading], Says]:
    reader, ocr = Incumbent(), Says(second)
    reader._barcode, reader._ocr = Says(first), ocr  # type: ignore[assignment]
    return reader.read(CAPTURES), ocr


def names(reading: Reading) -> list[str]:
    return [stage.name for stage in reading.stages]


def test_what_the_barcode_reader_accepts_stands_and_ocr_never_runs() -> None:
    readings, ocr = asked(ACCEPT, CODE)
    assert [reading.capture_id for reading in readings] == ["a", "b"]
    assert all(reading.fields == ACCEPT.fields for reading in readings)
    assert ocr.asked == 0
    assert names(readings[0]) == ["barcode"]


def test_ocr_reads_what_the_barcode_reader_could_not() -> None:
    readings, ocr = asked(NOTHING, CODE)
    assert ocr.asked == 2
    assert readings[0].decision is ReadingDecision.ACCEPT
    assert readings[0].fields == CODE.fields
    assert names(readings[0]) == ["barcode", "ocr"]
    assert readings[0].stages[0].proposed == {"decision": "no_read"}
    assert readings[0].stages[1].proposed == {"decision": "accept", "sort_code": "7KX2QD"}


@pytest.mark.parametrize("second", [REVIEW, NOTHING])
def test_what_neither_reads_goes_to_the_desk_with_the_best_guess(second: Reading) -> None:
    readings, _ = asked(NOTHING, second)
    assert readings[0].decision is ReadingDecision.REVIEW
    assert readings[0].fields == second.fields
    assert names(readings[0]) == ["barcode", "ocr", "desk"]


def test_contradicting_symbols_go_to_the_desk_without_ocr() -> None:
    readings, ocr = asked(REVIEW, ACCEPT)
    assert ocr.asked == 0
    assert readings[0].decision is ReadingDecision.REVIEW
    assert names(readings[0]) == ["barcode", "desk"]


def test_the_fingerprint_is_of_both_readers() -> None:
    text = Incumbent().fingerprint()
    assert "zxing-cpp" in text
    assert "rapidocr" in text
    assert text != Incumbent(accept_id=0.5).fingerprint()
