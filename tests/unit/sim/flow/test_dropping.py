"""The physics itself; pybullet comes with the extras `train` and `dev`."""

from functools import cache

import numpy as np
import pytest

from sim.flow import dropping
from sim.flow.chute import GRIP, Chute
from sim.flow.dropping import GRAVITY, REST_MPS, REST_RADPS, DropTest, Settled, body_of
from sim.flow.generation import burst_picture, card_of, hidden, settled_poses
from sim.flow.pose_library import library_bytes, shipped_poses
from sim.frames.label import LABEL_HEIGHT_MM
from sim.sorting.parcel import MATERIALS
from sim.streams import Streams

CHUTE = Chute()


@cache
def poses(seed: int, parcels: int) -> np.ndarray:
    return settled_poses(seed, parcels, CHUTE)


def test_the_same_seed_gives_the_same_bytes() -> None:
    again = settled_poses(7, 12, CHUTE)
    assert library_bytes(again) == library_bytes(poses(7, 12))
    assert library_bytes(settled_poses(8, 12, CHUTE)) != library_bytes(again)


def test_a_longer_table_begins_like_a_shorter_one() -> None:
    assert poses(7, 18)[: len(poses(7, 12))].tobytes() == poses(7, 12).tobytes()


@pytest.mark.parametrize(("material", "speed_mps"), [("kraft", 1.5), ("grey_bag", 1.5),
                                                     ("kraft", 2.5)])  # fmt: skip
def test_friction_stops_a_slide_where_the_formula_says(material: str, speed_mps: float) -> None:
    body = body_of(material, (300.0, 200.0, 60.0), 900.0)
    friction = GRIP[material] * CHUTE.belt_grip
    with DropTest(CHUTE) as test:
        slid = test.slide_m(body, speed_mps)
    assert slid == pytest.approx(speed_mps**2 / (2.0 * friction * GRAVITY), rel=0.03)


def test_more_friction_less_sliding() -> None:
    slid = []
    for grip in (0.3, 0.5, 0.8):
        with DropTest(Chute(belt_grip=grip)) as test:
            slid.append(test.slide_m(body_of("kraft", (300.0, 200.0, 60.0), 900.0), 1.5))
    assert slid == sorted(slid, reverse=True)
    assert slid[0] > 2.0 * slid[2]


def settled(tipped: bool, burst: int) -> tuple[list[Settled], list[tuple[float, float, float]]]:
    rng = np.random.default_rng(burst)
    sizes = [tuple(rng.uniform((200, 150, 40), (420, 300, 250))) for _ in range(CHUTE.parcels)]
    falling = [body_of(MATERIALS[i % 3], size, 1500.0) for i, size in enumerate(sizes)]
    with DropTest(CHUTE) as test:
        return test.settle(falling, tipped, Streams(5, 0), burst), sizes


@pytest.mark.parametrize("tipped", [False, True])
def test_what_is_kept_lies_still_on_the_belt_between_its_rails(tipped: bool) -> None:
    for burst in range(3):
        rest, sizes = settled(tipped, burst)
        assert len(rest) >= CHUTE.parcels - 1
        for found in rest:
            assert found.speed_mps < REST_MPS
            assert found.turn_radps < REST_RADPS
            reach = 0.5 * np.abs(found.rotation) @ sizes[found.index] / 1000.0
            assert found.position[2] - reach[2] > -0.005
            assert np.abs(found.position[1]) + reach[1] < 0.5 * CHUTE.width_m + 0.005
            assert found.lowest_m >= 0.0
            assert np.allclose(found.rotation @ found.rotation.T, np.eye(3), atol=1e-6)


def test_what_still_moves_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dropping, "GIVE_UP_S", 0.1)
    rest, _ = settled(True, 1)
    assert 0 < len(rest) < CHUTE.parcels
    assert all(found.speed_mps < REST_MPS for found in rest)


@pytest.mark.parametrize(("side", "toward_deg"), [(0.07, -90.0), (-0.07, 90.0)])
def test_rays_tell_how_much_of_the_label_is_hidden_and_from_where(
    side: float, toward_deg: float
) -> None:
    size = (300.0, 200.0, 100.0)
    with DropTest(CHUTE) as test:
        test.place(
            [
                (body_of("kraft", size, 900.0), (5.0, 0.0, 0.05)),
                (body_of("kraft", (300.0, 100.0, 100.0), 900.0), (5.0, side, 0.15)),
            ]
        )
        below = Settled(0, np.eye(3), np.array([5.0, 0.0, 0.05]), 0.0, 0.0, 0.0)
        share, toward = hidden(test, below, size, (0.0, 0.0, 0.0))
    # the upper one begins 20 mm beside the middle and, seen by the camera, a little nearer
    expected = (0.5 * LABEL_HEIGHT_MM - 20.0) / LABEL_HEIGHT_MM
    assert share == pytest.approx(expected, abs=0.06)
    assert toward == pytest.approx(toward_deg, abs=1.0)


def test_no_two_parcels_take_the_same_room() -> None:
    rest, sizes = settled(True, 1)
    for one in rest:
        for two in rest:
            if one.index < two.index:
                apart = np.linalg.norm(one.position - two.position)
                assert apart > 0.45e-3 * (min(sizes[one.index]) + min(sizes[two.index]))


def test_parcels_laid_one_by_one_mostly_keep_their_label_up_and_tipped_ones_do_not() -> None:
    found = card_of(poses(7, 60), 7, 60, CHUTE)["figures"]
    assert found["never_at_rest"] <= 2
    assert found["laid"]["face_up"]["label"] > 0.8 > found["tipped"]["face_up"]["label"]


def test_the_picture_shows_belt_and_parcels() -> None:
    picture = burst_picture(7, 1, CHUTE)
    assert picture.shape == (540, 960, 3)
    dark = (picture.max(axis=2) < 70).mean()
    assert 0.1 < dark < 0.9
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 8


def test_shipped_poses_are_of_this_code() -> None:
    card = shipped_poses().card
    fresh = card_of(shipped_poses().poses, card["seed"], card["parcels"], CHUTE)
    for part in ("sha256", "chute", "grip", "physics", "figures"):
        assert fresh[part] == card[part], part
