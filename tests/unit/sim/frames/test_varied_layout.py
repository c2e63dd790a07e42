import cv2
import numpy as np
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.labels_model import LABEL_FONTS, VARIED
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM, LabelText, datamatrix_payload
from sim.frames.label_templates import DOTS_PER_MM, LabelTemplate
from sim.frames.printing import LabelPrint, print_label
from sim.frames.varied_layout import varied_template
from sim.sorting.parcel import LabelStyle
from sim.sorting.symbols import SORT_CODE_LENGTH, SYMBOLS

TEXT = LabelText("WMQ7KD", "123456789015")
SHRUNK = 0.5
"""As the symbols are decoded: a picture of every dot takes zxing four times as long."""


def _printed(seed: int, font: str = "") -> LabelPrint:
    return print_label(TEXT, np.random.default_rng(seed), LabelStyle(VARIED, font))


def _layout(seed: int) -> LabelTemplate:
    return varied_template(np.random.default_rng(seed))


def _middles_mm(printed: LabelPrint) -> dict[str, tuple[float, float]]:
    """Where symbols lie, by their format."""
    seen = cv2.resize(255 - printed.ink, None, fx=SHRUNK, fy=SHRUNK, interpolation=cv2.INTER_AREA)
    found = {}
    for code in zxingcpp.read_barcodes(seen):
        at = code.position
        corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
        x, y = (sum(getattr(corner, axis) for corner in corners) / 4.0 for axis in ("x", "y"))
        found[code.text] = (x / (SHRUNK * DOTS_PER_MM), y / (SHRUNK * DOTS_PER_MM))
    return found


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["", *LABEL_FONTS]))
def test_every_layout_is_decodable_and_its_fields_stand_alone(seed: int, font: str) -> None:
    printed = _printed(seed, font)
    assert set(_middles_mm(printed)) == {TEXT.tracking_id, datamatrix_payload(TEXT)}
    others = printed.ink.copy()
    others[printed.glyphs] = 0
    for left, top, right, bottom in printed.lines_mm.values():
        assert 2.0 < left < right < LABEL_WIDTH_MM - 2.0
        assert 2.0 < top < bottom < LABEL_HEIGHT_MM - 2.0
        rows = slice(int(top * DOTS_PER_MM), int(bottom * DOTS_PER_MM))
        inside = others[rows, int(left * DOTS_PER_MM) : int(right * DOTS_PER_MM)]
        # the faint rim of the field's own glyphs is no ink of another's
        assert (inside > 127).mean() < 0.01


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_datamatrix_never_stands_beside_the_sort_code(seed: int) -> None:
    printed = _printed(seed)
    _, top, _, bottom = printed.lines_mm["sort_code"]
    _, y = _middles_mm(printed)[datamatrix_payload(TEXT)]
    assert not top < y < bottom


def test_layouts_go_through_every_order_and_both_sides_of_the_bars() -> None:
    layouts = [_layout(seed) for seed in range(400)]
    above = np.mean([layout.id_y < layout.bars_y for layout in layouts])
    assert 0.3 < above < 0.5
    for first, second in (("code_y", "bars_y"), ("receiver_y", "code_y"), ("foot_y", "bars_y")):
        before = np.mean([getattr(each, first) < getattr(each, second) for each in layouts])
        assert 0.4 < before < 0.6
    heights = np.array([layout.code_y for layout in layouts])
    assert heights.min() < 20.0
    assert heights.max() > 130.0
    assert len({layout.code_y for layout in layouts}) == len(layouts)
    assert {bool(layout.marks) for layout in layouts} == {False, True}


def test_words_for_hands_stand_on_the_label_and_are_no_sort_codes() -> None:
    marks = [mark for seed in range(300) for mark in _layout(seed).marks]
    for mark in marks:
        left, top, right, bottom = mark.box
        assert 3.0 < left < right < LABEL_WIDTH_MM - 3.0
        assert 3.0 < top < bottom < LABEL_HEIGHT_MM - 3.0
        assert len(mark.text) != SORT_CODE_LENGTH or not set(mark.text) <= set(SYMBOLS)
    assert {mark.filled for mark in marks} == {False, True}


def test_the_same_parcel_has_the_same_layout() -> None:
    assert _layout(3) == _layout(3) != _layout(4)
    assert np.array_equal(_printed(3).ink, _printed(3).ink)
