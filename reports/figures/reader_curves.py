"""Readers side by side: by severity of each damage, risk against coverage, and calibration."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from reports.figures.palette import arm_role, marker
from reports.figures.reader_paper import as_png, draw_key, key_height, plain_axes
from reports.figures.response import paper
from reports.figures.svg import bare_axes, drawing_style, new_figure
from reports.vision_damage import over_kinds
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

    The last two panels are the mean over kinds and the worst of them, as `over_kinds` has them.

    Parameters
    ----------
    rows : sequence of mapping
        ``mix``, ``arm``, ``kind``, ``severity``, ``value`` and ``n``.
    arms : sequence of str
        In the order of their colours.
    mix : str

    Returns
    -------
    bytes
        PNG on white.
    """
    shown = [row for row in rows if row["mix"] == mix and row["value"] is not None]
    panels = _panels(shown, arms)
    lines = max(1, -(-len(panels) // _COLUMNS))
    key = key_height(arms)
    with drawing_style():
        figure = new_figure(lines * _PANEL + key + 10.0, _WIDTH)
        for place, (title, curves) in enumerate(panels.items()):
            column, line = place % _COLUMNS, place // _COLUMNS
            axes = bare_axes(
                figure,
                46.0 + column * (_WIDTH - 56.0) / _COLUMNS,
                key + line * _PANEL + 20.0,
                10.0 + (_COLUMNS - 1 - column) * (_WIDTH - 56.0) / _COLUMNS + 30.0,
                (lines - 1 - line) * _PANEL + 30.0,
            )
            plain_axes(axes)
            axes.set_title(title, fontsize=10, color=paper("ink"), pad=3)
            axes.set_xlim(0.7, 5.3)
            axes.set_ylim(-0.03, 1.04)
            axes.set_xticks(SEVERITIES)
            axes.set_yticks([0.0, 0.5, 1.0], ["0%", "50%", "100%"])
            for index, arm in enumerate(arms):
                points = curves.get(arm)
                if points:
                    axes.plot(
                        *zip(*points, strict=True),
                        marker=marker(index),
                        markersize=4.0,
                        linewidth=1.3,
                        color=paper(arm_role(index).name),
                    )
        draw_key(figure, arms)
        return as_png(figure)


def _panels(
    rows: Sequence[Row], arms: Sequence[str]
) -> dict[str, dict[str, list[tuple[int, float]]]]:
    """Title -> arm -> severities and accuracies."""
    panels: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for kind in sorted({row["kind"] for row in rows}):
        panels[kind.replace("_", " ")] = {
            arm: sorted(
                (row["severity"], row["value"])
                for row in rows
                if (row["kind"], row["arm"]) == (kind, arm)
            )
            for arm in arms
        }
    over = {arm: over_kinds([row for row in rows if row["arm"] == arm]) for arm in arms}
    if any(over.values()):
        panels["mean over kinds"] = {
            arm: [(severity, told[0]) for severity, told in found.items()]
            for arm, found in over.items()
        }
        panels["worst kind"] = {
            arm: [(severity, told[1][1]) for severity, told in found.items()]
            for arm, found in over.items()
        }
    return panels


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
    key = key_height(arms)
    with drawing_style():
        figure = new_figure(340.0 + key, _WIDTH)
        risk = bare_axes(figure, 66.0, key + 22.0, _WIDTH / 2 + 20.0, 48.0)
        trust = bare_axes(figure, _WIDTH / 2 + 60.0, key + 22.0, 20.0, 48.0)
        for axes in (risk, trust):
            plain_axes(axes)
        risk.set_title("wrong among answered", fontsize=11, color=paper("ink"))
        risk.set_yscale("log")
        risk.set_yticks(
            [1.0, 0.1, 0.01, 0.001, 0.0001, _LEAST_RISK],
            ["100%", "10%", "1%", "0.1%", "0.01%", "none"],
        )
        risk.minorticks_off()
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
        draw_key(figure, arms)
        return as_png(figure)
