"""What the charts of readers side by side have in common: frame, key, paper."""

import io
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from scipy.special import logit

from reports.figures.palette import arm_role
from reports.figures.response import paper

__all__ = ["as_png", "draw_key", "key_height", "logit_ticks", "plain_axes"]

_COLUMNS = 4
_TICKS = (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 0.99, 0.997, 0.999, 0.9999)


def plain_axes(axes: Axes) -> None:
    """Give axes a quiet frame and level lines."""
    axes.spines["bottom"].set_color(paper("axis"))
    axes.tick_params(color=paper("axis"), labelcolor=paper("mute"), labelsize=9)
    axes.grid(axis="y", color=paper("grid"), linewidth=0.7)
    axes.set_axisbelow(True)


def logit_ticks(axis: Axis, low: float, high: float) -> None:
    """Name shares along an axis of logits that reaches from `low` to `high`."""
    ticks = [share for share in _TICKS if low <= float(logit(share)) <= high]
    axis.set_ticks(
        [float(logit(share)) for share in ticks], [f"{100 * share:g}%" for share in ticks]
    )


def key_height(arms: Sequence[str]) -> float:
    """Points that the key of so many arms takes."""
    return 24.0 + 20.0 * -(-len(arms) // _COLUMNS)


def draw_key(figure: Figure, arms: Sequence[str]) -> None:
    """Name the arms at the top of a figure."""
    width, height = (72.0 * inches for inches in figure.get_size_inches())
    for index, arm in enumerate(arms):
        x = 30.0 + (index % _COLUMNS) * (width - 40.0) / _COLUMNS
        y = height - 18.0 - 20.0 * (index // _COLUMNS)
        colour = paper(arm_role(index).name)
        figure.text(x / width, y / height, "\u25cf", color=colour, fontsize=11, va="center")
        figure.text(
            (x + 16.0) / width, y / height, arm, color=paper("ink"), fontsize=11, va="center"
        )


def as_png(figure: Figure) -> bytes:
    """The figure on white."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=130, metadata={"Software": None}, facecolor="white")
    return buffer.getvalue()
