"""Accuracy in production against what a reading costs."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.figures.reader_paper import as_png, plain_axes
from reports.figures.response import paper
from reports.figures.svg import bare_axes, drawing_style, new_figure

__all__ = ["sizes_chart"]

_WIDTH, _HEIGHT = 860.0, 360.0


def sizes_chart(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Draw networks by time and accuracy, each with its interval.

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
        for row in timed:
            found, time = row["production"], row["milliseconds"]
            if found["low"] is not None:
                axes.plot([time, time], [found["low"], found["high"]], color=paper("floor"))
            axes.plot([time], [found["value"]], marker="o", markersize=7, color=paper("floor"))
            axes.annotate(
                row["arm"],
                (time, found["value"]),
                xytext=(9, 0),
                textcoords="offset points",
                va="center",
                fontsize=10,
                color=paper("ink"),
                annotation_clip=False,
            )
        most = max(row["milliseconds"] for row in timed)
        axes.set_xlim(0.0, most * 1.08)
        axes.yaxis.set_major_locator(MaxNLocator(6))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}%"))
        axes.set_title(
            "right in production, readable parcels", fontsize=11, color=paper("ink"), loc="left"
        )
        axes.set_xlabel("ms a parcel, one thread", color=paper("mute"), fontsize=11)
        return as_png(figure)
