"""Names beside the points of a chart, moved apart where they would overlap."""

from collections.abc import Mapping
from typing import Any

from reports.figures.response import paper

__all__ = ["name_points"]


def name_points(
    axes: Any, places: Mapping[str, tuple[float, ...]], right_by: float, wide: float
) -> None:
    """Write names right of their points; from the lowest up, none lower than its point.

    Parameters
    ----------
    axes : matplotlib axes
    places : mapping of str to (x, y)
        In the units of the axes.
    right_by : float
        From a point to its name, in units of x.
    wide : float
        Points this near one another in x have names that could overlap.
    """
    heights = [place[1] for place in places.values()]
    least = 0.045 * max(max(heights) - min(heights), 0.5)
    written: list[tuple[float, float]] = []
    for arm, (x, y) in sorted(places.items(), key=lambda item: (item[1][1], item[1][0])):
        above = [height for across, height in written if abs(across - x) < wide]
        height = max([y, *(each + least for each in above if each + least > y - least)])
        written.append((x, height))
        axes.annotate(
            arm,
            (x, y),
            xytext=(x + right_by, height),
            fontsize=9,
            color=paper("ink"),
            va="center",
            annotation_clip=False,
        )
