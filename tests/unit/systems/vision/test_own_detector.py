"""A detector of one's own, as ultralytics exports it."""

import numpy as np
import pytest

from systems.errors import SystemLoadError
from systems.registry import resolve
from systems.vision.cascade.detector import LabelDetector
from systems.weights import open_weights
from tests.unit.systems.vision.tiny_models import write_constant

PICTURES = [np.full((320, 400, 3), 90, np.uint8)] * 3


def answer(classes, label):
    table = np.zeros((4 + classes, 8), np.float32)
    table[:4, 0] = (320, 320, 160, 320)
    table[4 + label, 0] = 0.8
    return table


def detector(path, classes, label, names, shape=(3, 640, 640), batch="batch", size=None):
    told = {"names": names, "imgsz": size}
    properties = {name: value for name, value in told.items() if value is not None}
    given = answer(classes, label)
    return LabelDetector(
        open_weights(write_constant(path, shape, [given], batch=batch, properties=properties))
    )


@pytest.mark.parametrize("batch", ["batch", 1])
def test_its_own_size_its_own_classes_and_one_picture_at_a_time_if_it_takes_no_more(
    tmp_path, batch
):
    found = detector(
        tmp_path / "d.onnx", 3, 2, "{0: 'parcel', 1: 'hand', 2: 'Label'}", batch=batch
    ).find(PICTURES)
    assert len(found) == len(PICTURES)
    for (only,) in found:
        assert only.name == "label"
        # 640 x 640 shows 400 x 320 at 1.6, with 64 rows of grey above
        assert only.box == pytest.approx((150.0, 60.0, 250.0, 260.0))


def test_one_that_takes_any_size_is_shown_the_one_it_was_trained_for(tmp_path):
    free = (3, "height", "width")
    own = detector(tmp_path / "d.onnx", 1, 0, None, free, size="[480, 640]")
    assert own._size == (640, 480)
    for size in (None, "640", "[640]", "[0, 1, 2]"):
        with pytest.raises(SystemLoadError, match="which it was trained for"):
            detector(tmp_path / "d.onnx", 1, 0, None, free, size=size)


def test_a_detector_of_one_class_finds_labels_whatever_it_calls_them(tmp_path):
    found = detector(tmp_path / "d.onnx", 1, 0, "{0: 'item'}").find(PICTURES[:1])
    assert [each.name for each in found[0]] == ["label"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("{0: 'dog', 1: 'cat'}", "none of its classes is called label: dog, cat"),
        ("[]", "cannot be read"),
        ("{1: 'parcel', 2: 'label'}", "cannot be read"),
        ("__import__('os').abort()", "cannot be read"),
        ("(" * 30_000, "cannot be read"),
    ],
)
def test_classes_that_say_nothing_of_labels_are_refused(tmp_path, names, said):
    with pytest.raises(SystemLoadError, match="label") as refused:
        detector(tmp_path / "d.onnx", 2, 0, names)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("shape", "batch"), [((1, 640, 640), "batch"), ((3, 640), 1), ((3, 64, 64), 4)]
)
def test_what_takes_no_colour_pictures_is_refused(tmp_path, shape, batch):
    with pytest.raises(SystemLoadError, match="a detector takes pictures of shape"):
        detector(tmp_path / "d.onnx", 2, 0, None, shape, batch)


def test_more_classes_than_names_is_an_error_and_no_guess(tmp_path):
    reader = detector(tmp_path / "d.onnx", 5, 1, "{0: 'parcel', 1: 'label'}")
    with pytest.raises(ValueError, match="a detector of 2 classes"):
        reader.find(PICTURES)


def test_a_file_that_is_not_there_or_no_network_is_named_before_anything_runs(tmp_path):
    torn = tmp_path / "torn.onnx"
    torn.write_bytes(b"\x08\x07" + b"no network at all" * 40)
    for file, said in ((tmp_path / "nope.onnx", "cannot be read"), (torn, "cannot open it")):
        with pytest.raises(SystemLoadError) as refused:
            resolve(
                "vision",
                "cascade",
                {"detector": str(file), "threshold": 0.9},
                allow_dotted=False,
            )
        assert refused.value.where == str(file)
        assert said in refused.value.what
        assert refused.value.exit_code == 2
