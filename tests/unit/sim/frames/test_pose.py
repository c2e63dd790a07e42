import numpy as np
import pytest

from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.pose import CAMERA_HEIGHT_MM, Plane, draw_pose, homography, project
from sim.streams import Streams
from tests.unit.sim.frames.frame_specimen import FIELD_CAMERA, parcel

STREAMS = Streams(seed=5, replication=0)
LABEL = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (LABEL_WIDTH_MM, LABEL_HEIGHT_MM)


def test_homography_is_the_pinhole_formula() -> None:
    along = np.array([0.8, 0.6, 0.0])
    across = np.array([-0.6, 0.8, 0.1])
    plane = Plane(np.array([30.0, -40.0, 150.0]), along, across)
    matrix = homography(plane, FIELD_CAMERA)
    for a, b in ((0.0, 0.0), (50.0, 20.0), (-10.0, 90.0)):
        x, y, z = plane.origin + a * along + b * across
        depth = 1.0 - z / CAMERA_HEIGHT_MM
        expected = (800.0 + 3.2 * x / depth, 640.0 + 3.2 * y / depth)
        assert project(matrix, np.array([[a, b]]))[0] == pytest.approx(expected)


@pytest.mark.parametrize("number", range(60))
def test_label_is_inside_the_frame_upright_scaled_and_facing(number: int) -> None:
    pose = draw_pose(parcel(number), 1, FIELD_CAMERA, STREAMS)
    quad = project(homography(pose.label, FIELD_CAMERA), LABEL)
    assert quad.min() > 0.0
    assert (quad < (1600, 1280)).all()
    width = np.linalg.norm(quad[1] - quad[0])
    assert 0.97 * 320 < width < 1.25 * 320  # nearer than the belt, so never much smaller
    assert pose.angle_deg < 20.0
    turn = np.cross(np.append(quad[1] - quad[0], 0), np.append(quad[2] - quad[1], 0))[2]
    assert turn > 0.0  # not mirrored


def test_label_keeps_its_place_on_the_parcel_and_the_parcel_lies_anew() -> None:
    one = draw_pose(parcel(4), 1, FIELD_CAMERA, STREAMS)
    two = draw_pose(parcel(4), 2, FIELD_CAMERA, STREAMS)

    def on_top(pose):
        rel = pose.label.origin - pose.top.origin
        return rel @ pose.top.along, rel @ pose.top.across

    assert on_top(one) == pytest.approx(on_top(two))
    assert not np.allclose(one.corners, two.corners)


def test_all_four_turns_occur() -> None:
    turns = set()
    for number in range(40):
        pose = draw_pose(parcel(number), 1, FIELD_CAMERA, STREAMS)
        cosine, sine = pose.label.along @ pose.top.along, pose.label.along @ pose.top.across
        turns.add(round(float(np.degrees(np.arctan2(sine, cosine))) / 90.0) % 4)
    assert turns == {0, 1, 2, 3}


def test_box_rests_on_the_belt_and_the_given_centre_holds() -> None:
    pose = draw_pose(parcel(0, "kraft"), 1, FIELD_CAMERA, STREAMS, centre_mm=(70.0, -30.0))
    assert pose.corners[:, 2].min() == pytest.approx(0.0)
    assert pose.corners.mean(axis=0)[:2] == pytest.approx((70.0, -30.0))
