"""Weight files that are whole, and every way in which they are not."""

import hashlib
import json

import numpy as np
import pytest

from systems.errors import SystemLoadError
from systems.weights import MAX_BYTES, amend_card, open_weights, write_card
from tests.unit.systems.vision.tiny_models import write_constant

ANSWER = np.array([1.0, 2.0], np.float32)


@pytest.fixture
def file(tmp_path):
    return write_constant(tmp_path / "model.onnx", (4,), [ANSWER])


def card(file, **told):
    file.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")


def test_a_whole_file_answers_every_row(file):
    card(file, sha256=hashlib.sha256(file.read_bytes()).hexdigest(), part="reader")
    model = open_weights(file)
    assert model.card["part"] == "reader"
    (answer,) = model.run(np.ones((3, 4), np.float32))
    assert np.array_equal(answer, np.tile(ANSWER, (3, 1)))


def test_a_card_is_added_to(file):
    write_card(file, {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()})
    assert amend_card(file, figures={"right": 1})["figures"] == {"right": 1}
    assert open_weights(file).card["figures"] == {"right": 1}
    assert [path.suffix for path in sorted(file.parent.iterdir())] == [".json", ".onnx"]


def test_a_changed_byte_is_found_by_the_card_and_by_a_given_hash(file):
    whole = hashlib.sha256(file.read_bytes()).hexdigest()
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(SystemLoadError, match=f"not {whole}"):
        open_weights(file, whole)
    card(file, sha256=whole)
    with pytest.raises(SystemLoadError, match="sha256 is"):
        open_weights(file)


@pytest.mark.parametrize("text", ["{", "[]", '"card"'])
def test_a_card_that_is_none(file, text):
    file.with_suffix(".json").write_text(text, encoding="utf-8")
    with pytest.raises(SystemLoadError, match="its card is no JSON"):
        open_weights(file)


def refused(path):
    with pytest.raises(SystemLoadError) as caught:
        open_weights(path)
    return caught.value


def test_files_that_cannot_be_opened(tmp_path, file):
    with pytest.raises(SystemLoadError, match="cannot be read"):
        open_weights(tmp_path / "missing.onnx")
    with pytest.raises(SystemLoadError, match="cannot be read"):
        open_weights("shipped:nothing_of_the_kind")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model at all")
    with pytest.raises(SystemLoadError, match="onnxruntime cannot open it"):
        open_weights(broken)
    assert "export the model to ONNX again" in str(refused(broken))
    # a checkpoint of torch is the first thing people have at hand
    checkpoint = tmp_path / "best.pt"
    checkpoint.write_bytes(b"PK a zipped pickle, which nobody opens here")
    assert "yolo export model=NAME.pt format=onnx" in str(refused(checkpoint))
    two = write_constant(tmp_path / "two.onnx", (4,), [ANSWER], inputs=2)
    with pytest.raises(SystemLoadError, match="2 inputs"):
        open_weights(two)


def test_a_file_too_large_is_not_read(tmp_path):
    huge = tmp_path / "huge.onnx"
    with huge.open("wb") as sparse:
        sparse.truncate(MAX_BYTES + 1)
    with pytest.raises(SystemLoadError, match="more than 512 MB"):
        open_weights(huge)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_answer_that_is_no_number_is_refused(tmp_path, value):
    model = open_weights(write_constant(tmp_path / "m.onnx", (4,), [np.array([1.0, value])]))
    with pytest.raises(ValueError, match="NaN or infinity"):
        model.run(np.ones((2, 4), np.float32))
