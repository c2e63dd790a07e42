"""Lines of any length: tiles put together, texts scored, and real networks on printed strips."""

import itertools

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labgap.photo_capture import photo_capture
from sim.frames.typesetting import FONTS
from systems.conformance.samples.captures import ordinary_captures
from systems.contracts.vision import Reading, ReadingDecision
from systems.torch_stack import load_torch
from systems.vision.cascade import strips
from systems.vision.cascade.alphabet import BLANK, CLASSES
from systems.vision.cascade.cascade import Cascade
from systems.vision.cascade.free_text import offered_texts
from systems.vision.cascade.fused import CascadeBarcode
from systems.vision.cascade.reader import SpellingReader
from systems.vision.cascade.spelling import log_softmax
from systems.vision.cascade.strips import StripReader, StripText, whole_strip
from systems.weights import open_weights
from tests.strip_specimen import SYMBOLS, printed


@pytest.fixture(scope="module")
def shipped():
    return StripReader(SpellingReader(open_weights("shipped:reader-robust-medium-1")))


@pytest.mark.parametrize("dots", [False, True])
def test_texts_of_any_length_are_read(shipped, dots):
    rng = np.random.default_rng(5)
    wrong = []
    for number, length in enumerate(range(4, 25)):
        font = FONTS[number % len(FONTS)]
        text = "".join(rng.choice(list(SYMBOLS if number % 2 else SYMBOLS[:10]), length))
        said = shipped.read(printed(text, font, number, dots))
        if said.text != text:
            wrong.append((text, said))
    assert len(wrong) <= 1, wrong


def test_a_strip_that_lies_upside_down_says_the_same(shipped):
    for number, text in enumerate(("40571183", "JJD014290074112", "7741520938461527")):
        strip = printed(text, FONTS[0], number)
        right, over = shipped.read(strip), shipped.read(np.ascontiguousarray(strip[::-1, ::-1]))
        assert (right.text, right.turned) == (text, False)
        assert (over.text, over.turned) == (text, True)


@settings(deadline=None, max_examples=25)
@given(height=st.integers(1, 90), width=st.integers(1, 900), seed=st.integers(0, 2**32 - 1))
def test_any_picture_has_an_answer(height, width, seed):
    shipped = StripReader(SpellingReader(open_weights("shipped:reader-robust-small-1")))
    strip = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    said = shipped.read(strip)
    assert 0.0 <= said.chance <= 1.0
    assert set(said.text) <= set(SYMBOLS)


def test_no_picture_says_nothing(shipped):
    assert shipped.read(np.zeros((0, 40), np.uint8)) == StripText("", 0.0, False)
    assert shipped.read(np.full((48, 400), 200, np.uint8)).chance < 0.05


@settings(deadline=None, max_examples=60)
@given(columns=st.integers(1, 6), length=st.integers(1, 3), seed=st.integers(0, 2**32 - 1))
def test_a_text_s_chance_is_the_sum_over_all_ways_to_spell_it(columns, length, seed):
    rng = np.random.default_rng(seed)
    chances = log_softmax(rng.normal(0.0, 2.0, (columns, len(CLASSES))).astype(np.float32))
    text = "".join(rng.choice(list("AAB"), length))
    places = [BLANK, *sorted({CLASSES.index(symbol) for symbol in text})]
    ways = [
        path
        for path in itertools.product(places, repeat=columns)
        if "".join(CLASSES[k] for k, _ in itertools.groupby(path) if k != BLANK) == text
    ]
    total = sum(np.exp(sum(chances[at, k] for at, k in enumerate(path))) for path in ways)
    assert np.exp(strips._log_chance(chances, text)) == pytest.approx(total, rel=1e-9)


def test_a_text_s_chance_is_what_torch_makes_of_it():
    torch = load_torch()
    chances = log_softmax(np.random.default_rng(1).normal(0.0, 3.0, (40, 37)).astype(np.float32))
    text = "AB1123"
    loss = torch.nn.CTCLoss(blank=BLANK, reduction="sum")(
        torch.from_numpy(chances)[:, None],
        torch.tensor([[CLASSES.index(symbol) for symbol in text]]),
        torch.tensor([40]),
        torch.tensor([6]),
    )
    assert strips._log_chance(chances, text) == pytest.approx(-float(loss))


@settings(deadline=None, max_examples=60)
@given(width=st.integers(1, 1500))
def test_tiles_put_together_are_the_picture(width):
    picture = np.tile((np.arange(width) // 8).astype(np.uint8), (4, 1))
    tiles, starts = strips._tiles(picture, 256)
    assert all(tile.shape == (4, 256) for tile in tiles)
    # a network whose columns say which pixels they see
    said = tiles[:, 0, ::8].astype(np.float64)[:, :, None]
    whole = strips._joined(said, starts, 8.0)
    assert 8 * len(whole) == starts[-1] + 256
    assert width <= 8 * len(whole) < max(width + 8, 257)
    left = (8 * len(whole) - width) // 2
    pixels = np.clip(8 * np.arange(len(whole)) - left, 0, width - 1)
    assert whole[:, 0].tolist() == (pixels // 8).tolist()


def test_only_a_slender_picture_is_a_line():
    def seen(height, width):
        (view,) = photo_capture("a" * 64, np.zeros((height, width, 3), np.uint8)).views
        return whole_strip(view)

    assert seen(100, 190) is None
    assert seen(100, 200).shape == (100, 200)
    # upright ones are laid down
    assert seen(900, 200).shape == (200, 900)
    assert max(seen(80, 12_000).shape) <= strips.LONGEST_PX + 80


def test_a_photograph_of_a_strip_is_read_by_cascades_and_nothing_is_accepted():
    pixels = cv2.cvtColor(printed("4057118374112", FONTS[0], 3), cv2.COLOR_GRAY2RGB)
    capture = photo_capture("b" * 64, pixels)
    for reader in (Cascade(), CascadeBarcode()):
        (said,) = reader.read_text([capture])
        assert said.capture_id == capture.capture_id
        assert (said.texts[0].text, said.texts[0].kind) == ("4057118374112", "print")
        assert reader.read([capture])[0].decision is not ReadingDecision.ACCEPT
    assert Cascade().read_text([]) == []


class Said:
    """A strip reader that says the same of every strip."""

    def read(self, strip, tight=()):
        return StripText("12345", 0.9, False)


@pytest.mark.parametrize(
    ("decision", "sure", "first"),
    [
        (ReadingDecision.ACCEPT, 0.99, "123456789014"),
        (ReadingDecision.ACCEPT, 0.4, "12345"),
        (ReadingDecision.REVIEW, 0.99, "12345"),
    ],
)
def test_what_a_lane_would_accept_stands_with_what_print_says(decision, sure, first):
    (view,) = photo_capture("c" * 64, np.zeros((100, 400, 3), np.uint8)).views
    own = Reading("c", decision, sure, {"tracking_id": "123456789014"})
    texts = offered_texts(Said(), own, [], [view])
    assert texts[0].text == first
    assert len(texts) == (2 if decision is ReadingDecision.ACCEPT else 1)


@pytest.mark.parametrize(("sure", "offered"), [(0.04, 0), (0.3, 1), (0.6, 2)])
def test_a_located_line_must_be_surer_than_a_picture_that_is_one(sure, offered):
    class Doubting:
        def read(self, strip, tight=()):
            return StripText("12345", sure, False)

    (view,) = photo_capture("d" * 64, np.zeros((100, 400, 3), np.uint8)).views
    line = np.array([[10.0, 10.0], [300.0, 10.0], [300.0, 40.0], [10.0, 40.0]])
    nothing = Reading("d", ReadingDecision.NO_READ, 0.0)
    assert len(offered_texts(Doubting(), nothing, [(view, line)], [view])) == offered
    # a line that is none is not looked at
    assert len(offered_texts(Doubting(), nothing, [(view, line[[0, 0, 0, 0]])], [])) == 0


def test_captures_of_the_floor_have_texts_too():
    texts = Cascade().read_text(ordinary_captures()[:2])
    assert [each.capture_id for each in texts] == [
        capture.capture_id for capture in ordinary_captures()[:2]
    ]
