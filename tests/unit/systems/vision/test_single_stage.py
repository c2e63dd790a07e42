"""The detector that also reads, with a network that always says the same."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from systems.conformance.samples.captures import ArrayView, ordinary_captures
from systems.contracts.vision import Capture, ReadingDecision
from systems.errors import SystemLoadError
from systems.registry import resolve
from systems.vision.single_stage import CLASS_NAMES, SYMBOLS, SingleStage, spelled_label
from tests.unit.systems.vision.tiny_models import write_constant

CODE = "7KQ2XA"
CAPTURES = ordinary_captures()[:2]
SHAPE = (1, 320, 416)
ANCHORS = 32


def answer(text=CODE, angle=0.0, centre=(208.0, 160.0), step=12.0, chance=0.9, below=True):
    """A network's answer to a label turned by an angle, its tracking id under its sort code."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    def at(x, y):
        return turn @ [x, y] + centre

    rows = [("label", at(0.0, 20.0), 140.0, chance)]
    if below:
        rows.append(("tracking_id", at(0.0, 45.0), 50.0, chance))
    first = -0.5 * step * (len(text) - 1)
    rows += [(symbol, at(first + i * step, 0.0), 13.0, chance) for i, symbol in enumerate(text)]
    return table(rows)


def table(rows):
    found = np.zeros((4 + len(CLASS_NAMES), ANCHORS), np.float32)
    for place, (name, (x, y), side, chance) in enumerate(rows):
        found[:4, place] = (x, y, side, side)
        found[4 + CLASS_NAMES.index(name), place] = chance
    return found


def read(found):
    label = spelled_label(found, 1.0, (0.0, 0.0))
    return None if label is None else label.text


@given(
    st.text(SYMBOLS, min_size=6, max_size=6),
    st.floats(-np.pi, np.pi),
    st.floats(9.0, 16.0),
    st.randoms(use_true_random=False),
)
def test_a_code_is_read_whichever_way_it_lies_and_in_whatever_order_it_is_found(
    text, angle, step, order
):
    found = answer(text, angle, step=step)
    places = list(range(ANCHORS))
    order.shuffle(places)
    assert read(found[:, places]) == text


def test_symbols_as_wide_as_a_font_sets_them_are_read():
    widths = np.array([9.0, 17.0, 6.0, 18.0, 11.0, 12.0])
    found = answer("1WJM3A")
    found[0, 2:8] = 170.0 + np.cumsum(widths) - 0.5 * widths
    found[2, 2:8] = widths
    assert read(found) == "1WJM3A"


def test_what_is_printed_elsewhere_is_no_part_of_the_line():
    found = answer()
    found[:, 20] = table([("B", (208.0, 200.0), 13.0, 0.95)])[:, 0]
    found[:, 21] = table([("C", (20.0, 160.0), 13.0, 0.95)])[:, 0]
    assert read(found) == CODE


def test_a_code_with_a_hole_is_none_though_something_beyond_its_end_makes_it_six():
    found = answer()
    beyond = table([("9", (208.0 + 3.5 * 12.0, 160.0), 13.0, 0.95)])[:, 0]
    hole = found.copy()
    hole[4:, 2 + 3] = 0.0
    hole[:, 20] = beyond
    assert read(hole) == ""


def test_a_seventh_symbol_that_is_less_sure_is_left_out_and_makes_the_rest_less_sure():
    whole = spelled_label(answer(), 1.0, (0.0, 0.0))
    odds = []
    for chance in (0.2, 0.6):
        found = answer()
        found[:, 20] = table([("9", (208.0 + 3.5 * 12.0, 160.0), 13.0, chance)])[:, 0]
        label = spelled_label(found, 1.0, (0.0, 0.0))
        assert label.text == CODE
        odds.append(label.log_odds)
    assert whole.log_odds > odds[0] > odds[1]
    # and one that is surer leaves nobody knowing which six are meant
    found[4:, 20] *= 0.95 / 0.6
    assert read(found) == ""


@pytest.mark.parametrize("beside", [False, True])
def test_what_else_may_stand_at_a_symbol_s_place_makes_it_less_sure(beside):
    whole = spelled_label(answer(), 1.0, (0.0, 0.0))
    found = answer()
    if beside:  # said by another box upon it
        found[:, 20] = found[:, 3]
        found[4:, 20] = 0.0
    found[4 + CLASS_NAMES.index("R"), 20 if beside else 3] = 0.5
    doubted = spelled_label(found, 1.0, (0.0, 0.0))
    assert doubted.text == whole.text == CODE
    assert doubted.log_odds < whole.log_odds - 0.5


@pytest.mark.parametrize("text", ["", "7", CODE[:5]])
def test_fewer_than_six_symbols_are_no_answer(text):
    assert read(answer(text)) == ""


@pytest.mark.parametrize("off", [(0.0, 25.0), (14.0, 0.0)])
def test_six_symbols_that_do_not_stand_side_by_side_are_no_answer(off):
    found = answer()
    found[:2, 7] += off
    assert read(found) == ""


def test_without_a_tracking_id_nobody_knows_which_way_is_up():
    assert read(answer(below=False)) == ""


def test_without_a_label_there_is_nothing():
    found = answer()
    found[4] = 0.0
    assert read(found) is None
    assert read(np.zeros_like(found)) is None


@pytest.fixture
def built(tmp_path):
    def build(found=None, card=None, shape=SHAPE, **params):
        file = write_constant(tmp_path / "s.onnx", shape, [answer() if found is None else found])
        if card is not None:
            file.with_suffix(".json").write_text(json.dumps(card), encoding="utf-8")
        else:
            params.setdefault("threshold", 0.5)
        return SingleStage(str(file), **params)

    return build


def test_a_sure_code_is_accepted_an_unsure_one_is_reviewed_and_nothing_is_no_read(built):
    (sure, _) = built().read(CAPTURES)
    assert (sure.decision, dict(sure.fields)) == (ReadingDecision.ACCEPT, {"sort_code": CODE})
    assert [stage.name for stage in sure.stages] == ["detector", "reader"]
    assert [box.name for box in sure.boxes] == ["label"]
    (unsure, _) = built(answer(chance=0.11)).read(CAPTURES)
    assert (unsure.decision, dict(unsure.fields)) == (ReadingDecision.REVIEW, dict(sure.fields))
    assert unsure.confidence < 0.5
    (nothing, _) = built(answer("")).read(CAPTURES)
    assert (nothing.decision, nothing.confidence) == (ReadingDecision.NO_READ, 0.0)


def test_without_review_every_answer_is_accepted_and_no_card_is_needed(built):
    (reading, _) = built(answer(chance=0.11), card={}, review=False).read(CAPTURES)
    assert reading.decision is ReadingDecision.ACCEPT


def test_temperature_and_threshold_come_from_the_card(built):
    card = {"calibration": {"temperature": 2.0, "thresholds": {"production": 0.99, "lab": 0.1}}}
    strict, loose = built(card=card), built(card=card, calibration="lab")
    (one, _), (other, _) = strict.read(CAPTURES), loose.read(CAPTURES)
    assert (one.decision, other.decision) == (ReadingDecision.REVIEW, ReadingDecision.ACCEPT)
    (cold, _) = built(card=card, temperature=1.0, threshold=0.99).read(CAPTURES)
    assert cold.confidence > one.confidence
    by_line = {"temperature": {"sort_code": 2.0}, "offset": {"sort_code": -1.0}}
    (lower, _) = built(card={"calibration": card["calibration"] | by_line}).read(CAPTURES)
    assert lower.confidence < one.confidence
    assert strict.fingerprint() != loose.fingerprint()


def test_a_temperature_of_ones_own_takes_a_threshold_of_ones_own(built):
    with pytest.raises(SystemLoadError, match="voids the card's threshold"):
        built(card={"calibration": {"thresholds": {"production": 0.99}}}, temperature=1.0)


def test_a_card_without_a_threshold_is_told_with_what_to_do(built):
    with pytest.raises(SystemLoadError, match="no threshold calibrated on 'production'") as told:
        built(card={})
    assert "give threshold itself" in told.value.fix


def test_another_network_is_refused_by_its_shape(built):
    with pytest.raises(SystemLoadError, match=r"shape \(n, 1, 320, 416\)"):
        built(shape=(3, 640, 640))
    wrong = built(np.zeros((7, 8), np.float32))
    with pytest.raises(ValueError, match=r"not \(2, 7, 8\)"):
        wrong.read(CAPTURES)


def test_a_network_that_answers_nan_is_an_error_of_the_system_and_no_reading(built):
    broken = answer()
    broken[0, 0] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        built(broken).read(CAPTURES)


def test_a_frame_without_pixels_is_a_no_read_and_its_neighbour_is_read(built):
    view = ArrayView("top", np.zeros((0, 640, 3), np.uint8))
    empty = Capture("empty", (view,), (300, 200, 100), 900)
    nothing, good = built().read([empty, CAPTURES[0]])
    assert (nothing.decision, nothing.boxes) == (ReadingDecision.NO_READ, ())
    assert dict(good.fields) == {"sort_code": CODE}


def test_labels_of_two_views_that_differ_go_to_review(built):
    reader = built()
    one = spelled_label(answer(), 1.0, (0.0, 0.0))
    other = spelled_label(answer("000000"), 1.0, (0.0, 0.0))
    view = CAPTURES[0].views[0]
    reading = reader.answer(CAPTURES[0], [(view, one), (view, other)])
    assert reading.decision is ReadingDecision.REVIEW
    assert reader.answer(CAPTURES[0], [(view, one)] * 2).decision is ReadingDecision.ACCEPT


def test_it_is_registered_by_its_name(tmp_path):
    file = write_constant(tmp_path / "s.onnx", SHAPE, [answer()])
    resolved = resolve("vision", "single_stage", {"weights": str(file), "review": False}, False)
    (reading, _) = resolved.system.read(CAPTURES)
    assert dict(reading.fields) == {"sort_code": CODE}
