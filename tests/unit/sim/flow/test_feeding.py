"""The lane meets the poses that the pictures show."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.model import Flow
from sim.flow.choosing import PoseChooser
from sim.flow.feeding import PosedFeeding
from sim.flow.pose_library import PoseLibrary, shipped_poses
from sim.streams import Streams
from tests.unit.sim.frames.frame_specimen import parcel

STREAMS = Streams(6, 0)
BODY = replace(parcel(1), length_mm=400.0, width_mm=200.0, height_mm=100.0)


def flow(**changes: object) -> Flow:
    return Flow(**{"tipped_share": 1.0, "reason": "invented for a test", **changes})


def feeding(law: Flow, **pose: float) -> PosedFeeding:
    """Every pose is the one given, in what it says."""
    poses = shipped_poses().poses.copy()
    for name, value in pose.items():
        poses[name] = value
    library = PoseLibrary(poses, "", {})
    return PosedFeeding(law, PoseChooser(library, law.tipped_share), STREAMS)


@pytest.mark.parametrize(
    ("pose", "shadow_m"),
    [
        ({"up": 0, "yaw_deg": 0.0}, 0.4),
        ({"up": 0, "yaw_deg": 90.0}, 0.2),
        ({"up": 0, "yaw_deg": -30.0}, 0.4 * np.cos(np.pi / 6) + 0.1),
        ({"up": 2, "yaw_deg": 0.0}, 0.1),  # on its front: it stands
        ({"up": 4, "yaw_deg": 90.0}, 0.1),  # on its side, across the belt
    ],
)
def test_the_stretch_is_the_shadow_along_the_belt_and_the_gap(
    pose: dict[str, float], shadow_m: float
) -> None:
    found = feeding(flow(gap_m=0.25), **pose).stretch_m(BODY)
    assert found == pytest.approx(shadow_m + 0.25, abs=1e-3)
    assert feeding(flow(), **pose).stretch_m(BODY) is None


def crowd(count: int = 400) -> list:
    return [replace(BODY, parcel_id=f"P{n:03d}", number=n) for n in range(count)]


def test_only_what_lies_beside_or_over_the_one_ahead_rides_and_only_unless_told_apart() -> None:
    never = feeding(flow(singulated_share=0.0), gap_mm=5.0)
    ever = feeding(flow(singulated_share=0.0), gap_mm=-5.0)
    usual = feeding(flow(), gap_mm=-5.0)
    assert not any(never.rides(each) for each in crowd())
    assert all(ever.rides(each) for each in crowd())
    assert not any(usual.rides(each) for each in crowd())
    most = feeding(flow(singulated_share=0.75), gap_mm=-5.0)
    assert np.mean([most.rides(each) for each in crowd()]) == pytest.approx(0.25, abs=0.06)


def test_tipped_parcels_lie_on_one_another_and_laid_ones_hardly_ever() -> None:
    shares = [
        np.mean([feeding(flow(tipped_share=share, singulated_share=0.0)).rides(p) for p in crowd()])
        for share in (0.0, 1.0)
    ]
    assert shares[0] < 0.05
    assert shares[1] > 0.25


def test_what_keeps_its_pose_lies_on_every_lap_as_on_the_first() -> None:
    library = shipped_poses()
    kept, fresh = (PoseChooser(library, 1.0, keeps) for keeps in (True, False))
    assert kept.lain(BODY, 1, STREAMS) == fresh.lain(BODY, 1, STREAMS)
    assert all(kept.lain(BODY, lap, STREAMS) == kept.lain(BODY, 1, STREAMS) for lap in (2, 3))
    assert len({repr(fresh.lain(BODY, lap, STREAMS)) for lap in range(1, 9)}) > 1
