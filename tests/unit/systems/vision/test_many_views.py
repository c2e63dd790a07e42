"""What readers make of a capture whose views show the label, nothing, or two labels."""

import pytest

from sim.frames.capture import capture
from sim.sorting.parcel import Parcel
from sim.streams import Streams
from systems.contracts.vision import Capture, ReadingDecision
from systems.vision.barcode import GUESS, Barcode
from systems.vision.ocr import Ocr
from systems.vision.remote_answers import Answered, Found, Sight, merged
from tests.unit.sim.frames.frame_specimen import FIELD_CAMERA, condition, parcel

STREAMS = Streams(seed=3, replication=1)
TUNNEL = FIELD_CAMERA.model_copy(update={"views": ("top", "back", "bottom")})
ACCEPT, REVIEW, NO_READ = ReadingDecision


def seen(one: Parcel, *conditions) -> Capture:
    return capture(one, 1, conditions, TUNNEL, 2.5, STREAMS)


def joined(*captures: Capture) -> Capture:
    """The first view of the first capture, the second of the second, and so on."""
    views = tuple(one.views[number] for number, one in enumerate(captures))
    return Capture("joined", views, captures[0].dimensions_mm, captures[0].weight_g)


@pytest.fixture(scope="module", params=[Barcode, Ocr])
def reader(request: pytest.FixtureRequest):
    return request.param()


def test_one_text_in_several_views_is_one_text(reader) -> None:
    (reading,) = reader.read([seen(parcel(1))])
    assert reading.decision is ACCEPT
    assert reading.fields["tracking_id"] == parcel(1).tracking_id
    assert {box.view for box in reading.boxes} == {"top", "back"}


def test_views_without_a_label_have_no_say(reader) -> None:
    (reading,) = reader.read([seen(parcel(1), condition("label_down", 5))])
    assert reading.decision is ACCEPT
    assert reading.fields["tracking_id"] == parcel(1).tracking_id
    assert {box.view for box in reading.boxes} == {"bottom"}


def test_two_texts_in_two_views_go_to_review(reader) -> None:
    under = condition("label_down", 5)
    both = joined(seen(parcel(1)), seen(parcel(2), under), seen(parcel(2), under))
    (reading,) = reader.read([both])
    assert reading.decision is REVIEW
    assert reading.confidence <= GUESS


def said(decision: ReadingDecision, confidence: float, **fields: str) -> Answered:
    view = seen(parcel(1)).views[0]
    return Answered(Found(Sight(0, view)), decision, confidence, fields)


@pytest.mark.parametrize(
    ("answers", "decision", "confidence"),
    [
        ([said(NO_READ, 0.0), said(ACCEPT, 0.9, tracking_id="1")], ACCEPT, 0.9),
        ([said(ACCEPT, 0.8, tracking_id="1"), said(ACCEPT, 0.9, tracking_id="1")], ACCEPT, 0.9),
        ([said(ACCEPT, 0.8, tracking_id="1"), said(ACCEPT, 0.9, tracking_id="2")], REVIEW, 0.9),
        ([said(ACCEPT, 0.9, tracking_id="1"), said(ACCEPT, 0.8, sort_code="A")], ACCEPT, 0.9),
        ([said(ACCEPT, 0.9, tracking_id="1", sort_code="B"), said(ACCEPT, 0.8, sort_code="A")],
         REVIEW, 0.9),
        ([said(ACCEPT, 0.6, tracking_id="1"), said(REVIEW, 0.9, tracking_id="2")], ACCEPT, 0.6),
        ([said(NO_READ, 0.0), said(NO_READ, 0.0)], NO_READ, 0.0),
        ([], NO_READ, 0.0),
    ],
)  # fmt: skip
def test_a_remote_readers_views_become_one_reading(answers, decision, confidence) -> None:
    reading = merged(seen(parcel(1)), answers)
    assert (reading.decision, reading.confidence) == (decision, confidence)
