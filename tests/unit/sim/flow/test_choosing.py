from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.flow.choosing import NEIGHBOURS, PoseChooser, lain
from sim.flow.pose_library import PoseLibrary, shipped_poses
from sim.frames.capture import MIN_VISIBLE_GLYPHS, capture, is_readable
from sim.frames.lying import Lying
from sim.frames.pose import AS_IT_SHOULD, draw_pose
from sim.sorting.body import BAG_HEIGHT_MM, BOX_HEIGHT_MM, LENGTH_MM, WIDTH_MM
from sim.sorting.parcel import MATERIALS, Parcel
from sim.streams import Streams
from tests.unit.sim.frames.frame_specimen import FIELD_CAMERA, SMALL_CAMERA, condition, parcel

STREAMS = Streams(3, 0)


@cache
def chooser(tipped_share: float) -> PoseChooser:
    return PoseChooser(shipped_poses(), tipped_share)


def first(wanted: np.ndarray) -> np.void:
    found: np.void = shipped_poses().poses[np.flatnonzero(wanted)[0]]
    return found


@st.composite
def bodies(draw: st.DrawFn) -> Parcel:
    material = draw(st.sampled_from(MATERIALS))
    height = BAG_HEIGHT_MM if material.endswith("_bag") else BOX_HEIGHT_MM
    return replace(
        parcel(draw(st.integers(0, 10_000)), material),
        length_mm=draw(st.floats(*LENGTH_MM)),
        width_mm=draw(st.floats(*WIDTH_MM)),
        height_mm=draw(st.floats(*height)),
    )


@given(bodies(), st.integers(1, 5), st.sampled_from([0.0, 0.3, 1.0]))
def test_every_size_and_material_gets_a_pose_of_its_like(
    body: Parcel, lap: int, share: float
) -> None:
    pose = chooser(share).pose(body, lap, STREAMS)
    assert MATERIALS[pose["material"]] == body.material
    if share in (0.0, 1.0):
        assert pose["tipped"] == share
    lying_parcel, lying = chooser(share).lain(body, lap, STREAMS)
    assert sorted((lying_parcel.length_mm, lying_parcel.width_mm, lying_parcel.height_mm)) == (
        pytest.approx(sorted((body.length_mm, body.width_mm, body.height_mm)))
    )
    assert lying.rest is not None
    same = replace(
        lying_parcel,
        length_mm=body.length_mm,
        width_mm=body.width_mm,
        height_mm=body.height_mm,
    )
    assert same == body
    assert draw_pose(lying_parcel, lap, FIELD_CAMERA, STREAMS, lying=lying).corners[:, 2].min() >= 0


@given(st.permutations(list(range(12))))
@settings(max_examples=10)
def test_draws_are_keyed_by_parcel_and_lap_not_by_order(order: list[int]) -> None:
    drawn = {n: chooser(0.5).lain(parcel(n), 1, STREAMS) for n in order}
    assert drawn == {n: chooser(0.5).lain(parcel(n), 1, STREAMS) for n in range(12)}


def test_each_lap_is_drawn_anew_but_how_it_came_is_the_parcels_own() -> None:
    poses = [[chooser(0.5).pose(parcel(n), lap, STREAMS) for lap in range(1, 6)] for n in range(40)]
    assert all(len({pose["tipped"] for pose in of_one}) == 1 for of_one in poses)
    assert len({of_one[0]["tipped"] for of_one in poses}) == 2
    assert sum(len({pose.tobytes() for pose in of_one}) > 1 for of_one in poses) == 40


def test_parcels_alike_in_all_but_name_lie_each_in_its_own_way() -> None:
    twins = [replace(parcel(4), parcel_id=f"P000-{n:06d}") for n in range(24)]
    assert len({chooser(0.0).pose(twin, 1, STREAMS).tobytes() for twin in twins}) > 8


def test_other_seeds_and_replications_draw_other_poses() -> None:
    drawn = [
        [chooser(0.5).pose(parcel(n), 1, streams).tobytes() for n in range(20)]
        for streams in (STREAMS, Streams(4, 0), Streams(3, 1))
    ]
    assert drawn[0] != drawn[1] != drawn[2] != drawn[0]


def test_poses_come_from_parcels_alike_in_size() -> None:
    poses = shipped_poses().poses
    for n in range(30):
        body = parcel(n)
        alike = poses[(poses["material"] == n % len(MATERIALS)) & (poses["tipped"] == 1)]
        size = np.log([body.length_mm, body.width_mm, body.height_mm])
        columns = [alike[name].astype(float) for name in ("length_mm", "width_mm", "height_mm")]
        far = np.sort(np.linalg.norm(np.log(np.column_stack(columns)) - size, axis=1))
        pose = chooser(1.0).pose(body, 1, STREAMS)
        own = np.log([float(pose[name]) for name in ("length_mm", "width_mm", "height_mm")])
        assert np.linalg.norm(own - size) <= far[NEIGHBOURS - 1] + 1e-9


def test_tipped_share_is_met() -> None:
    tipped = [chooser(0.3).pose(parcel(n), 1, STREAMS)["tipped"] for n in range(600)]
    assert abs(np.mean(tipped) - 0.3) < 4 * np.sqrt(0.3 * 0.7 / 600)


@pytest.mark.parametrize("material", MATERIALS)
def test_a_library_without_a_material_lends_from_its_kin(material: str) -> None:
    poses = shipped_poses().poses
    few = poses[np.isin(poses["material"], [0, 3])]
    lent = PoseChooser(PoseLibrary(few, "", {}), 0.5).pose(parcel(1, material), 1, STREAMS)
    assert MATERIALS[lent["material"]].endswith("_bag") == material.endswith("_bag")
    one = PoseLibrary(poses[:1], "", {})
    assert PoseChooser(one, 1.0).pose(parcel(1, material), 1, STREAMS) == poses[0]


def readable(body: Parcel, rest: Lying) -> bool:
    return is_readable(body, 1, (), FIELD_CAMERA, STREAMS, rest)


@pytest.mark.parametrize("up", range(1, 6))
def test_a_label_that_is_not_on_top_cannot_be_read_nor_seen(up: int) -> None:
    pose = first(shipped_poses().poses["up"] == up)
    body, rest = lain(parcel(2), 1, pose, STREAMS)
    assert rest.over_edge == 1.0
    assert not readable(body, rest)
    assert readable(parcel(2), AS_IT_SHOULD)
    other = replace(body, sort_code="AAAAAA", tracking_id="000000000001")
    pictures = [
        capture(b, 1, (), SMALL_CAMERA, 2.5, STREAMS, rest).views[0].overview for b in (body, other)
    ]
    assert np.array_equal(*pictures)


def test_what_lies_on_the_label_hides_its_share_of_it() -> None:
    poses = shipped_poses().poses
    covered = poses[(poses["up"] == 0) & (poses["hidden_share"] > 0.02)]
    shares, legible = [], []
    for pose in covered:
        body, rest = lain(parcel(2), 1, pose, STREAMS)
        assert rest.cover is not None
        assert rest.cover.share == pytest.approx(float(pose["hidden_share"]))
        shares.append(rest.cover.share)
        legible.append(readable(body, rest))
    assert len(shares) >= 20
    # the text takes the middle of the label: what covers more than its margins covers text
    assert not any(ok for share, ok in zip(shares, legible, strict=True) if share > 0.7)
    assert np.mean([s for s, ok in zip(shares, legible, strict=True) if ok]) < np.mean(
        [s for s, ok in zip(shares, legible, strict=True) if not ok]
    )
    assert MIN_VISIBLE_GLYPHS == 0.7


@pytest.mark.parametrize("toward_deg", [0.0, 90.0, -135.0])
@pytest.mark.parametrize("number", [2, 3, 4])
def test_what_lies_on_the_label_comes_from_its_side(number: int, toward_deg: float) -> None:
    poses = shipped_poses().poses
    pose = first((poses["up"] == 0) & (poses["hidden_share"] > 0.2)).copy()
    pose["hidden_toward_deg"] = toward_deg
    body, rest = lain(parcel(number), 1, pose, STREAMS)
    assert rest.cover is not None
    seen = draw_pose(body, 1, FIELD_CAMERA, STREAMS, lying=rest)
    angle = rest.cover.angle
    found = np.cos(angle) * seen.label.along + np.sin(angle) * seen.label.across
    turn = np.radians(toward_deg)
    assert found == pytest.approx(np.cos(turn) * seen.top.along + np.sin(turn) * seen.top.across)


def test_the_camera_sees_the_turn_the_tilt_and_the_lift() -> None:
    poses = shipped_poses().poses
    pose = first((poses["up"] == 0) & (np.abs(poses["roll_deg"]) > 8.0)).copy()
    pose["yaw_deg"], pose["lift_mm"] = 33.0, 50.0
    body, rest = lain(parcel(2), 1, pose, STREAMS)
    seen = draw_pose(body, 1, FIELD_CAMERA, STREAMS, lying=rest)
    along = seen.top.along
    assert np.degrees(np.arctan2(along[1], along[0])) == pytest.approx(33.0)
    flat = draw_pose(body, 1, FIELD_CAMERA, STREAMS)
    tilt = [np.degrees(np.arccos(np.cross(p.top.along, p.top.across)[2])) for p in (seen, flat)]
    assert tilt[0] > 6.0 > tilt[1]
    assert seen.corners[:, 2].min() == pytest.approx(50.0)
    assert flat.corners[:, 2].min() == pytest.approx(0.0)


def test_damage_comes_on_top_of_how_it_lies() -> None:
    body, rest = chooser(0.0).lain(parcel(2), 1, STREAMS)
    assert readable(body, rest)
    skewed = (condition("skew", 5),)
    one = capture(body, 1, skewed, SMALL_CAMERA, 2.5, STREAMS, rest)
    two = capture(body, 1, (), SMALL_CAMERA, 2.5, STREAMS, rest)
    three = capture(parcel(2), 1, (), SMALL_CAMERA, 2.5, STREAMS)
    assert len({one.capture_id, two.capture_id, three.capture_id}) == 3
    assert not np.array_equal(one.views[0].overview, two.views[0].overview)
    assert not np.array_equal(two.views[0].overview, three.views[0].overview)
