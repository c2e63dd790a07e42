"""The second renderer draws the same parcels at the same places, in its own way."""

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

from labgap.errors import InvalidUse
from labgap.running import RunRequest, load_request
from scenarios.camera_model import Camera
from scenarios.errors import InvalidScenario
from scenarios.loading import load_scenario
from sim.frames.capture import _sensor, capture
from sim.frames.ground_truth import true_quads
from sim.streams import Streams
from tests.unit.sim.frames.frame_specimen import FIELD_CAMERA, condition, digest, parcel

STREAMS = Streams(seed=3, replication=1)
COARSE = {"pixels_per_m": 1600.0, "sensor_width_px": 800, "sensor_height_px": 640}
OWN_CAMERA = FIELD_CAMERA.model_copy(update=COARSE)
OTHER_CAMERA = OWN_CAMERA.model_copy(update={"renderer": "pybullet"})
FINE_CAMERA = FIELD_CAMERA.model_copy(update={"renderer": "pybullet"})
SIZE = (200, 300)


def label(camera: Camera, number: int = 0, material: str | None = None, conditions=()):
    """The window on a label as the truth has it, so that a shift of a few pixels shows."""
    lying = parcel(number, material)
    view = capture(lying, 1, conditions, camera, 2.5, STREAMS).views[0]
    quads = true_quads(lying, 1, conditions, OWN_CAMERA, STREAMS)
    return view.window(quads["label"], SIZE)


def alike(one: np.ndarray, other: np.ndarray) -> float:
    flat = [cv2.GaussianBlur(each, (0, 0), 1.5).astype(float).ravel() for each in (one, other)]
    return float(np.corrcoef(*flat)[0, 1])


@pytest.mark.parametrize("material", ["kraft", "brown_paper", "grey_bag"])
def test_both_renderers_have_the_label_at_the_same_place(material: str) -> None:
    own, other = (label(camera, 5, material) for camera in (OWN_CAMERA, OTHER_CAMERA))
    assert alike(own, other) > 0.9
    assert alike(own, np.roll(other, 8, axis=0)) < 0.8
    assert alike(own, other[:, ::-1]) < 0.8
    assert abs(own.mean() - other.mean()) < 25.0
    assert digest(own) != digest(other)


@pytest.mark.parametrize("kind", ["torn", "taped", "glare", "shadow"])
def test_damage_is_drawn_where_it_is(kind: str) -> None:
    def changed(camera: Camera) -> np.ndarray:
        whole, hurt = (
            label(camera, 2, "kraft", conditions) for conditions in ((), (condition(kind, 4),))
        )
        difference = cv2.absdiff(whole, hurt).mean(axis=2)
        return np.asarray(cv2.GaussianBlur(difference, (0, 0), 4.0) > 25.0)

    own, other = changed(OWN_CAMERA), changed(OTHER_CAMERA)
    assert own.any()
    assert (own & other).sum() > 0.6 * max(own.sum(), other.sum())


def test_a_parcel_on_top_hides_what_it_hides() -> None:
    conditions = (condition("overlap", 3),)
    own, other = (label(camera, 4, "kraft", conditions) for camera in (OWN_CAMERA, OTHER_CAMERA))
    whole = label(OTHER_CAMERA, 4, "kraft")
    hidden = [
        cv2.GaussianBlur(cv2.absdiff(whole, each).mean(axis=2), (0, 0), 5.0) > 20.0
        for each in (own, other)
    ]
    assert other.shape == own.shape
    assert (hidden[0] & hidden[1]).sum() > 0.5 * hidden[0].sum()


def test_labels_can_be_read_by_an_outside_reader() -> None:
    found = 0
    for number in range(3):
        lying = parcel(number)
        quads = true_quads(lying, 1, (), FINE_CAMERA, STREAMS)
        view = capture(lying, 1, (), FINE_CAMERA, 2.5, STREAMS).views[0]
        large = view.window(quads["label"], (600, 900))
        texts = {each.text for each in zxingcpp.read_barcodes(large)}
        found += any(parcel(number).tracking_id in text for text in texts)
    assert found == 3


def test_same_bytes_again_whatever_came_between() -> None:
    first = digest(label(OTHER_CAMERA, 1))
    for number in (2, 3):
        label(OTHER_CAMERA, number)
    _sensor.cache_clear()
    assert digest(label(OTHER_CAMERA, 1)) == first


def test_a_moving_belt_blurs_along_itself() -> None:
    slow = label(OTHER_CAMERA, 3)
    fast = capture(parcel(3), 1, (condition("motion_blur", 4),), OTHER_CAMERA, 2.5, STREAMS)
    quads = true_quads(parcel(3), 1, (), OWN_CAMERA, STREAMS)
    blurred = fast.views[0].window(quads["label"], SIZE)
    sharpness = [cv2.Laplacian(each, cv2.CV_64F).var() for each in (slow, blurred)]
    assert sharpness[1] < 0.7 * sharpness[0]


def test_pictures_of_another_renderer_have_another_name() -> None:
    ids = {
        capture(parcel(0), 1, (), camera, 2.5, STREAMS).capture_id
        for camera in (OWN_CAMERA, OTHER_CAMERA)
    }
    assert len(ids) == 2


def test_the_engine_does_not_write_on_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    label(OTHER_CAMERA, 0)
    assert capfd.readouterr().out == ""


def test_other_cameras_than_the_one_above_are_refused() -> None:
    with pytest.raises(InvalidScenario) as refused:
        load_scenario(
            "quickstart", ["sorting.camera.renderer=pybullet", "sorting.camera.views=[top, left]"]
        )
    assert "the camera above the belt alone" in str(refused.value)


def test_without_the_engine_a_run_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pybullet", None)
    request = RunRequest(
        scenario="quickstart",
        overrides=("sorting.camera.renderer=pybullet",),
        systems=(),
        only_arms=(),
        jobs=1,
        out=None,
        root=tmp_path,
        cache=None,
        resume=False,
    )
    with pytest.raises(InvalidUse, match="pybullet is not installed") as refused:
        load_request(request)
    assert "labgap[train]" in refused.value.fix
