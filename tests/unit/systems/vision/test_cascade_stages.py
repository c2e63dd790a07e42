"""Windows, boxes and corners on their way through the cascade."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from systems.vision.cascade.detector import LabelDetector, decoded, intersection_over_union
from systems.vision.cascade.locator import SECOND_ZOOM, _upright
from systems.vision.cascade.windows import (
    letterboxed,
    line_window,
    square_window,
    to_window,
)
from systems.weights import open_weights
from tests.unit.systems.vision.tiny_models import write_constant


@settings(max_examples=50, deadline=None)
@given(width=st.integers(1, 900), height=st.integers(1, 900))
def test_a_letterboxed_picture_fills_its_frame_one_way_and_keeps_its_shape(width, height):
    framed, scale, (left, top) = letterboxed(np.full((height, width, 3), 255, np.uint8), (256, 224))
    assert framed.shape == (224, 256, 3)
    rows, columns = np.nonzero((framed == 255).all(axis=2))
    assert columns.min() == left
    assert rows.min() == top
    assert abs((columns.max() + 1 - left) - width * scale) <= 1.0
    assert abs((rows.max() + 1 - top) - height * scale) <= 1.0


def test_a_line_s_window_has_the_line_where_it_should_be():
    quad = np.array([[10.0, 20.0], [110.0, 30.0], [108.0, 50.0], [8.0, 40.0]])
    window = line_window(quad, beside=0.25, above=0.5)
    inside = to_window(quad, window, (300, 100))
    assert np.allclose(inside, [[50, 25], [250, 25], [250, 75], [50, 75]], atol=1e-3)


def answer_of(boxes, width=64):
    """YOLO's answer with these (class, x, y, width, height, chance) and nothing else."""
    table = np.zeros((6, width), np.float32)
    for column, (kind, x, y, w, h, chance) in enumerate(boxes):
        table[:4, column] = (x, y, w, h)
        table[4 + kind, column] = chance
    return table


def test_of_two_boxes_on_one_thing_the_surer_stays():
    table = answer_of(
        [(1, 50, 60, 20, 30, 0.7), (1, 51, 60, 20, 30, 0.9), (0, 50, 60, 20, 30, 0.5)]
    )
    found = decoded(table, scale=0.5, offset=(10.0, 0.0))
    assert [(each.name, round(each.confidence, 3)) for each in found] == [
        ("label", 0.9),
        ("parcel", 0.5),
    ]
    assert np.allclose(found[0].box, ((41 - 10) / 0.5, 45 / 0.5, (61 - 10) / 0.5, 75 / 0.5))


def test_a_detector_finds_in_the_picture_s_own_pixels(tmp_path):
    table = answer_of([(1, 128, 112, 64, 56, 0.8)])
    model = open_weights(write_constant(tmp_path / "d.onnx", (3, 224, 256), [table]))
    found = LabelDetector(model).find([np.zeros((112, 128, 3), np.uint8)] * 2)
    assert len(found) == 2
    assert np.allclose(found[1][0].box, (48, 42, 80, 70))
    assert LabelDetector(model).find([]) == []
    wrong = open_weights(write_constant(tmp_path / "w.onnx", (3, 224, 256), [table[:5]]))
    with pytest.raises(ValueError, match="a detector of 2 classes answers with shape"):
        LabelDetector(wrong).find([np.zeros((112, 128, 3), np.uint8)])


@settings(max_examples=100, deadline=None)
@given(
    angle=st.floats(-np.pi, np.pi), x=st.floats(50, 300), y=st.floats(50, 300), mm=st.floats(0.3, 2)
)
def test_the_second_look_is_level_and_shows_all_of_the_label(angle, x, y, mm):
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, sine], [-sine, cosine]])

    def placed(left, top, right, bottom):
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        return (corners - (50, 75)) * mm @ turn + (x, y)

    label, lines = (
        placed(0, 0, 100, 150),
        np.stack([placed(5, 61, 95, 81), placed(15, 122, 85, 128)]),
    )
    box = (*label.min(axis=0), *label.max(axis=0))
    window = _upright(square_window(box), lines, box)
    level = to_window(lines[0], window, (128, 128))
    assert abs(level[0, 1] - level[1, 1]) < 1e-2
    assert level[0, 0] < level[1, 0]
    assert level[0, 1] < level[3, 1]
    shown = to_window(label, window, (128, 128))
    assert shown.min() > 0.0
    assert shown.max() < 128.0
    # as large as it can be: the label's height fills its share of the window
    assert np.isclose(np.ptp(shown[:, 1]), 128.0 / SECOND_ZOOM, rtol=1e-3)


@given(st.tuples(*[st.floats(0.0, 50.0)] * 2), st.tuples(*[st.floats(1.0, 40.0)] * 2))
def test_a_box_shares_all_with_itself_half_with_its_half_and_nothing_with_what_is_apart(
    corner: tuple[float, float], size: tuple[float, float]
) -> None:
    box = (*corner, corner[0] + size[0], corner[1] + size[1])
    apart = tuple(value + 100.0 for value in box)
    half = (box[0], box[1], 0.5 * (box[0] + box[2]), box[3])
    assert intersection_over_union(box, box) == pytest.approx(1.0)
    assert intersection_over_union(box, apart) == 0.0
    assert intersection_over_union(half, box) == pytest.approx(0.5)
    assert intersection_over_union(box, half) == pytest.approx(0.5)
