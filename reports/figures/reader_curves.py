"""Readers side by side: by severity of each damage, risk against coverage, and calibration."""

import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.figures.palette import arm_role, marker
from reports.figures.response import paper
from reports.figures.svg import bare_axes, drawing_style, new_figure
from scenarios.degradations import SEVERITIES

__all__ = ["risk_chart", "severity_chart"]

Row = Mapping[str, Any]
_WIDTH = 860.0
_COLUMNS = 4
_PANEL = 150.0
_LEAST_RISK = 1e-5
"""Where a curve without errors is drawn: a logarithm knows no zero."""


def severity_chart(rows: Sequence[Row], arms: Sequence[str], mix: str) -> bytes:
    """Draw accuracy by severity, one panel a kind, on parcels that nothing else hits.

    Parameters
    ----------
    rows : sequence of mapping
        ``mix``, ``arm``, ``kind``, ``severity`` and ``value``.
    arms : sequence of str
        In the order of their colours.
    mix : str

    Returns
    -------
    bytes
        PNG on white.
    """
    shown = [row for row in rows if row["mix"] == mix and row["value"] is not None]
    kinds = sorted({row["kind"] for row in shown})
    lines = max(1, -(-len(kinds) // _COLUMNS))
    key = 24.0 + 20.0 * -(-len(arms) // _COLUMNS)
    with drawing_style():
        figure = new_figure(lines * _PANEL + key + 10.0, _WIDTH)
        for place, kind in enumerate(kinds):
            column, line = place % _COLUMNS, place // _COLUMNS
            axes = bare_axes(
                figure,
                46.0 + column * (_WIDTH - 56.0) / _COLUMNS,
                key + line * _PANEL + 20.0,
                10.0 + (_COLUMNS - 1 - column) * (_WIDTH - 56.0) / _COLUMNS + 8.0,
                (lines - 1 - line) * _PANEL + 30.0,
            )
            _plain(axes)
            axes.set_title(kind.replace("_", " "), fontsize=10, color=paper("ink"), pad=3)
            axes.set_xlim(0.7, 5.3)
            axes.set_ylim(-0.03, 1.04)
            axes.set_xticks(SEVERITIES)
            axes.set_yticks([0.0, 0.5, 1.0], ["0%", "50%", "100%"])
            for index, arm in enumerate(arms):
                points = sorted(
                    (row["severity"], row["value"])
                    for row in shown
                    if row["kind"] == kind and row["arm"] == arm
                )
                if points:
                    axes.plot(
                        *zip(*points, strict=True),
                        marker=marker(index),
                        markersize=4.0,
                        linewidth=1.3,
                        color=paper(arm_role(index).name),
                    )
        _key(figure, arms)
        return _png(figure)


def risk_chart(answers: Sequence[Row], arms: Sequence[str], mix: str) -> bytes:
    """Draw risk against coverage (risk on a logarithm), and accuracy against confidence.

    Parameters
    ----------
    answers : sequence of mapping
        ``mix``, ``arm``, ``world``, ``risk_coverage`` and ``reliability``.
    arms : sequence of str
    mix : str

    Returns
    -------
    bytes
        PNG on white.
    """
    shown = {
        row["arm"]: row for row in answers if row["mix"] == mix and row["world"] == "production"
    }
    key = 24.0 + 20.0 * -(-len(arms) // _COLUMNS)
    with drawing_style():
        figure = new_figure(340.0 + key, _WIDTH)
        risk = bare_axes(figure, 66.0, key + 22.0, _WIDTH / 2 + 20.0, 48.0)
        trust = bare_axes(figure, _WIDTH / 2 + 60.0, key + 22.0, 20.0, 48.0)
        for axes in (risk, trust):
            _plain(axes)
        risk.set_title("wrong among answered", fontsize=11, color=paper("ink"))
        risk.set_yscale("log")
        risk.set_ylim(_LEAST_RISK * 0.8, 1.0)
        risk.set_xlim(0.0, 1.02)
        risk.set_xlabel("share answered, the surest first", color=paper("mute"), fontsize=11)
        risk.axhline(0.001, color=paper("axis"), linewidth=0.9, linestyle=(0, (4, 3)))
        trust.set_title("right, by confidence", fontsize=11, color=paper("ink"))
        trust.set_xlim(0.0, 1.02)
        trust.set_ylim(0.0, 1.02)
        trust.set_xlabel("confidence", color=paper("mute"), fontsize=11)
        trust.plot([0, 1], [0, 1], color=paper("axis"), linewidth=0.9, linestyle=(0, (4, 3)))
        for index, arm in enumerate(arms):
            if arm not in shown:
                continue
            colour = paper(arm_role(index).name)
            curve = shown[arm]["risk_coverage"]
            risk.plot(
                [coverage for coverage, _ in curve],
                [max(share, _LEAST_RISK) for _, share in curve],
                color=colour,
                linewidth=1.5,
                marker=marker(index),
                markersize=5.0,
                markevery=[len(curve) - 1],
            )
            bins = [each for each in shown[arm]["reliability"] if not math.isnan(each[1])]
            trust.plot(
                [confidence for _, confidence, _ in bins],
                [right for _, _, right in bins],
                color=colour,
                linewidth=1.2,
                marker=marker(index),
                markersize=4.5,
            )
        _key(figure, arms)
        return _png(figure)


def _plain(axes: Axes) -> None:
    axes.spines["bottom"].set_color(paper("axis"))
    axes.tick_params(color=paper("axis"), labelcolor=paper("mute"), labelsize=9)
    axes.grid(axis="y", color=paper("grid"), linewidth=0.7)
    axes.set_axisbelow(True)


def _key(figure: Figure, arms: Sequence[str]) -> None:
    width, height = (72.0 * inches for inches in figure.get_size_inches())
    for index, arm in enumerate(arms):
        x = 30.0 + (index % _COLUMNS) * (width - 40.0) / _COLUMNS
        y = height - 18.0 - 20.0 * (index // _COLUMNS)
        colour = paper(arm_role(index).name)
        figure.text(x / width, y / height, "\u25cf", color=colour, fontsize=11, va="center")
        figure.text(
            (x + 16.0) / width, y / height, arm, color=paper("ink"), fontsize=11, va="center"
        )


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=130, metadata={"Software": None}, facecolor="white")
    return buffer.getvalue()
