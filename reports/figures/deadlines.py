"""Share of reads in time against the speed of the belt, reader by reader."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.figures.palette import arm_role, marker
from reports.figures.reader_paper import as_png, draw_key, key_height, plain_axes
from reports.figures.response import paper
from reports.figures.svg import bare_axes, drawing_style, new_figure

__all__ = ["deadline_chart"]

_WIDTH = 860.0
_PANELS = (
    ("before_next", "before the next parcel is there"),
    ("before_diverter", "before the first diverter"),
)


def deadline_chart(rows: Sequence[Mapping[str, Any]], arms: Sequence[str]) -> bytes:
    """Draw reads in time by belt speed, before the next parcel and before the diverter.

    Parameters
    ----------
    rows : sequence of mapping
        ``arm``, ``speed_mps``, ``before_next`` and ``before_diverter``.
    arms : sequence of str
        In the order of their colours.

    Returns
    -------
    bytes
        PNG on white.
    """
    room = key_height(arms)
    with drawing_style():
        figure = new_figure(280.0 + room, _WIDTH)
        for place, (column, title) in enumerate(_PANELS):
            left = 60.0 + place * _WIDTH / 2
            axes = bare_axes(figure, left, room + 22.0, (1 - place) * _WIDTH / 2 + 20.0, 48.0)
            plain_axes(axes)
            axes.set_title(title, fontsize=11, color=paper("ink"))
            axes.set_ylim(-0.03, 1.04)
            axes.set_yticks([0.0, 0.5, 1.0], ["0%", "50%", "100%"])
            axes.set_xlabel("belt, m/s", color=paper("mute"), fontsize=11)
            for index, arm in enumerate(arms):
                points = [(row["speed_mps"], row[column]) for row in rows if row["arm"] == arm]
                if points:
                    axes.plot(
                        *zip(*points, strict=True),
                        marker=marker(index),
                        markersize=4.5,
                        linewidth=1.3,
                        color=paper(arm_role(index).name),
                    )
        draw_key(figure, arms)
        return as_png(figure)
