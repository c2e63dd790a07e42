"""What a reading must be."""

from collections.abc import Mapping

from systems.boundary.breach import (
    Breach,
    finite,
    instance,
    member,
    members,
    probability,
    sequence,
    shown,
    stages,
    text,
)
from systems.contracts.vision import (
    FIELDS,
    Box,
    Capture,
    Reading,
    ReadingDecision,
    TextFound,
    TextReading,
)
from systems.kinds import meant

__all__ = ["checked_reading", "checked_text_reading"]

MOST_TEXTS = 200
MOST_TEXT_BYTES = 16_384
"""A QR code holds at most 4,296 characters."""


def checked_reading(answer: object, capture: Capture) -> Reading:
    """Give the reading back in plain types, or raise the first `Breach` of its contract."""
    reading = instance(answer, Reading, "an answer")
    decision = member(reading.decision, ReadingDecision, "decision", "decision")
    confidence = probability(reading.confidence)
    fields = _fields(reading.fields)
    if decision is ReadingDecision.ACCEPT and not fields:
        raise Breach("content", "it accepts without offering a field; decide no_read or review")
    views = {view.name for view in capture.views}
    boxes = tuple(_box(box, views) for box in members(reading.boxes, Box, "boxes"))
    return Reading(capture.capture_id, decision, confidence, fields, boxes, stages(reading.stages))


def checked_text_reading(answer: object, capture: Capture) -> TextReading:
    """Give the raw texts back in plain types, or raise the first `Breach` of their contract."""
    reading = instance(answer, TextReading, "an answer")
    found = members(reading.texts, TextFound, "texts")
    if len(found) > MOST_TEXTS:
        raise Breach("content", f"it offers {len(found)} texts; {MOST_TEXTS} are enough")
    texts = tuple(
        TextFound(
            text(one.text, "a text", most=MOST_TEXT_BYTES, empty=False),
            text(one.kind, "a text's kind", empty=False),
            probability(one.confidence, "a text's confidence"),
        )
        for one in found
    )
    return TextReading(capture.capture_id, texts)


def _fields(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise Breach("type", f"fields must be a mapping of texts, not {shown(value)}")
    for name in value:
        if name not in FIELDS:
            raise Breach(
                "content",
                f"there is no field {shown(name)}{meant(str(name), FIELDS)} "
                f"(known: {', '.join(FIELDS)})",
            )
    return {
        name: text(value[name], f"fields[{name!r}]", empty=False)
        for name in FIELDS
        if name in value
    }


def _box(box: Box, views: set[str]) -> Box:
    view = text(box.view, "a box's view")
    if view not in views:
        raise Breach("content", f"a box lies in view {shown(view)}, which the capture lacks")
    corners = []
    for corner in sequence(box.quad, "a box's quad"):
        x_y = [finite(part, "a box's corner") for part in sequence(corner, "a box's corner")]
        if len(x_y) != 2:
            raise Breach("type", f"a box's corner must be (x, y), not {shown(corner)}")
        corners.append((x_y[0], x_y[1]))
    if len(corners) != 4:
        raise Breach("type", f"a box has four corners, not {len(corners)}")
    return Box(
        text(box.name, "a box's name", empty=False),
        view,
        tuple(corners),
        probability(box.confidence, "a box's confidence"),
    )
