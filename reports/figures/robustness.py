"""Accuracy in production against accuracy in the lab, and the line of standard training."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import logit

from reports.figures.point_names import name_points
from reports.figures.reader_paper import as_png, logit_ticks, plain_axes
from reports.figures.response import paper
from reports.figures.svg import bare_axes, drawing_style, new_figure
from reports.vision_seeds import trained_alike

__all__ = ["robustness_chart"]

_WIDTH, _HEIGHT = 860.0, 430.0


def robustness_chart(found: Mapping[str, Any]) -> bytes:
    """Draw every reader, the line and its prediction interval, on logits.

    Parameters
    ----------
    found : mapping
        ``counts``, ``training``, ``standard`` and ``line`` of `labgap.vision_bench`.  Of readers
        that differ in their seed alone one is named.

    Returns
    -------
    bytes
        PNG on white.
    """
    places = {
        arm: tuple(
            float(logit((of_arm[world] + 0.5) / (of_arm["items"] + 1.0)))
            for world in ("lab", "production")
        )
        for arm, of_arm in found["counts"].items()
    }
    with drawing_style():
        figure = new_figure(_HEIGHT, _WIDTH)
        axes = bare_axes(figure, 66.0, 40.0, 150.0, 52.0)
        plain_axes(axes)
        if found["line"] is not None:
            line = np.array(found["line"])
            x, middle, low, high = logit(np.clip(line.T, 1e-6, 1.0 - 1e-6))
            axes.fill_between(x, low, high, color=paper("grid"), alpha=0.6, linewidth=0.0)
            axes.plot(x, middle, color=paper("mute"), linewidth=1.4)
        for arm, (x_arm, y_arm) in places.items():
            standard = arm in found["standard"]
            axes.plot(
                [x_arm],
                [y_arm],
                marker="o" if standard else "D",
                markersize=6.5,
                linestyle="none",
                color=paper("lab" if standard else "floor"),
            )
        again = {arm for arms in trained_alike(found["training"]) for arm in arms[1:]}
        named = {arm: place for arm, place in places.items() if arm not in again}
        name_points(axes, named, 0.12, 1.0)
        for axis, side in ((axes.xaxis, 0), (axes.yaxis, 1)):
            low_end = min(place[side] for place in places.values())
            high_end = max(place[side] for place in places.values())
            room = 0.08 * (high_end - low_end) + 0.1
            (axes.set_xlim if side == 0 else axes.set_ylim)(low_end - room, high_end + room)
            logit_ticks(axis, low_end - room, high_end + room)
        axes.set_title(
            "right in production; circles: standard training, diamonds: all others",
            fontsize=11,
            color=paper("ink"),
            loc="left",
        )
        axes.set_xlabel("right in the lab", color=paper("mute"), fontsize=11)
        return as_png(figure)
