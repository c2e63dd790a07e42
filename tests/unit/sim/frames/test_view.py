import numpy as np
import pytest

from sim.frames.capture import capture
from sim.streams import Streams
from tests.unit.sim.frames.frame_specimen import SMALL_CAMERA, parcel

VIEW = capture(parcel(1), 1, (), SMALL_CAMERA, 2.5, Streams(9, 0)).views[0]
WHOLE = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 86.0], [0.0, 86.0]])


@pytest.mark.parametrize(
    "quad",
    [
        [[0, 0], [1, 0], [1, 1]],
        [[0, 0], [1, 0], [1, 1], [0, 1, 2]],
        [[0, 0], [10, 0], [0, 10], [10, 10]],  # crossed
        [[0, 0], [10, 0], [5, 1], [5, 10]],  # dented
        [[0, 0], [10, 0], [20, 0], [0, 10]],  # three in line
        [[0, 0], [0, 0], [0, 0], [0, 0]],
        [[0, 0], [10, 0], [10, float("nan")], [0, 10]],
        [[0, 0], [1e9, 0], [1e9, 1e9], [0, 1e9]],
        "quad",
        None,
    ],
)
def test_bad_quads_are_refused(quad: object) -> None:
    with pytest.raises(ValueError, match="quad"):
        VIEW.window(quad, (10, 10))


@pytest.mark.parametrize(
    "size", [(0, 5), (5, 0), (-1, 5), (8193, 1), (8192, 8192), (5.0, 5), (True, 5), 5, (1, 2, 3)]
)
def test_bad_sizes_are_refused(size: object) -> None:
    with pytest.raises(ValueError, match=r"size|window"):
        VIEW.window(WHOLE, size)


def test_outside_the_sensor_is_black() -> None:
    away = VIEW.window(WHOLE + 500.0, (30, 20))
    assert away.shape == (20, 30, 3)
    assert not away.any()
    half = VIEW.window(WHOLE - (50.0, 0.0), (500, 430))
    assert not half[:, :250].any()
    assert half[:, 250:].any()
    assert np.array_equal(half[:, 250:], VIEW.window(WHOLE, (500, 430))[:, :250])


def test_windows_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="read-only"):
        VIEW.window(WHOLE, (10, 10))[0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        VIEW.overview[0, 0, 0] = 1


def test_a_quarter_turn_of_the_quad_turns_the_picture() -> None:
    upright = VIEW.window(WHOLE, (500, 430)).astype(int)
    turned = VIEW.window(np.roll(WHOLE, -1, axis=0), (430, 500)).astype(int)
    assert np.abs(np.rot90(upright, 1) - turned).mean() < 1.0


def test_shrinking_averages_and_matches_the_overview() -> None:
    small = VIEW.window(WHOLE, (100, 86)).astype(np.float64)
    full = VIEW.window(WHOLE, (500, 430)).astype(np.float64)
    averaged = full.reshape(86, 5, 100, 5, 3).mean(axis=(1, 3))
    assert np.abs(small - averaged).mean() < 4.0
    assert np.abs(VIEW.overview - averaged).mean() < 4.0


def test_a_wrong_quad_gives_wrong_pixels() -> None:
    here = VIEW.window(WHOLE * 0.5, (250, 215))
    there = VIEW.window(WHOLE * 0.5 + (40.0, 30.0), (250, 215))
    assert not np.array_equal(here, there)
