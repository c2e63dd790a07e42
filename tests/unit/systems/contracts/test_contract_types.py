"""The rules that contract types enforce by themselves."""

import copy
import pickle
from dataclasses import FrozenInstanceError, replace
from typing import get_args

import numpy as np
import pytest

from systems.conformance.samples import samples
from systems.contracts.actions import ACTIONS, Action
from systems.contracts.arrays import sealed
from systems.contracts.claims import CLAIM_VALUES, ClaimAttribute
from systems.contracts.items import ItemImage, StoredAttribute, StoredVersion
from systems.contracts.live_state import Offer
from systems.contracts.mapping import SealedMapping
from systems.contracts.routing import RoutingProblem, WorkLimit


@pytest.fixture
def problem() -> RoutingProblem:
    found: RoutingProblem = samples("routing").ordinary[0].problem
    return found


def test_a_sealed_array_cannot_be_opened_again() -> None:
    array = sealed(np.arange(6.0).reshape(2, 3))
    with pytest.raises(ValueError, match="read-only"):
        array[0, 0] = 1.0
    with pytest.raises(ValueError, match="WRITEABLE"):
        array.flags.writeable = True
    assert array.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]


def test_sealing_copies_and_keeps_shape_of_what_is_not_contiguous() -> None:
    base = np.arange(12).reshape(3, 4)
    array = sealed(base[:, ::2])
    base[0, 0] = 99
    assert array.tolist() == [[0, 2], [4, 6], [8, 10]]


def test_matrices_of_a_problem_are_sealed_copies(problem: RoutingProblem) -> None:
    for matrix in (problem.durations_s, problem.distances_m):
        with pytest.raises(ValueError, match="read-only"):
            matrix[...] = 0
    with pytest.raises(FrozenInstanceError):
        problem.now_s = 0  # type: ignore[misc]


def test_a_leg_takes_the_slice_it_departs_in(problem: RoutingProblem) -> None:
    rush = problem.slice_starts_s[1]
    before, after = problem.durations_s[0, 1, 2], problem.durations_s[1, 1, 2]
    assert before != after
    assert problem.duration_s(1, 2, rush - 1) == before
    assert problem.duration_s(1, 2, rush) == after
    assert problem.duration_s(1, 2, 10**9) == after
    assert problem.duration_s(1, 2, -5) == before  # the first slice also holds before its start


def test_a_leg_and_its_way_back_may_differ(problem: RoutingProblem) -> None:
    assert (problem.durations_s[0] != problem.durations_s[0].T).any()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"distances_m": np.zeros((2, 3), np.int64)}, "distances_m must be whole numbers"),
        ({"distances_m": np.zeros((7, 7))}, "distances_m must be whole numbers"),
        ({"durations_s": np.full((2, 7, 7), -1)}, "must not be negative"),
        ({"slice_starts_s": (5, 5)}, "strictly increasing"),
        ({"depot": 7}, "location 7 is outside"),
    ],
)
def test_a_problem_that_does_not_fit_together_is_refused(
    problem: RoutingProblem, change: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        replace(problem, **change)


def test_ids_are_unique_and_what_is_on_board_is_requested(problem: RoutingProblem) -> None:
    with pytest.raises(ValueError, match="unique"):
        replace(problem, requests=problem.requests + problem.requests[:1])
    van = replace(problem.vehicles[0], on_board=("nobody-asked",))
    with pytest.raises(ValueError, match="on board but not requested: nobody-asked"):
        replace(problem, vehicles=(van,))


def test_a_work_limit_is_never_wall_time_alone() -> None:
    with pytest.raises(ValueError, match="not wall time alone"):
        WorkLimit(wall_s=5.0)
    with pytest.raises(ValueError, match="positive"):
        WorkLimit(iterations=0)
    with pytest.raises(ValueError, match="positive"):
        WorkLimit(iterations=1, wall_s=float("nan"))
    assert WorkLimit(evaluations=10, wall_s=5.0).evaluations == 10


def test_every_action_tells_itself_apart() -> None:
    assert set(get_args(Action)) == set(ACTIONS)
    kinds = [action.__dataclass_fields__["kind"].default for action in ACTIONS]
    assert len(set(kinds)) == len(kinds)


def test_every_claim_attribute_says_the_type_of_its_value() -> None:
    assert set(CLAIM_VALUES) == set(ClaimAttribute)


def test_mappings_in_requests_cannot_be_written_to() -> None:
    given = {"colour": StoredAttribute("red")}
    stored = StoredVersion(1, 0.0, "Mugs", given)
    given["colour"] = StoredAttribute("blue")
    assert stored.attributes["colour"].value == "red"
    with pytest.raises(TypeError):
        stored.attributes["colour"] = given["colour"]  # type: ignore[index]
    offer = Offer("sku", "product", 0.0, "Mug", 1, "GBP", {"a": "b"})
    with pytest.raises(TypeError):
        offer.options["a"] = "c"  # type: ignore[index]


def test_a_sealed_mapping_travels_between_processes() -> None:
    mapping = SealedMapping({"a": 1, "b": 2})
    assert (
        dict(pickle.loads(pickle.dumps(mapping)))
        == dict(copy.deepcopy(mapping))
        == {"a": 1, "b": 2}
    )
    assert "'a': 1" in repr(mapping)


def test_a_picture_is_rgb() -> None:
    with pytest.raises(ValueError, match="uint8 of shape"):
        ItemImage("image", np.zeros((4, 4), np.uint8))
    with pytest.raises(ValueError, match="uint8 of shape"):
        ItemImage("image", np.zeros((4, 4, 3)))  # type: ignore[arg-type]
