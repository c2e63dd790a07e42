import numpy as np
import pytest

from sim.frames.scene import Scene
from sim.frames.sensor import Sensor, exposed
from tests.unit.sim.frames.frame_specimen import FIELD_CAMERA, SMALL_CAMERA


@pytest.mark.parametrize("count", [20, 90, 200])
def test_noise_is_shot_plus_read_noise(count: int) -> None:
    well, read = 6000.0, 60.0
    camera = FIELD_CAMERA.model_copy(
        update={"full_well_electrons": well, "read_noise_electrons": read}
    )
    flat = np.full((400, 500, 3), count, np.uint8)
    noisy = exposed(flat, camera, (7, 9), (0, 0)).astype(np.float64)
    electrons = well * count / 255.0
    variance = (electrons + read**2) * (255.0 / well) ** 2 + 1.0 / 12.0  # and rounding
    assert noisy.mean() == pytest.approx(count, abs=0.05)
    assert noisy.var() == pytest.approx(variance, rel=0.05)


def test_binning_divides_the_noise() -> None:
    camera = FIELD_CAMERA.model_copy(update={"full_well_electrons": 800.0})
    flat = np.full((300, 300, 3), 128, np.uint8)
    single = exposed(flat, camera, (0, 0), (0, 0)).astype(np.float64).std()
    binned = exposed(flat, camera, (0, 0), (0, 0), binning=4.0).astype(np.float64).std()
    assert binned == pytest.approx(single / 4.0, rel=0.05)


def test_noise_belongs_to_the_sensor_pixel() -> None:
    flat = np.full((200, 200, 3), 128, np.uint8)
    whole = exposed(flat, FIELD_CAMERA, (1500, 3), (0, 0))
    part = exposed(flat[50:90, 30:130], FIELD_CAMERA, (1500, 3), (30, 50))
    assert np.array_equal(whole[50:90, 30:130], part)


def _empty_belt() -> Sensor:
    scene = Scene((), SMALL_CAMERA, belt_speed_mps=2.5, exposure_ms=0.06, belt_offset=(900, 40))
    return Sensor(scene, SMALL_CAMERA, (5, 6))


def test_tiles_join_without_a_seam() -> None:
    pixels = _empty_belt().rectangle((0, 0, 500, 430)).astype(np.float64).mean(axis=2)
    steps = np.abs(np.diff(pixels, axis=1)).mean(axis=0)
    assert steps[319] < 1.3 * np.median(steps)
    # an empty belt is one texture, so painting it in one piece gives what the tiles give
    scene = Scene((), SMALL_CAMERA, 2.5, 0.06, (900, 40))
    whole = exposed(scene.paint((0, 0, 500, 430), 1.0), SMALL_CAMERA, (5, 6), (0, 0))
    assert np.array_equal(whole, _empty_belt().rectangle((0, 0, 500, 430)))


@pytest.mark.parametrize("rect", [(0, 0, 0, 5), (-1, 0, 5, 5), (0, 0, 501, 5), (5, 5, 4, 9)])
def test_rectangles_off_the_sensor_are_refused(rect: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="within the sensor"):
        _empty_belt().rectangle(rect)


def test_overview_has_the_camera_s_width_and_cannot_be_written() -> None:
    overview = _empty_belt().overview()
    assert overview.shape == (86, 100, 3)
    with pytest.raises(ValueError, match="read-only"):
        overview[0, 0] = 0
