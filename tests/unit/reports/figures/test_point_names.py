"""Names of points stand beside their points, and none lies on another."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from reports.figures.point_names import name_points
from reports.figures.reader_paper import logit_ticks

HEIGHTS = st.lists(st.floats(-4.0, 8.0), min_size=2, max_size=12, unique=True)


def named(heights: list[float], x_step: float) -> list[tuple[float, float]]:
    axes = Figure().add_subplot()
    places = {f"arm{k}": (k * x_step, height) for k, height in enumerate(heights)}
    name_points(axes, places, 0.1, 1.0)
    assert [text.get_text() for text in axes.texts] == sorted(
        places, key=lambda arm: places[arm][1]
    )
    return [text.xyann for text in axes.texts]


@given(HEIGHTS)
def test_names_of_points_above_one_another_keep_their_distance(heights: list[float]) -> None:
    least = 0.045 * max(max(heights) - min(heights), 0.5)
    written = [height for _, height in named(heights, 0.0)]
    gaps = [above - below for below, above in pairwise(written)]
    assert min(gaps) >= least - 1e-9
    assert all(name >= point for name, point in zip(written, sorted(heights), strict=True))


@given(HEIGHTS)
def test_names_of_points_far_from_one_another_stay_at_their_height(heights: list[float]) -> None:
    assert [height for _, height in named(heights, 2.0)] == sorted(heights)


def test_ticks_of_logits_are_the_shares_in_reach() -> None:
    axes = Figure().add_subplot()
    logit_ticks(axes.yaxis, 0.0, 3.5)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["50%", "75%", "90%", "97%"]
