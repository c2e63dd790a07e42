"""A close-up shows what the camera does, seen through any window on it."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from systems.conformance.samples.captures import ArrayView
from systems.vision.cascade.closeup import BOX_PX, Closeup, _shrunk


def smooth(height: int, width: int) -> np.ndarray:
    """A picture without sharp edges, so that two ways of sampling it agree."""
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 256, (height // 64 + 2, width // 64 + 2, 3), np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


VIEW = ArrayView("top", smooth(1024, 1280))


@settings(max_examples=60, deadline=None)
@given(
    x=st.floats(80, 240),
    y=st.floats(80, 176),
    side=st.floats(6, 90),
    angle=st.floats(-np.pi, np.pi),
    zoom=st.floats(0.3, 1.0),
)
def test_a_window_on_a_close_up_shows_what_the_camera_shows(x, y, side, angle, zoom):
    closeup = Closeup(VIEW, (x - side / 2, y - side / 3, x + side / 2, y + side / 3))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * 0.5 * side * zoom
    quad = square @ turn + (x, y)
    seen = closeup.window(quad, (96, 96)).astype(float)
    camera = cv2.cvtColor(VIEW.window(quad, (96, 96)), cv2.COLOR_RGB2GRAY).astype(float)
    assert np.abs(seen - camera).mean() < 4.0
    assert np.quantile(np.abs(seen - camera), 0.99) < 16.0


def test_beyond_the_close_up_there_is_black():
    closeup = Closeup(VIEW, (140.0, 110.0, 180.0, 150.0))
    far = np.array([[0, 0], [40, 0], [40, 40], [0, 40]])
    assert not closeup.window(far, (32, 32)).any()


@pytest.mark.parametrize(
    "box",
    [
        (-500.0, -500.0, -400.0, -400.0),
        (900.0, 40.0, 950.0, 80.0),
        (-1e5, -1e5, 1e5, 1e5),
        (100.0, 100.0, 100.0, 100.0),
        (319.9, 255.9, 320.0, 256.0),
    ],
    ids=["before", "behind", "around all", "a point", "the last corner"],
)
def test_a_box_anywhere_gives_a_picture(box):
    closeup = Closeup(VIEW, box)
    quad = np.array([[10, 10], [60, 10], [60, 60], [10, 60]])
    assert closeup.window(quad, (48, 40)).shape == (40, 48)


def test_a_sensor_of_many_pixels_is_not_copied_whole():
    class Vast:
        name, sensor_scale = "top", 100.0
        overview = np.zeros((320, 400, 3), np.uint8)

        def window(self, quad, size):
            assert max(size) <= 4096
            return np.full((size[1], size[0], 3), 200, np.uint8)

    closeup = Closeup(Vast(), (100.0, 100.0, 300.0, 200.0))
    inside = np.array([[150, 120], [250, 120], [250, 180], [150, 180]])
    assert (closeup.window(inside, (64, 64)) == 200).all()


@settings(max_examples=40, deadline=None)
@given(height=st.integers(1, 300), width=st.integers(1, 300), shrink=st.floats(1.5, 9.0))
def test_shrinking_keeps_the_mean_and_has_the_size_asked_for(height, width, shrink):
    picture = smooth(height, width)[:, :, 0]
    small = _shrunk(picture, shrink)
    assert small.shape == (max(1, round(height / shrink)), max(1, round(width / shrink)))
    if min(small.shape) >= 8:
        assert abs(float(small.mean()) - float(picture.mean())) < 6.0


def test_a_label_of_the_floor_is_shown_as_finely_as_on_the_sheets():
    closeup = Closeup(VIEW, (100.0, 60.0, 180.0, 180.0))
    assert closeup._density == pytest.approx(BOX_PX / 120.0, rel=0.02)
