import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.flow.resting import FACES, lying_size, resting
from sim.frames.pose import _rotation

SIZE = (400.0, 300.0, 100.0)
NORMALS = np.array([[0, 0, 1], [0, 0, -1], [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]], float)
MIRROR = np.diag([1.0, -1.0, 1.0])
quaternions = st.lists(
    st.floats(-1.0, 1.0).filter(lambda value: abs(value) > 1e-3), min_size=4, max_size=4
)


def matrix(quaternion: list[float]) -> np.ndarray:
    w, x, y, z = np.array(quaternion) / np.linalg.norm(quaternion)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def about_x(degrees: float) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


@pytest.mark.parametrize(
    ("turned", "face", "height"),
    [(0.0, "label", 100.0), (180.0, "underside", 100.0), (90.0, "left", 300.0),
     (-90.0, "right", 300.0)],
)  # fmt: skip
def test_a_turn_about_the_length_brings_the_face_up_that_it_should(
    turned: float, face: str, height: float
) -> None:
    found = resting(about_x(turned))
    assert FACES[found.up] == face
    assert (found.yaw_deg, found.pitch_deg, found.roll_deg) == pytest.approx((0, 0, 0), abs=1e-6)
    assert lying_size(found.up, SIZE)[2] == pytest.approx(height)


@given(quaternions)
def test_angles_and_face_say_where_every_corner_is(quaternion: list[float]) -> None:
    rotation = matrix(quaternion)
    found = resting(rotation)
    # the face on top is the one that looks up most steeply, never more than 54.7 degrees off
    steepness = (rotation @ NORMALS.T)[2]
    assert steepness[found.up] == pytest.approx(steepness.max())
    assert steepness[found.up] >= 1.0 / np.sqrt(3.0) - 1e-9
    # a box of the size as it lies, turned by the angles, is the same solid in the mirrored world
    angles = np.radians([found.yaw_deg, found.pitch_deg, found.roll_deg])
    signs = np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).reshape(3, -1)
    lying = _rotation(*angles) @ (signs * 0.5 * np.array([lying_size(found.up, SIZE)]).T)
    physical = MIRROR @ rotation @ (signs * 0.5 * np.array([SIZE]).T)
    apart = np.linalg.norm(lying[:, :, None] - physical[:, None, :], axis=0)
    assert apart.min(axis=0).max() < 1e-6
    assert apart.min(axis=1).max() < 1e-6


def test_a_turn_is_mirrored_as_the_picture_is() -> None:
    c, s = np.cos(np.radians(30.0)), np.sin(np.radians(30.0))
    found = resting(np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]))
    assert found.yaw_deg == pytest.approx(-30.0)


def test_sizes_are_those_of_the_face_on_top() -> None:
    assert [lying_size(up, SIZE)[2] for up in range(6)] == [100, 100, 400, 400, 300, 300]
    for up in range(6):
        assert sorted(lying_size(up, SIZE)) == sorted(SIZE)
