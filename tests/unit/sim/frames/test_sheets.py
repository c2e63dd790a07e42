import numpy as np
import pytest

from sim.frames.capture import capture
from sim.frames.contact_sheet import contact_sheet
from sim.frames.lettering import wrapped, written
from sim.frames.side_by_side import side_by_side
from sim.frames.typesetting import text_width
from sim.streams import Streams
from tests.unit.sim.frames.frame_specimen import SMALL_CAMERA, condition, parcel

STREAMS = Streams(1, 0)


def test_contact_sheet_has_a_cell_for_every_kind_and_severity() -> None:
    sheet = contact_sheet([parcel(0), parcel(4)], SMALL_CAMERA, 2.5, STREAMS, cell_px=60)
    assert sheet.shape[1] == 6 * 60 + 5 * 8 + 2 * 8
    assert sheet.dtype == np.uint8
    again = contact_sheet([parcel(0), parcel(4)], SMALL_CAMERA, 2.5, STREAMS, cell_px=60)
    assert np.array_equal(sheet, again)


def test_contact_sheet_needs_a_parcel() -> None:
    with pytest.raises(ValueError, match="parcel"):
        contact_sheet([], SMALL_CAMERA, 2.5, STREAMS)


def test_side_by_side_stands_captions_and_answers_around_pictures() -> None:
    lab = capture(parcel(2), 1, (), SMALL_CAMERA, 2.5, STREAMS)
    bad = capture(parcel(2), 1, (condition("torn", 4),), SMALL_CAMERA, 2.5, STREAMS)
    answers = [("barcode", "accepted 123 with a long explanation of what it saw", "wrong")] * 2
    sheet = side_by_side([("lab", lab, []), ("production", bad, answers)], width_px=200)
    assert sheet.shape[1] == 2 * 200 + 3 * 12
    assert sheet.shape[0] > 172 + 3 * 22
    red = (sheet[..., 0].astype(int) - sheet[..., 1] > 100).any(axis=0)
    assert red[212:].any()
    assert not red[:212].any()


@pytest.mark.parametrize("captures", [[], [("a", None, [("x", "y", "purple")])]])
def test_side_by_side_refuses_what_it_cannot_draw(captures: list) -> None:
    lab = capture(parcel(2), 1, (), SMALL_CAMERA, 2.5, STREAMS)
    with pytest.raises(ValueError, match=r"state|capture"):
        side_by_side([(caption, lab, answers) for caption, _, answers in captures])


@pytest.mark.parametrize(
    "text", ["", "one", "many words in a row to wrap", "x" * 90, "a " + "b" * 70]
)
def test_wrapping_keeps_every_character_and_fits(text: str) -> None:
    lines = wrapped(text, 120)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line, "DejaVuSans", 14) <= 112 for line in lines)


def test_long_captions_end_in_an_ellipsis_inside_the_box() -> None:
    long = written("word " * 60, (150, 22))
    assert long.shape == (22, 150, 3)
    assert long[:, -4:].min() > 200
