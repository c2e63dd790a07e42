"""The samples are what the contracts promise."""

import numpy as np
import pytest

from systems.conformance.fingerprints import digest
from systems.conformance.samples import samples
from systems.conformance.samples.captures import ArrayView
from systems.kinds import KINDS


@pytest.fixture
def sensor() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (64, 96, 3)).astype(np.uint8)


@pytest.mark.parametrize("kind", KINDS)
def test_samples_are_the_same_every_time(kind: str) -> None:
    one, other = samples(kind), samples(kind)
    assert digest(one.ordinary) == digest(other.ordinary)
    assert [digest(o[1]) for o in one.odd] == [digest(o[1]) for o in other.odd]


def test_a_window_of_the_whole_view_is_the_sensor(sensor: np.ndarray) -> None:
    view = ArrayView("top", sensor)
    quad = np.array([[0, 0], [24, 0], [24, 16], [0, 16]], float)
    assert np.array_equal(view.window(quad, (96, 64)), sensor)


def test_a_window_turned_by_a_quarter_is_the_sensor_turned(sensor: np.ndarray) -> None:
    view = ArrayView("top", sensor)
    quad = np.array([[24, 0], [24, 16], [0, 16], [0, 0]], float)
    assert np.array_equal(view.window(quad, (64, 96)), np.rot90(sensor))


def test_outside_the_sensor_there_is_black(sensor: np.ndarray) -> None:
    view = ArrayView("top", sensor)
    quad = np.array([[-30, -30], [-10, -30], [-10, -10], [-30, -10]], float)
    assert not view.window(quad, (20, 20)).any()


@pytest.mark.parametrize(
    ("quad", "size"),
    [
        ([[0, 0], [1, 0], [1, 1]], (8, 8)),
        ([[0, 0], [1, 1], [1, 0], [0, 1]], (8, 8)),
        ([[0, 0], [np.nan, 0], [1, 1], [0, 1]], (8, 8)),
        ([[0, 0], [1, 0], [1, 1], [0, 1]], (0, 8)),
        ([[0, 0], [1, 0], [1, 1], [0, 1]], (8192, 8192)),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(
    sensor: np.ndarray, quad: list[list[float]], size: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match=r"quad|size"):
        ArrayView("top", sensor).window(np.array(quad, float), size)


def test_a_digest_sees_one_pixel_and_one_letter() -> None:
    captures, items = samples("vision").ordinary, samples("items").ordinary
    before = digest(captures)
    captures[0].views[0]._sensor[0, 0, 0] ^= 1
    assert digest(captures) != before
    before = digest(items)
    object.__setattr__(items[0], "title", items[0].title + "!")
    assert digest(items) != before
