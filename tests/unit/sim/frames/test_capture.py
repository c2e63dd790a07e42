import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from scenarios.degradations import KINDS
from sim.frames.capture import _sensor, capture, is_readable
from sim.frames.pose import draw_pose, homography, project
from sim.streams import Streams
from systems.contracts.vision import CameraView
from tests.unit.sim.frames.frame_specimen import (
    FIELD_CAMERA,
    SMALL_CAMERA,
    condition,
    digest,
    parcel,
)

STREAMS = Streams(seed=3, replication=1)
DAMAGE = (condition("torn", 2), condition("taped", 2), condition("glare", 2))


def pixels(number: int = 0, lap: int = 1, conditions=(), camera=SMALL_CAMERA) -> np.ndarray:
    view = capture(parcel(number), lap, conditions, camera, 2.5, STREAMS).views[0]
    return view.window(
        [[0, 0], [100, 0], [100, 86], [0, 86]],
        (camera.sensor_width_px, camera.sensor_height_px),
    )


def test_same_bytes_again_whatever_came_between() -> None:
    first = digest(pixels(1, 1, DAMAGE))
    for number in range(5):
        pixels(number)
    _sensor.cache_clear()
    assert digest(pixels(1, 1, DAMAGE)) == first
    assert digest(pixels(1, 1, DAMAGE[::-1])) == first


@pytest.mark.parametrize("hash_seed", ["1", "77"])
def test_same_bytes_in_another_process(hash_seed: str) -> None:
    code = (
        "from tests.unit.sim.frames.test_capture import *;"
        "print(digest(pixels(3, 2, DAMAGE)), capture(parcel(3), 2, DAMAGE, SMALL_CAMERA, 2.5,"
        " STREAMS).capture_id)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[4],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    own = capture(parcel(3), 2, DAMAGE, SMALL_CAMERA, 2.5, STREAMS).capture_id
    assert done.stdout.split() == [digest(pixels(3, 2, DAMAGE)), own]


def test_every_condition_changes_the_picture_and_glare_falls_anew() -> None:
    plain = pixels(2)
    for kind, known in KINDS.items():
        if known.family != "platform":
            assert not np.array_equal(plain, pixels(2, 1, (condition(kind, 3),))), kind
    again = np.abs(
        pixels(2, 1, (condition("glare", 3),)).astype(int) - pixels(2, 2, (condition("glare", 3),))
    )
    assert again.max() > 100


def test_world_outside_the_label_is_shared_between_lab_and_production() -> None:
    plain, torn = pixels(2), pixels(2, 1, (condition("torn", 5),))
    same = (plain == torn).all(axis=2)
    assert 0.6 < same.mean() < 1.0


def test_ids_are_opaque_and_do_not_link_worlds_or_laps() -> None:
    ids = {
        capture(parcel(n), lap, conditions, SMALL_CAMERA, 2.5, STREAMS).capture_id
        for n in (0, 1)
        for lap in (1, 2)
        for conditions in ((), DAMAGE, DAMAGE[:1])
    }
    assert len(ids) == 12
    assert all(len(name) == 16 and parcel(0).parcel_id not in name for name in ids)


def test_view_gives_a_system_the_contract_and_nothing_else() -> None:
    seen = capture(parcel(0), 1, (), SMALL_CAMERA, 2.5, STREAMS)
    view: CameraView = seen.views[0]
    public = {name for name in dir(view) if not name.startswith("_")}
    assert public == {"name", "overview", "sensor_scale", "window"}
    assert not hasattr(view, "__dict__")
    assert repr(view) == "SensorView('top')"
    assert parcel(0).tracking_id not in repr(seen)
    assert view.sensor_scale == 5.0


def test_lab_labels_are_readable_and_damage_decides_by_its_masks() -> None:
    assert all(is_readable(parcel(n), 1, (), FIELD_CAMERA, STREAMS) for n in range(10))
    by_severity = [
        sum(
            is_readable(parcel(n), 1, (condition(kind, severity),), FIELD_CAMERA, STREAMS)
            for kind in ("torn", "taped", "glare")
            for n in range(8)
        )
        for severity in (1, 3, 5)
    ]
    assert by_severity[0] > by_severity[1] > by_severity[2]
    blurred = (condition("motion_blur", 5),)
    assert is_readable(parcel(0), 1, blurred, FIELD_CAMERA, STREAMS)


def test_the_label_is_where_the_pose_says() -> None:
    for number in (0, 3):
        pose = draw_pose(parcel(number), 1, SMALL_CAMERA, STREAMS)
        corners = np.array([[5, 5], [95, 5], [95, 145], [5, 145]], dtype=np.float64)
        quad = project(homography(pose.label, SMALL_CAMERA), corners) / 5.0
        view = capture(parcel(number), 1, (), SMALL_CAMERA, 2.5, STREAMS).views[0]
        label = view.window(quad, (90, 140))
        assert np.median(label) > 190  # white paper, not belt nor board
        assert label[80:105, 10:80].min() < 120  # bars
