"""Accuracy in production against what a reading costs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import logit

from reports.figures.point_names import name_points
from reports.figures.reader_paper import as_png, logit_ticks, plain_axes
from reports.figures.response import paper
from reports.figures.svg import bare_axes, drawing_style, new_figure

__all__ = ["sizes_chart"]

_WIDTH, _HEIGHT = 860.0, 360.0
_NEAREST = 5e-4
"""How near to none and to all right the axis reaches; logits have no end."""


def sizes_chart(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Draw networks by time and accuracy on logits, each with its interval.

    Parameters
    ----------
    rows : sequence of mapping
        ``sizes`` of `labgap.vision_bench`; one without a time is left out.

    Returns
    -------
    bytes
        PNG on white.
    """
    timed = [row for row in rows if row["milliseconds"] is not None]
    with drawing_style():
        figure = new_figure(_HEIGHT, _WIDTH)
        axes = bare_axes(figure, 66.0, 40.0, 110.0, 52.0)
        plain_axes(axes)
        places = {}
        shown: list[float] = []
        for row in timed:
            found, time = row["production"], row["milliseconds"]
            ends = [found[end] for end in ("low", "high") if found[end] is not None]
            middle, *reach = logit(np.clip([found["value"], *ends], _NEAREST, 1.0 - _NEAREST))
            places[row["arm"]] = (time, float(middle))
            shown += [float(middle), *reach]
            if reach:
                axes.plot([time, time], reach, color=paper("floor"))
            axes.plot([time], [middle], marker="o", markersize=7, color=paper("floor"))
        most = max(row["milliseconds"] for row in timed)
        axes.set_xlim(0.0, most * 1.08)
        room = 0.08 * (max(shown) - min(shown)) + 0.1
        axes.set_ylim(min(shown) - room, max(shown) + room)
        logit_ticks(axes.yaxis, min(shown) - room, max(shown) + room)
        name_points(axes, places, 0.012 * most, 0.15 * most)
        axes.set_title(
            "right in production, readable parcels", fontsize=11, color=paper("ink"), loc="left"
        )
        axes.set_xlabel("ms a parcel, one thread", color=paper("mute"), fontsize=11)
        return as_png(figure)
