"""What every camera of a tunnel has of a label, however the parcel lies."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.camera_model import VIEWS
from sim.flow.resting import FACES, lying_size, turn_of
from sim.frames.body import body_of
from sim.frames.capture import capture
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.lying import Lying, Rest, beyond_line
from sim.frames.pose import CAMERA_HEIGHT_MM, draw_pose, edge_direction, homography, project
from sim.frames.prospect import prospect
from sim.frames.tunnel import STATIONS
from sim.sorting.parcel import Parcel
from sim.streams import Streams
from tests.unit.sim.frames.frame_specimen import SMALL_CAMERA, parcel

STREAMS = Streams(seed=3, replication=1)
TUNNEL = SMALL_CAMERA.model_copy(update={"views": VIEWS, "read_noise_electrons": 0.0})
SIDES = VIEWS[1:]
CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (LABEL_WIDTH_MM, LABEL_HEIGHT_MM)

parcels = st.integers(0, 40).map(lambda number: parcel(number, "kraft"))
roomy = st.sampled_from(
    [one for one in (parcel(n, "kraft") for n in range(60)) if one.width_mm > 155.0]
)
"""On these no label is folded round an edge by itself."""
turns = st.integers(0, len(FACES) - 1)
angles = st.tuples(st.floats(-180, 180), st.floats(-8, 8), st.floats(-8, 8))


def laid(one: Parcel, up: int, degrees: tuple[float, float, float]) -> tuple[Parcel, Lying]:
    size = lying_size(up, (one.length_mm, one.width_mm, one.height_mm))
    lain = replace(one, length_mm=size[0], width_mm=size[1], height_mm=size[2])
    rest = Rest(degrees, 0.0, 0.0, turn_of(up))
    return lain, Lying(over_edge=0.0 if up == 0 else 1.0, rest=rest)


@settings(max_examples=15)  # each draws twelve pictures
@given(roomy, turns, angles)
def test_a_camera_has_the_label_where_its_face_looks_at_it(
    one: Parcel, up: int, degrees: tuple[float, float, float]
) -> None:
    """Told by pixels: another text on the label changes the pictures of those cameras alone."""
    lain, rest = laid(one, up, degrees)
    other = replace(lain, tracking_id="111111111117", sort_code="ZZZZZZ")
    views = [capture(each, 1, (), TUNNEL, 0.0, STREAMS, rest).views for each in (lain, other)]
    body = body_of(lain, draw_pose(lain, 1, TUNNEL, STREAMS, lying=rest), rest, STREAMS)
    for ours, theirs in zip(*views, strict=True):
        if ours.name == "top":
            continue  # tested by itself: it takes the label on top for the only one
        station = STATIONS[ours.name]
        eye = body.centre + CAMERA_HEIGHT_MM * station.toward
        ray = eye - (body.centre + 0.5 * body.size[2] * body.axes[:, 2])
        facing = float(body.axes[:, 2] @ ray / np.linalg.norm(ray))
        if abs(facing) < 0.08:
            continue  # a sliver of a pixel or two
        differs = bool((ours.overview != theirs.overview).any())
        assert differs is (facing > 0.0), (ours.name, facing)


@given(parcels, turns, angles, st.sampled_from(SIDES))
def test_a_label_that_is_seen_is_all_within_the_frame(
    one: Parcel, up: int, degrees: tuple[float, float, float], name: str
) -> None:
    lain, rest = laid(one, up, degrees)
    body = body_of(lain, draw_pose(lain, 1, TUNNEL, STREAMS, lying=rest), rest, STREAMS)
    found = prospect(body, STATIONS[name], TUNNEL)
    for seen in found.pieces[:1]:
        quad = project(homography(seen.plane, TUNNEL), CORNERS)
        assert (quad >= 0.0).all()
        assert (quad <= (TUNNEL.sensor_width_px, TUNNEL.sensor_height_px)).all()
        right, down = quad[1] - quad[0], quad[3] - quad[0]
        assert right[0] * down[1] - right[1] * down[0] > 0.0  # never mirrored
    normals = np.cross(found.pose.top.along, found.pose.top.across)
    assert normals[2] > 0.0


@given(roomy, st.floats(0.05, 0.95), st.integers(0, 3))
def test_folding_takes_nothing_from_a_label_and_adds_nothing(
    one: Parcel, over_edge: float, edge: int
) -> None:
    lying = Lying(over_edge=over_edge, edge=edge)
    body = body_of(one, draw_pose(one, 1, TUNNEL, STREAMS, lying=lying), lying, STREAMS)
    x = np.arange(0.5, LABEL_WIDTH_MM, dtype=np.float32)[None, :]
    y = np.arange(0.5, LABEL_HEIGHT_MM, dtype=np.float32)[:, None]
    held = [piece.within(x, y, body.size) for piece in body.pieces]
    times = np.sum(held, axis=0)
    assert np.mean(times == 1) > 0.98  # but for a line of points on an edge, and skewed corners
    hidden = beyond_line(x, y, edge_direction(one, lying, STREAMS), over_edge)
    assert np.mean(held[0] == ~hidden) > 0.98


@given(parcels, turns, angles)
def test_the_label_is_as_large_on_whatever_face_it_lies(
    one: Parcel, up: int, degrees: tuple[float, float, float]
) -> None:
    lain, rest = laid(one, up, degrees)
    body = body_of(lain, draw_pose(lain, 1, TUNNEL, STREAMS, lying=rest), rest, STREAMS)
    assert np.allclose(body.size, (one.length_mm, one.width_mm, one.height_mm))
    assert np.allclose(body.axes @ body.axes.T, np.eye(3))
    assert np.linalg.det(body.axes) > 0.0
    label = body.in_world(body.pieces[0].plane)
    assert np.isclose(np.linalg.norm(label.along), 1.0)
    # the labelled face is where the sizes say, and above the belt
    corners = np.vstack([body.corners(face) for face in (body.pieces[0].face,)])
    assert corners[:, 2].min() > -1e-6
