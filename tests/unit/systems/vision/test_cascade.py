"""The cascade put together, with networks that always say the same."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from systems.conformance.samples.captures import ordinary_captures
from systems.contracts.vision import ReadingDecision
from systems.errors import SystemLoadError
from systems.vision.cascade.alphabet import CLASSES
from systems.vision.cascade.cascade import Cascade
from systems.vision.cascade.detector import CentreCrop, LabelDetector
from systems.vision.cascade.last_batches import sharing
from systems.vision.cascade.locator import LineFinder
from systems.vision.cascade.reader import LineText, SpellingReader
from systems.vision.cascade.windows import window_on
from tests.unit.systems.vision.tiny_models import write_constant

TRACKING_ID = "123456789014"


def boxes(chance=0.9):
    table = np.zeros((6, 8), np.float32)
    table[:4, 0] = (128, 112, 80, 120)
    table[5, 0] = chance
    return table


def corners():
    lines = np.zeros((2, 4, 2), np.float32)
    for place, (top, bottom) in enumerate(((0.4, 0.5), (0.7, 0.75))):
        lines[place] = [[0.2, top], [0.8, top], [0.8, bottom], [0.2, bottom]]
    return lines


def columns(text, sure=12.0):
    logits = np.zeros((32, len(CLASSES)), np.float32)
    logits[:, 0] = 12.0
    for place, symbol in enumerate(text):
        logits[2 + 2 * place, 0] = 0.0
        logits[2 + 2 * place, CLASSES.index(symbol)] = sure
    return logits


@pytest.fixture
def built(tmp_path):
    def build(
        detected=None, located=None, spelled=None, turned=-9.0, there=5.0, card=None, **params
    ):
        files = {
            "detector": write_constant(
                tmp_path / "d.onnx", (3, 224, 256), [boxes() if detected is None else detected]
            ),
            "locator": write_constant(
                tmp_path / "l.onnx",
                (1, 128, 128),
                [corners() if located is None else located, np.float32(there)],
            ),
            "reader": write_constant(
                tmp_path / "r.onnx",
                (1, 48, 256),
                [columns(TRACKING_ID) if spelled is None else spelled, np.float32(turned)],
            ),
        }
        if card is not None:
            files["reader"].with_suffix(".json").write_text(json.dumps(card), encoding="utf-8")
        else:
            params.setdefault("threshold", 0.9)
        return Cascade(**{name: str(path) for name, path in files.items()} | params)

    return build


CAPTURES = ordinary_captures()[:2]


def test_what_is_spelled_surely_is_accepted_and_every_stage_has_its_say(built):
    readings = built().read(CAPTURES)
    assert [r.capture_id for r in readings] == [c.capture_id for c in CAPTURES]
    for reading, capture in zip(readings, CAPTURES, strict=True):
        assert reading.decision is ReadingDecision.ACCEPT
        assert dict(reading.fields) == {"tracking_id": TRACKING_ID}
        assert reading.confidence > 0.9
        assert [stage.name for stage in reading.stages] == ["detector", "locator", "reader"]
        views = {view.name for view in capture.views}
        assert {box.name for box in reading.boxes} == {"label", "sort_code", "tracking_id"}
        assert {box.view for box in reading.boxes} <= views


def test_below_the_threshold_the_guess_goes_to_review(built):
    (reading,) = built(spelled=columns(TRACKING_ID, 13.0), threshold=1.0).read(CAPTURES[:1])
    assert reading.decision is ReadingDecision.REVIEW
    assert reading.fields["tracking_id"] == TRACKING_ID


def test_without_review_every_answer_is_accepted(built):
    (reading,) = built(spelled=columns(TRACKING_ID, 13.0), threshold=1.0, review=False).read(
        CAPTURES[:1]
    )
    assert reading.decision is ReadingDecision.ACCEPT
    assert reading.confidence < 1.0
    (nothing,) = built(spelled=columns("", 12.0), review=False).read(CAPTURES[:1])
    assert nothing.decision is ReadingDecision.NO_READ


def said(odds):
    """Stands in for the reader: every call says what the next of `odds` is sure of."""
    calls = iter(odds)

    def read(self, pictures, names):
        sure = next(calls) if pictures else 0.0
        return [LineText(name, f"{sure:g}", sure, False) for name in names]

    return read


@pytest.mark.parametrize(
    ("odds", "text", "looks"),
    [
        ([5.0], "5", 1),
        ([1.0, 5.0], "5", 2),
        ([1.0, 2.0, 2.5], "2.5", 3),
        ([2.0, 1.0, 1.5], "2", 3),
    ],
    ids=["sure", "surer the second time", "surer from another side", "never surer"],
)
def test_what_nobody_is_sure_of_is_looked_at_again_and_then_from_every_side(
    built, monkeypatch, odds, text, looks
):
    windows, asked = [], []
    look = LineFinder._look

    def counted(self, closeups, at):
        windows.extend(at)
        return look(self, closeups, at)

    calls = said(odds)
    monkeypatch.setattr(LineFinder, "_look", counted)
    monkeypatch.setattr(
        SpellingReader,
        "read",
        lambda self, pictures, names: (
            asked.extend([len(pictures)] if pictures else []),
            calls(self, pictures, names),
        )[1],
    )
    (labels,) = built().look(ordinary_captures()[4:5])
    assert [line.text for line in labels[0].lines] == [text, text]
    # both lines of two labels
    assert asked == [4, 4, 12][:looks]
    if looks == 3:
        # of each two looks, one again, and two from each of the other sides of the same square
        first, turned = windows[0], windows[6:9]
        assert len(windows) == 2 * 9
        for quarters, window in enumerate(turned, start=1):
            assert np.allclose(window, np.roll(first, quarters, axis=0))


def test_a_doubtful_field_is_not_offered_beside_a_sure_one(built, monkeypatch):
    captures = ordinary_captures()[4:5]

    def of_lines(*odds):
        def read(self, pictures, names):
            return [LineText(name, name, odds[at % 2], False) for at, name in enumerate(names)]

        monkeypatch.setattr(SpellingReader, "read", read)
        (reading,) = built(threshold=0.99).read(captures)
        return reading

    alone = of_lines(5.0, 9.0)
    assert dict(alone.fields) == {"tracking_id": "tracking_id"}
    assert alone.decision is ReadingDecision.ACCEPT
    assert alone.confidence == pytest.approx(1.0 / (1.0 + np.exp(-9.0)))
    both = of_lines(8.0, 9.0)
    assert set(both.fields) == {"sort_code", "tracking_id"}
    assert alone.confidence > both.confidence > 0.999


@pytest.mark.parametrize(
    ("other", "text", "decision"),
    [
        (8.0, "B", ReadingDecision.REVIEW),
        (5.0, "B", ReadingDecision.REVIEW),
        (4.0, "B", ReadingDecision.ACCEPT),
        (8.0, "A", ReadingDecision.ACCEPT),
    ],
    ids=["as sure", "sure enough by itself", "a misreading", "the same"],
)
def test_labels_that_contradict_one_another_go_to_review(built, monkeypatch, other, text, decision):
    def read(self, pictures, names):
        said = [("A", 9.0), ("", -20.0), (text, other), ("", -20.0)]
        return [
            LineText(name, *said[at], False) for at, name in enumerate(names) if len(names) == 4
        ]

    monkeypatch.setattr(SpellingReader, "read", read)
    captures = ordinary_captures()[4:5]
    (reading,) = built(threshold=0.99).read(captures)
    assert reading.fields == {"sort_code": "A"}
    assert reading.decision is decision
    (forced,) = built(threshold=0.99, review=False).read(captures)
    assert forced.decision is ReadingDecision.ACCEPT


def test_cascades_that_differ_in_their_threshold_alone_look_once(built, monkeypatch):
    looked = []
    find = LabelDetector.find
    monkeypatch.setattr(
        LabelDetector, "find", lambda self, pictures: looked.append(1) or find(self, pictures)
    )
    strict, lax = built(threshold=1.0), built(threshold=0.1)
    captures = ordinary_captures()[2:4]
    with sharing():
        one, other = strict.read(captures), lax.read(captures)
    assert len(looked) == 1
    assert list(strict.read(captures)) == list(one)
    assert len(looked) == 2
    assert [r.decision for r in one] != [r.decision for r in other]
    assert [r.fields for r in one] == [r.fields for r in other]


@pytest.mark.parametrize(
    "nothing", [{"detected": boxes(0.01)}, {"spelled": columns("", 12.0)}], ids=["label", "text"]
)
def test_nothing_found_is_a_no_read(built, nothing):
    (reading,) = built(**nothing).read(CAPTURES[:1])
    assert reading.decision is ReadingDecision.NO_READ
    assert reading.confidence == 0.0
    assert not reading.fields


def test_corners_in_no_order_are_nothing_to_look_at(built):
    crossed = corners()[:, [0, 2, 1, 3]]
    (reading,) = built(located=crossed).read(CAPTURES[:1])
    assert reading.capture_id == CAPTURES[0].capture_id


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(np.float64, (4, 2), elements=st.floats(-500.0, 500.0)))
def test_whatever_a_locator_says_there_is_a_window_or_none(corners):
    window = window_on(corners)
    if window is not None:
        picture = CAPTURES[0].views[0].window(window, (256, 48))
        assert picture.shape == (48, 256, 3)


def test_a_quad_that_turns_inside_out_when_widened_is_nothing_to_look_at():
    slender = np.array([[0.0, 0.0], [100.0, 0.0], [52.0, 4.0], [48.0, 4.0]])
    assert window_on(slender) is None


def test_nothing_asked_is_nothing_answered(built):
    assert list(built().read([])) == []


def test_a_network_that_answers_nonsense_raises(built):
    with pytest.raises(ValueError, match="NaN or infinity"):
        built(spelled=np.full((32, len(CLASSES)), np.nan, np.float32)).read(CAPTURES[:1])
    with pytest.raises(ValueError, match="a line reader answers with shapes"):
        built(spelled=np.zeros((32, 5), np.float32)).read(CAPTURES[:1])
    with pytest.raises(ValueError, match="a locator answers with shapes"):
        built(located=np.zeros((3, 4, 2), np.float32)).read(CAPTURES[:1])


def test_thresholds_come_from_the_card(built, tmp_path):
    card = {"calibration": {"temperature": 2.0, "thresholds": {"lab": 0.5, "production": 0.99}}}
    lab, production = (built(card=card, calibration=name) for name in ("lab", "production"))
    assert "threshold=0.5" in lab.fingerprint()
    assert "threshold=0.99" in production.fingerprint()
    assert "sort_code: temperature=2.0 offset=0.0" in lab.fingerprint()
    # or each line's own
    of_lines = {"temperature": {"sort_code": 2.0}, "offset": {"tracking_id": 3.0}}
    own = built(card={"calibration": card["calibration"] | of_lines})
    assert "sort_code: temperature=2.0 offset=0.0" in own.fingerprint()
    assert "tracking_id: temperature=1.0 offset=3.0" in own.fingerprint()
    # what is given holds for every line, and no offset with it
    given = built(
        card={"calibration": card["calibration"] | of_lines}, temperature=1.5, threshold=0.5
    )
    assert "tracking_id: temperature=1.5 offset=0.0" in given.fingerprint()
    with pytest.raises(SystemLoadError, match="no threshold calibrated on 'noon'"):
        built(card=card, calibration="noon")
    with pytest.raises(SystemLoadError, match="no confidence"):
        built(threshold=1.5)


@pytest.mark.parametrize(
    "calibration",
    [
        "none",
        ["temperature"],
        {"temperature": 0.0, "thresholds": {"production": 0.9}},
        {"temperature": "warm", "thresholds": {"production": 0.9}},
        {"temperature": float("nan"), "thresholds": {"production": 0.9}},
        {"temperature": {"tracking_id": -1.0}, "thresholds": {"production": 0.9}},
        {"offset": "warm", "thresholds": {"production": 0.9}},
        {"offset": {"sort_code": float("inf")}, "thresholds": {"production": 0.9}},
        {"thresholds": {"production": "0.9"}},
        {"thresholds": {"production": None}},
        {"thresholds": {"production": float("nan")}},
        {"thresholds": {"production": -1.0}},
        {"thresholds": [0.9]},
        {"thresholds": {"production": 0.9}, "behind": "a detector"},
    ],
)
def test_a_card_that_was_tampered_with_is_refused_by_name(built, calibration):
    with pytest.raises(SystemLoadError, match=r"[rd]\.onnx"):
        built(card={"calibration": calibration})


@pytest.mark.parametrize("params", [{"temperature": 0.0}, {"temperature": True}, {"threshold": ""}])
def test_parameters_that_are_no_numbers_are_refused(built, params):
    with pytest.raises(SystemLoadError, match="is no"):
        built(**params)


@pytest.mark.parametrize("part", ["detector", "locator"])
def test_a_threshold_chosen_behind_other_networks_is_not_used(built, part):
    calibration = {"thresholds": {"production": 0.9}, "behind": {part: "0" * 64}}
    with pytest.raises(SystemLoadError, match=f"chosen behind another {part}"):
        built(card={"calibration": calibration})
    built(card={"calibration": calibration}, threshold=0.5)


def test_a_temperature_of_ones_own_takes_a_threshold_of_ones_own(built):
    card = {"calibration": {"temperature": 2.0, "thresholds": {"production": 0.9}}}
    with pytest.raises(SystemLoadError, match="voids the card's threshold") as caught:
        built(card=card, temperature=0.05)
    assert "give threshold too" in caught.value.fix
    assert "threshold=0.5" in built(card=card, temperature=0.05, threshold=0.5).fingerprint()
    built(card=card, temperature=0.05, review=False)


def test_where_every_answer_is_accepted_no_threshold_is_asked_for(built):
    elsewhere = {"temperature": 2.0, "behind": {"detector": "0" * 64}}
    for card in ({}, {"calibration": elsewhere}):
        (reading,) = built(spelled=columns(TRACKING_ID, 13.0), card=card, review=False).read(
            CAPTURES[:1]
        )
        assert reading.decision is ReadingDecision.ACCEPT


def test_without_a_detector_the_middle_of_the_picture_is_the_label(built):
    (reading,) = built(detector="centre").read(CAPTURES[:1])
    label = next(np.array(box.quad) for box in reading.boxes if box.name == "label")
    height, width = CAPTURES[0].views[0].overview.shape[:2]
    assert np.allclose(label.mean(axis=0), (0.5 * width, 0.5 * height))
    assert np.ptp(label, axis=0).max() < height
    assert reading.decision is ReadingDecision.ACCEPT


def test_without_a_detector_the_threshold_is_one_chosen_without(built):
    chosen = {"thresholds": {"production": 0.9999}, "behind": {"detector": CentreCrop.sha256}}
    card = {"calibration": {"thresholds": {"production": 0.1}}}
    with pytest.raises(SystemLoadError, match="no threshold calibrated"):
        built(detector="centre", card=card)
    card["calibration_without_detector"] = chosen
    unsure = columns(TRACKING_ID, 13.0)
    (reading,) = built(detector="centre", card=card, spelled=unsure).read(CAPTURES[:1])
    assert reading.decision is ReadingDecision.REVIEW
    (reading,) = built(card=card, spelled=unsure).read(CAPTURES[:1])
    assert reading.decision is ReadingDecision.ACCEPT
    card["calibration_without_detector"]["behind"]["detector"] = "0" * 64
    with pytest.raises(SystemLoadError, match="chosen behind another detector"):
        built(detector="centre", card=card)


def test_thresholds_a_hair_apart_are_two_readers_to_the_cache(built):
    one, other = (built(threshold=value).fingerprint() for value in (0.99999951, 0.99999953))
    assert one != other


def test_the_fingerprint_follows_the_weights(built):
    one = built().fingerprint()
    assert one == built().fingerprint()
    assert one != built(turned=-8.0).fingerprint()
