"""Designs: grids are products, hypercubes are stratified, everything follows the seed."""

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from scenarios.sweep import Axis, Sweep
from scenarios.sweep_design import corners, design_points

SEEDS = st.integers(0, 2**63 - 1)


def sweep(*axes: Axis, **more: object) -> Sweep:
    document = {"schema_version": 1, "name": "s", "scenario": "quickstart", "design": "grid"}
    return Sweep.model_validate({**document, **more, "axes": axes}, strict=False)


@given(st.lists(st.sets(st.integers(-99, 99), min_size=1, max_size=5), min_size=1, max_size=3))
def test_a_grid_is_the_product_of_its_axes(values: list[set[int]]) -> None:
    axes = [Axis(key=f"a.k{n}", values=tuple(sorted(v))) for n, v in enumerate(values)]
    points = design_points(sweep(*axes))
    assert list(points) == list(itertools.product(*(axis.values or () for axis in axes)))
    assert len(points) == sweep(*axes).size


@given(SEEDS, st.integers(1, 40), st.floats(-1e3, 1e3), st.floats(0.5, 1e3))
def test_a_latin_hypercube_has_one_point_a_stratum(
    seed: int, n: int, low: float, width: float
) -> None:
    axes = [Axis(key="a.x", low=low, high=low + width), Axis(key="a.y", low=1.0, high=1e4,
            scale="log")]  # fmt: skip
    points = design_points(sweep(*axes, design="latin_hypercube", points=n, seed=seed))
    assert len(points) == n
    for column, unit in (
        (0, lambda x: (x - low) / width),
        (1, lambda x: math.log(x) / math.log(1e4)),
    ):
        # Twelve digits are kept, so a point may sit on the edge of its stratum.
        ordered = sorted(unit(float(point[column])) * n for point in points)
        assert all(k - 1e-5 <= u <= k + 1 + 1e-5 for k, u in enumerate(ordered))


@given(SEEDS, st.integers(1, 60), st.sampled_from(["random", "latin_hypercube"]))
def test_drawn_points_stay_in_bounds_and_follow_the_seed(seed: int, n: int, design: str) -> None:
    axes = [Axis(key="a.i", low=2, high=5, integer=True), Axis(key="a.v", values=("p", "q"))]
    again = [design_points(sweep(*axes, design=design, points=n, seed=seed)) for _ in range(2)]
    assert again[0] == again[1]
    assert len(set(again[0])) == len(again[0]) <= 8
    assert all(type(i) is int and 2 <= i <= 5 and v in ("p", "q") for i, v in again[0])


def test_another_seed_is_another_design() -> None:
    axis = Axis(key="a.x", low=0, high=1)
    first, second = (design_points(sweep(axis, design="random", points=3, seed=s)) for s in (1, 2))
    assert first != second


@given(st.integers(2, 30))
def test_a_range_in_a_grid_has_both_ends(steps: int) -> None:
    for scale in ("linear", "log"):
        axis = Axis(key="a.x", low=0.1, high=10.0, steps=steps, scale=scale)
        found = [float(x) for (x,) in design_points(sweep(axis))]
        assert (found[0], found[-1], len(found)) == (0.1, 10.0, steps)
        assert found == sorted(found)


def test_corners_keep_both_ends_of_two_axes() -> None:
    axes = [Axis(key=f"a.k{n}", values=(1, 2, 3)) for n in range(3)]
    assert design_points(corners(sweep(*axes))) == ((1, 1, 1), (1, 3, 1), (3, 1, 1), (3, 3, 1))
