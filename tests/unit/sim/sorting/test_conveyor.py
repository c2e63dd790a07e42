import pytest
from pydantic import ValidationError

from scenarios.model import Lane
from sim.sorting.conveyor import Conveyor
from tests.sorting_world import lane


def test_times_are_distances_over_speed() -> None:
    conveyor = Conveyor(lane(chutes=3))
    assert conveyor.headway_s == 0.5
    assert conveyor.camera_s == 2.0
    assert conveyor.passage_s == pytest.approx((3.0, 3.6, 4.2, 4.2))
    assert conveyor.loop_s == pytest.approx((4.0 + 8.4 + 20.0) / 2.0)


def test_a_belt_that_returns_within_a_pitch_is_refused() -> None:
    with pytest.raises(ValidationError, match="less than the pitch"):
        lane(pitch_m=2.0, return_distance_m=1.9)
    loose = Lane.model_construct(**{**lane().model_dump(), "return_distance_m": 0.5})
    with pytest.raises(ValueError, match="return_distance_m"):
        Conveyor(loose)


def test_a_place_is_free_a_headway_from_every_front() -> None:
    conveyor = Conveyor(lane(pitch_m=1.0, belt_speed_mps=1.0))
    assert conveyor.free_from(0.0) == 0.0
    conveyor.place(0.0)
    assert conveyor.free_from(0.25) == 1.0
    conveyor.keep_free(2.5)
    conveyor.keep_free(5.0)
    assert conveyor.free_from(1.5) == 1.5
    assert conveyor.free_from(1.75) == 3.5
    assert conveyor.free_from(4.25) == 6.0
    conveyor.place(6.0)
    assert conveyor.free_from(6.5) == 7.0


def test_fronts_that_have_passed_still_count_for_a_headway() -> None:
    conveyor = Conveyor(lane(pitch_m=1.0, belt_speed_mps=1.0))
    conveyor.keep_free(3.0)
    assert conveyor.free_from(3.5) == 4.0
    conveyor.place(4.0)
    conveyor.keep_free(9.0)
    assert conveyor.free_from(9.999) == 10.0
