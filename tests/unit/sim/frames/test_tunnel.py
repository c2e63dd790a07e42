import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenarios.camera_model import VIEWS
from sim.frames.body import LABELLED, body_of
from sim.frames.capture import MIN_VISIBLE_GLYPHS, capture, is_readable
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.lying import Lying, Rest
from sim.frames.pose import AS_IT_SHOULD, CAMERA_HEIGHT_MM, draw_pose, homography, project
from sim.frames.prospect import prospect
from sim.frames.scene import Scene
from sim.frames.side_staging import SideStage, conditions_at
from sim.frames.tunnel import STATIONS
from sim.frames.tunnel_sheet import ON_ITS_SIDE, tunnel_sheet
from sim.sorting.parcel import Parcel
from sim.streams import Streams
from systems.contracts.vision import Capture
from systems.vision.barcode import Barcode
from tests.unit.sim.frames.frame_specimen import (
    FIELD_CAMERA,
    SMALL_CAMERA,
    condition,
    digest,
    parcel,
)

STREAMS = Streams(seed=3, replication=1)
TUNNEL = SMALL_CAMERA.model_copy(update={"views": VIEWS})
FIELD_TUNNEL = FIELD_CAMERA.model_copy(update={"views": ("top", "left", "right", "bottom")})
UNDERNEATH = condition("label_down", 5)
OLD_ID = "173c7a4e6f650d04"
"""Of `parcel(3)`, torn and in glare, before a tunnel could have several cameras."""
CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (LABEL_WIDTH_MM, LABEL_HEIGHT_MM)


def seen(one: Parcel, conditions=(), camera=TUNNEL, rest: Lying = AS_IT_SHOULD) -> Capture:
    return capture(one, 1, conditions, camera, 2.5, STREAMS, rest)


def before(name: str, one: Parcel, conditions=(), camera=TUNNEL) -> SideStage:
    return SideStage(one, 1, conditions, STATIONS[name], camera, STREAMS, AS_IT_SHOULD)


def picture(view, camera=SMALL_CAMERA) -> np.ndarray:
    high, wide = view.overview.shape[:2]
    size = (camera.sensor_width_px, camera.sensor_height_px)
    return view.window([[0, 0], [wide, 0], [wide, high], [0, high]], size)


def test_one_camera_is_what_it_was_before_there_were_others() -> None:
    damage = (condition("torn", 2), condition("glare", 2))
    assert SMALL_CAMERA.views == ("top",)
    assert seen(parcel(3), damage, SMALL_CAMERA).capture_id == OLD_ID
    for one, conditions in ((parcel(3), damage), (parcel(1), (UNDERNEATH,))):
        alone, among = (seen(one, conditions, camera) for camera in (SMALL_CAMERA, TUNNEL))
        assert [view.name for view in alone.views] == ["top"]
        assert alone.capture_id != among.capture_id
        assert digest(picture(alone.views[0])) == digest(picture(among.views[0]))


def test_a_view_is_called_after_its_camera_and_nothing_else() -> None:
    names = [
        [view.name for view in seen(parcel(1), conditions).views]
        for conditions in ((), (UNDERNEATH,), (condition("torn", 3),))
    ]
    assert names == [list(VIEWS)] * 3


@pytest.mark.parametrize("name", VIEWS[1:])
def test_a_station_is_a_pinhole_at_its_place(name: str) -> None:
    """Against the textbook: centre, axes and focal length, with nothing of ours but those."""
    station = STATIONS[name]
    assert np.allclose(np.cross(station.right, station.down), station.toward)
    assert np.allclose(np.linalg.norm([station.right, station.down, station.toward], axis=1), 1.0)
    one, height = parcel(6), 70.0
    points = np.random.default_rng(4).uniform(-150.0, 150.0, (20, 3))
    aim = np.array([0.0, 0.0, height if station.aims_up else 0.0])
    eye = aim + CAMERA_HEIGHT_MM * station.toward
    focal = CAMERA_HEIGHT_MM * SMALL_CAMERA.pixels_per_m / 1000.0
    ray = points - eye
    depth = -ray @ station.toward
    middle = np.array([SMALL_CAMERA.sensor_width_px, SMALL_CAMERA.sensor_height_px]) / 2.0
    expected = (
        middle + focal * np.stack([ray @ station.right, ray @ station.down], 1) / depth[:, None]
    )
    found = station.seen(points, height)
    scale = SMALL_CAMERA.pixels_per_m / 1000.0 / (1.0 - found[:, 2:] / CAMERA_HEIGHT_MM)
    assert np.allclose(middle + scale * found[:, :2], expected)
    assert one.height_mm > 0


def test_the_camera_below_sees_the_label_that_lies_there_and_barcode_reads_it() -> None:
    reader = Barcode()
    down = [seen(parcel(n), (UNDERNEATH,), FIELD_TUNNEL) for n in range(6)]
    readings = reader.read(down)
    right = [
        reading.fields.get("tracking_id") == parcel(n).tracking_id
        for n, reading in enumerate(readings)
    ]
    assert sum(right) >= 5
    assert {box.view for reading in readings for box in reading.boxes} == {"bottom"}
    above = reader.read([seen(parcel(n), (UNDERNEATH,), FIELD_CAMERA) for n in range(2)])
    assert not any(reading.fields for reading in above)


def test_the_camera_at_the_side_reads_a_parcel_that_was_tipped_onto_its_side() -> None:
    one = parcel(12, "kraft")
    lain = replace(one, width_mm=one.height_mm, height_mm=one.width_mm)
    tipped = Lying(over_edge=1.0, rest=Rest((10.0, 0.0, 0.0), 0.0, 0.0, ON_ITS_SIDE))
    (reading,) = Barcode().read([seen(lain, (), FIELD_TUNNEL, tipped)])
    assert reading.fields["tracking_id"] == one.tracking_id
    assert {box.view for box in reading.boxes} == {"left"}
    assert is_readable(lain, 1, (), FIELD_TUNNEL, STREAMS, tipped)
    for views in (("top",), ("top", "right", "bottom")):
        blind = FIELD_TUNNEL.model_copy(update={"views": views})
        assert not is_readable(lain, 1, (), blind, STREAMS, tipped)


def test_the_right_quad_gives_the_label_and_a_wrong_one_does_not() -> None:
    one = parcel(2)
    stage = before("bottom", one, (UNDERNEATH,), FIELD_TUNNEL)
    quad = project(homography(stage.prospect.pieces[0].plane, FIELD_TUNNEL), CORNERS)
    view = seen(one, (UNDERNEATH,), FIELD_TUNNEL).views[-1]
    size = (400, 600)
    label = view.window(quad / view.sensor_scale, size)
    assert label.mean() > 150 > view.window((quad + 900.0) / view.sensor_scale, size).mean()
    assert np.median(label[5:-5, 5:-5]) > 200


def test_damage_is_the_labels_and_no_camera_mends_it() -> None:
    torn = condition("torn", 5)
    assert not any(is_readable(parcel(n), 1, (torn,), TUNNEL, STREAMS) for n in range(3))
    under = [is_readable(parcel(n), 1, (torn, UNDERNEATH), TUNNEL, STREAMS) for n in range(3)]
    assert not any(under)
    down = [is_readable(parcel(n), 1, (UNDERNEATH,), TUNNEL, STREAMS) for n in range(3)]
    assert all(down)
    assert not any(
        is_readable(parcel(n), 1, (UNDERNEATH,), SMALL_CAMERA, STREAMS) for n in range(3)
    )


def test_readable_means_readable_to_one_of_the_cameras() -> None:
    shares = {}
    for name in ("left", "front", "bottom"):
        stage = SideStage(
            parcel(1), 1, (UNDERNEATH,), STATIONS[name], TUNNEL, STREAMS, AS_IT_SHOULD
        )
        shares[name] = stage.visible_share(stage.label, 75.0)
        own = TUNNEL.model_copy(update={"views": (name,)})
        readable = is_readable(parcel(1), 1, (UNDERNEATH,), own, STREAMS)
        assert readable is (shares[name] >= MIN_VISIBLE_GLYPHS)
    assert shares == {"left": 0.0, "front": 0.0, "bottom": 1.0}


def test_a_dirty_window_is_that_of_the_first_camera_and_no_hall_shadow_reaches_below() -> None:
    dirt, shade, torn = condition("dirty_lens", 5), condition("shadow", 5), condition("torn", 1)
    every = (dirt, shade, torn)
    assert conditions_at(every, STATIONS["left"], first=False) == (shade, torn)
    assert conditions_at(every, STATIONS["bottom"], first=False) == (torn,)
    assert conditions_at(every, STATIONS["bottom"], first=True) == (dirt, torn)
    clean, dirty = (seen(parcel(1), conditions) for conditions in ((), (dirt,)))
    same = [
        digest(picture(one)) == digest(picture(other))
        for one, other in zip(clean.views, dirty.views, strict=True)
    ]
    assert same == [False, True, True, True, True, True]


def test_each_camera_has_noise_and_glare_of_its_own() -> None:
    views = seen(parcel(1)).views
    corners = {digest(picture(view)[:40, :40]) for view in views}
    assert len(corners) == len(views)
    glare = condition("glare", 3)
    veils = [
        SideStage(
            parcel(1), 1, (glare,), STATIONS[name], TUNNEL, STREAMS, AS_IT_SHOULD
        ).exposure.veil
        for name in ("front", "back")
    ]
    assert digest(veils[0].light) != digest(veils[1].light)


def test_blur_runs_along_the_rows_by_the_share_of_the_motion_across_the_line_of_sight() -> None:
    for name, station in STATIONS.items():
        across = np.array([1.0, 0.0, 0.0]) @ np.stack([station.right, station.down], axis=1)
        assert across == pytest.approx([np.sign(across[0]) * station.motion, 0.0]), name
    staged = before("left", parcel(1)).staged()
    rect = (0, 0, SMALL_CAMERA.sensor_width_px, SMALL_CAMERA.sensor_height_px)
    steps = []
    for speed in (0.0, 2.5):
        painted = Scene((staged,), TUNNEL, speed, 4.0, (0, 0)).paint(rect, 1.0)
        steps.append(np.abs(np.diff(painted.astype(int), axis=1)).max())
    assert steps[1] < 0.5 * steps[0]


def test_a_label_over_an_edge_is_on_both_faces_and_reaches_the_underside_of_a_flat_parcel() -> None:
    flat = replace(parcel(3, "kraft"), height_mm=20.0)
    tall = replace(flat, height_mm=250.0)
    lying, bodies = Lying(over_edge=0.7, edge=1), []
    for one in (flat, tall):
        pose = draw_pose(one, 1, TUNNEL, STREAMS, lying=lying)
        bodies.append(body_of(one, pose, lying, STREAMS))
    assert [len(body.pieces) for body in bodies] == [3, 2]
    assert all(body.pieces[0].face == LABELLED for body in bodies)
    below = prospect(bodies[0], STATIONS["bottom"], TUNNEL)
    assert [piece.piece.face.axis for piece in below.pieces] == [2]


@pytest.mark.parametrize("hash_seed", ["1", "77"])
def test_same_bytes_in_another_process(hash_seed: str) -> None:
    code = (
        "from tests.unit.sim.frames.test_tunnel import *;"
        "print(*[digest(picture(v)) for v in seen(parcel(3), (UNDERNEATH,)).views])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[4],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    own = [digest(picture(view)) for view in reversed(seen(parcel(3), (UNDERNEATH,)).views)]
    assert done.stdout.split() == own[::-1]


def test_the_sheet_has_a_column_a_camera() -> None:
    two = SMALL_CAMERA.model_copy(update={"views": ("top", "bottom")})
    wide, narrow = (
        tunnel_sheet(parcel(1), camera, 2.5, STREAMS, cell_px=64) for camera in (TUNNEL, two)
    )
    assert wide.shape[0] == narrow.shape[0]
    assert (wide.shape[1] - 8) / 6 == (narrow.shape[1] - 8) / 2
