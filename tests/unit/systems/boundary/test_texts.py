"""Raw texts of pictures are checked as readings are."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from systems.boundary import answer_texts
from systems.conformance.samples.captures import ArrayView
from systems.contracts.vision import Capture, Reading, ReadingDecision, TextFound, TextReading
from systems.errors import SystemFailure
from systems.registry import ResolvedSystem

CAPTURE = Capture("c", (ArrayView("top", np.zeros((40, 40, 3), np.uint8)),), (0.0, 0.0, 0.0), 0.0)


def asked(answer: Callable[[str], Any]) -> tuple[TextReading, ...]:
    class Reader:
        def read(self, captures: Sequence[Capture]) -> list[Reading]:
            raise AssertionError("asked for a label")

        def read_text(self, captures: Sequence[Capture]) -> list[Any]:
            return [answer(capture.capture_id) for capture in captures]

    return answer_texts(ResolvedSystem("vision", "r", Reader(), "test", None), [CAPTURE])


def test_texts_come_back_as_offered() -> None:
    texts = (TextFound("a", "qrcode", 0.5), TextFound("b", "print", 1.0))
    assert asked(lambda name: TextReading(name, texts)) == (TextReading("c", texts),)


@pytest.mark.parametrize(
    "answer",
    [
        lambda name: TextReading("other", ()),
        lambda name: TextReading(name, (TextFound("", "qrcode", 0.5),)),
        lambda name: TextReading(name, (TextFound("a", "qrcode", float("nan")),)),
        lambda name: TextReading(name, (TextFound("a" * 20_000, "qrcode", 0.5),)),
        lambda name: TextReading(name, (TextFound("a", "qrcode", 0.5),) * 201),
        lambda name: TextReading(name, ("a",)),  # type: ignore[arg-type]
        lambda name: None,
    ],
)
def test_a_broken_answer_ends_the_run(answer: Callable[[str], Any]) -> None:
    with pytest.raises(SystemFailure):
        asked(answer)


def test_a_reader_of_labels_alone_answers_with_its_tracking_id() -> None:
    class Plain:
        def read(self, captures: Sequence[Capture]) -> list[Reading]:
            fields = {"sort_code": "7KX2QD", "tracking_id": "123456789015"}
            return [Reading(c.capture_id, ReadingDecision.REVIEW, 0.4, fields) for c in captures]

    (reading,) = answer_texts(ResolvedSystem("vision", "p", Plain(), "test", None), [CAPTURE])
    assert reading.texts == (TextFound("123456789015", "label", 0.4),)
