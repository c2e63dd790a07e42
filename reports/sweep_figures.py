"""Which figures a sweep gets: curves along its numeric axes, heat maps over two axes."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from reports.figures.response import (
    Colour,
    Curve,
    Grid,
    heat_map,
    paper,
    response_curves,
    stand_in,
)
from reports.figures.svg import Drawing, drawing_style, inline_svg
from reports.quantities import value
from reports.words import metric_words
from scenarios.sweep import Axis, Design, Sweep
from scenarios.units import unit_of

__all__ = ["SweepFigure", "axis_words", "sweep_figures"]

MOST_FIGURES = 40
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SweepFigure:
    """One figure, for the page and as files.

    Attributes
    ----------
    name : str
        Of its files, without ending.
    drawing : Drawing
        For the page.
    png, svg : bytes
        On white, for slides and papers; the same table gives the same bytes.
    """

    name: str
    drawing: Drawing
    png: bytes
    svg: bytes


def axis_words(name: str) -> str:
    """``sorting.lane.belt_speed_mps`` -> ``Belt speed (m/s)``."""
    parts = name.split(".")
    last = parts[-1]
    unit = unit_of(last)
    words = [part for part in last.split("_") if part]
    if unit is not None and len(words) > 1:
        words = words[:-2] if last.endswith(("_per_h", "_per_m")) else words[:-1]
    if last == "share" and len(parts) > 1:
        words = [*parts[-2].split("_"), "share"]
    label = " ".join(words).capitalize()
    return f"{label} ({unit})" if unit else label


def sweep_figures(sweep: Sweep, metrics: Sequence[str], rows: Sequence[Row]) -> list[SweepFigure]:
    """Draw every figure of a sweep from the rows of its table."""
    arms = list(dict.fromkeys(row["arm"] for row in rows))
    found: list[SweepFigure] = []
    with drawing_style():
        for metric in metrics:
            here = [row for row in rows if row["metric"] == metric and row["value"] is not None]
            for axis in sweep.axes:
                if here and _is_numeric(axis, here):
                    found.append(_curve_figure(sweep, axis, metric, here, arms))
            if here and len(sweep.axes) == 2 and sweep.design is Design.GRID:
                found += _heat_figures(sweep, metric, here, arms)
    return found[:MOST_FIGURES]


def _is_numeric(axis: Axis, rows: Sequence[Row]) -> bool:
    values = {row[axis.name] for row in rows}
    return len(values) > 1 and all(
        isinstance(item, (int, float)) and not isinstance(item, bool) for item in values
    )


def _curve_figure(
    sweep: Sweep, axis: Axis, metric: str, rows: Sequence[Row], arms: Sequence[str]
) -> SweepFigure:
    curves = [
        curve
        for arm in arms
        for world in ("production", "lab")
        if (curve := _curve(axis.name, rows, arm, world)) is not None
    ]
    words = metric_words(metric)
    behind = len(sweep.axes) > 1
    title = f"{words.label} by {axis_words(axis.name)}"
    unit = words.unit
    described = "; ".join(
        f"{curve.arm}, {curve.world}: "
        + ", ".join(f"{x:g} {value(y, unit)}" for x, y in zip(curve.x, curve.y, strict=True))
        for curve in curves
    )
    meaning = (
        "Lines are means over the other axes, dots single cells. " if behind else "Bands are 95%. "
    )
    label = axis_words(axis.name) + (" \u00b7 dots: single cells" if behind else "")
    log = axis.scale == "log"

    def draw(colour: Colour) -> Figure:
        return response_curves(curves, metric, label, arms, colour, log)

    return _figure(f"{metric}-by-{axis.name}", title, meaning + described + ".", draw)


def _curve(axis: str, rows: Sequence[Row], arm: str, world: str) -> Curve | None:
    mine = [row for row in rows if row["arm"] == arm and row["world"] == world]
    by_x: dict[float, list[Row]] = {}
    for row in sorted(mine, key=lambda row: float(row[axis])):
        by_x.setdefault(float(row[axis]), []).append(row)
    if not by_x:
        return None
    if len(by_x) == len(mine):
        single = [found[0] for found in by_x.values()]
        return Curve(
            arm, world, list(by_x), [row["value"] for row in single],
            [row["low"] for row in single], [row["high"] for row in single],
        )  # fmt: skip
    means = [sum(row["value"] for row in found) / len(found) for found in by_x.values()]
    dots = [(x, row["value"]) for x, found in by_x.items() for row in found]
    nothing = [None] * len(by_x)
    return Curve(arm, world, list(by_x), means, nothing, nothing, dots)


def _heat_figures(
    sweep: Sweep, metric: str, rows: Sequence[Row], arms: Sequence[str]
) -> list[SweepFigure]:
    across, down = (axis.name for axis in sweep.axes)
    columns, lines = (list(dict.fromkeys(row[name] for row in rows)) for name in (across, down))
    figures = []
    for arm in arms:
        for world in ("production", "gap"):
            levels = {
                (row[across], row[down]): row["value"]
                for row in rows
                if (row["arm"], row["world"]) == (arm, world)
            }
            if not levels:
                continue
            cells = [[levels.get((x, y)) for x in columns] for y in lines]
            grid = Grid([_short(x) for x in columns], [_short(y) for y in lines], cells)
            heading = f"{arm}, in production" if world == "production" else arm
            figures.append(
                _heat_figure(
                    grid, metric, world, arm, heading, (axis_words(across), axis_words(down))
                )
            )
    return figures


def _heat_figure(
    grid: Grid, metric: str, world: str, arm: str, heading: str, labels: tuple[str, str]
) -> SweepFigure:
    words = metric_words(metric)

    def draw(colour: Colour) -> Figure:
        return heat_map(grid, metric, world, heading, labels, colour)

    what = "gap in " + words.label.lower() if world == "gap" else words.label
    described = "; ".join(
        f"{labels[1]} {row}: "
        + ", ".join(
            f"{column} {value(cell, words.unit)}"
            for column, cell in zip(grid.columns, cells, strict=True)
        )
        for row, cells in zip(grid.rows, grid.cells, strict=True)
    )
    title = f"{what.capitalize()} by {labels[0]} and {labels[1]}, {heading}"
    return _figure(f"{metric}-{arm}-{world}-map", title, described + ".", draw)


def _figure(name: str, title: str, description: str, draw: Any) -> SweepFigure:
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    drawing = inline_svg(draw(stand_in), name.replace(".", "-"), title, description)
    figure = draw(paper)
    png, svg = io.BytesIO(), io.BytesIO()
    figure.savefig(svg, format="svg", metadata=nothing, facecolor="white")
    figure.savefig(png, format="png", dpi=144, metadata={"Software": None}, facecolor="white")
    return SweepFigure(name, drawing, png.getvalue(), svg.getvalue())


def _short(item: object) -> str:
    return f"{item:g}" if isinstance(item, float) else str(item)
