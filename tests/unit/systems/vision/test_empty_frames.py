"""A camera that delivers an empty buffer: nothing is read, and nothing breaks."""

import numpy as np
import pytest

from systems.boundary import answer_batch
from systems.conformance.samples.captures import ArrayView, ordinary_captures
from systems.contracts.vision import Capture, ReadingDecision
from systems.registry import resolve

EMPTY = [(0, 0, 3), (0, 640, 3), (480, 0, 3)]


@pytest.mark.parametrize(
    "name",
    ["barcode", "ocr", "incumbent", "cascade", "cascade_barcode", "imagenet"],
)
def test_a_frame_without_pixels_is_a_no_read_and_its_neighbours_are_read(name):
    good = ordinary_captures()[0]
    empty = [
        Capture(f"empty-{n}", (ArrayView("top", np.zeros(shape, np.uint8)),), (300, 200, 100), 900)
        for n, shape in enumerate(EMPTY)
    ]
    both = Capture("both", (*empty[0].views, *good.views), (300, 200, 100), 900)
    resolved = resolve("vision", name, {}, allow_dotted=False)
    *nothing, alone, beside = answer_batch(resolved, [*empty, good, both])
    # the incumbent hands to the desk whatever it cannot read
    expected = ReadingDecision.REVIEW if name == "incumbent" else ReadingDecision.NO_READ
    assert {each.decision for each in nothing} == {expected}
    assert not any(each.fields for each in nothing)
    assert dict(beside.fields) == dict(alone.fields)


def test_without_a_detector_too():
    resolved = resolve(
        "vision", "cascade", {"detector": "centre", "threshold": 0.9}, allow_dotted=False
    )
    view = ArrayView("top", np.zeros((0, 0, 3), np.uint8))
    (reading,) = answer_batch(resolved, [Capture("empty", (view,), (300, 200, 100), 900)])
    assert reading.decision is ReadingDecision.NO_READ
