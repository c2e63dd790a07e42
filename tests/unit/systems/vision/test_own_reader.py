"""A line reader of one's own, with its own picture, alphabet and outputs."""

import numpy as np
import pytest

from systems.errors import SystemLoadError
from systems.vision.cascade.reader import SpellingReader
from systems.weights import open_weights
from tests.unit.systems.vision.tiny_models import write_constant

ALPHABET = "ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210-"
TEXT = "7K3QZ0"


def columns(text, alphabet):
    logits = np.zeros((20, 1 + len(alphabet)), np.float32)
    logits[:, 0] = 12.0
    for place, symbol in enumerate(text):
        logits[1 + 2 * place] = 0.0
        logits[1 + 2 * place, 1 + alphabet.index(symbol)] = 12.0
    return logits


def reader(path, shape, answers, alphabet=ALPHABET, batch="batch"):
    properties = {} if alphabet is None else {"alphabet": alphabet}
    return SpellingReader(
        open_weights(write_constant(path, shape, answers, batch=batch, properties=properties))
    )


@pytest.mark.parametrize("batch", ["batch", 1])
@pytest.mark.parametrize("channels", [1, 3])
def test_its_picture_and_its_order_of_symbols_are_its_own(tmp_path, channels, batch):
    own = reader(tmp_path / "r.onnx", (channels, 32, 160), [columns(TEXT, ALPHABET)], batch=batch)
    assert own.size == (160, 32)
    read = own.read([np.zeros((32, 160, 3), np.uint8)] * 3, ["sort_code"] * 3)
    assert [line.text for line in read] == [TEXT] * 3
    # it says nothing of lying upside down, so nothing is turned
    assert not any(line.turned for line in read)


def test_letters_that_no_label_holds_may_be_unknown_to_it(tmp_path):
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    own = reader(tmp_path / "r.onnx", (1, 48, 256), [columns(TEXT, alphabet)], alphabet)
    (line,) = own.read([np.zeros((48, 256, 3), np.uint8)], ["sort_code"])
    assert line.text == TEXT
    # and cost it no certainty
    whole = reader(tmp_path / "w.onnx", (1, 48, 256), [columns(TEXT, ALPHABET)])
    (same,) = whole.read([np.zeros((48, 256, 3), np.uint8)], ["sort_code"])
    assert line.log_odds == pytest.approx(same.log_odds, abs=0.05)


@pytest.mark.parametrize(
    ("shape", "alphabet", "said"),
    [
        ((2, 48, 256), ALPHABET, "a line reader takes pictures of shape"),
        ((48, 256), ALPHABET, "a line reader takes pictures of shape"),
        ((1, 48, 256), "0123456789", "lacks symbols of the label standard: ABC"),
        ((1, 48, 256), "", "lacks symbols"),
    ],
)
def test_what_cannot_read_labels_is_refused(tmp_path, shape, alphabet, said):
    with pytest.raises(SystemLoadError) as refused:
        reader(tmp_path / "r.onnx", shape, [columns(TEXT, ALPHABET)], alphabet)
    assert said in str(refused.value)


def test_fewer_columns_than_a_line_has_symbols_are_an_error(tmp_path):
    answers = [np.zeros((11, 1 + len(ALPHABET)), np.float32)]
    own = reader(tmp_path / "r.onnx", (1, 48, 256), answers, ALPHABET)
    with pytest.raises(ValueError, match="12 columns or more"):
        own.read([np.zeros((48, 256, 3), np.uint8)], ["sort_code"])


@pytest.mark.parametrize("alphabet", [ALPHABET, None])
@pytest.mark.parametrize("classes", [12, 97])
def test_other_classes_than_its_alphabet_are_an_error_and_no_guess(tmp_path, classes, alphabet):
    answers = [np.zeros((20, classes), np.float32)]
    own = reader(tmp_path / "r.onnx", (1, 48, 256), answers, alphabet)
    with pytest.raises(ValueError, match="a line reader answers with shapes"):
        own.read([np.zeros((48, 256, 3), np.uint8)], ["sort_code"])


def test_lines_of_any_length_are_shown_to_it_as_high_as_it_takes_them(tmp_path):
    own = reader(tmp_path / "r.onnx", (1, 32, "width"), [columns(TEXT, ALPHABET)])
    assert own.size == (170, 32)
