"""How a metric answers to what a sweep varies: response curves and heat maps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reports.figures.palette import ROLES, arm_role, marker
from reports.figures.svg import bare_axes, new_figure
from reports.figures.text import fitted
from reports.quantities import Unit, difference, value
from reports.words import metric_words

__all__ = ["Colour", "Curve", "Grid", "heat_map", "paper", "response_curves", "stand_in"]

Colour = Callable[[str], str]
"""Role to colour: a stand-in for pages, the light one for files."""
WORLDS = {"lab": "lab", "production": "production"}


def stand_in(role: str) -> str:
    """Colour that becomes a class of the page."""
    return ROLES[role].drawn


def paper(role: str) -> str:
    """Colour on white paper."""
    return ROLES[role].light


@dataclass(frozen=True, slots=True)
class Curve:
    """One arm in one world along an axis.

    Attributes
    ----------
    arm : str
    world : str
        ``lab`` or ``production``.
    x, y : sequence of float
        Metric `y` in its own unit at each `x`, ascending.
    low, high : sequence of float or None
        95 % interval; None where there is none.
    dots : sequence of (float, float)
        Single cells behind a mean, if `y` is one.
    """

    arm: str
    world: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float | None]
    high: Sequence[float | None]
    dots: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A metric over two axes: `cells[row][column]`, None where a cell has no value."""

    columns: Sequence[str]
    rows: Sequence[str]
    cells: Sequence[Sequence[float | None]]


def response_curves(
    curves: Sequence[Curve], metric: str, axis: str, arms: Sequence[str], colour: Colour, log: bool
) -> Figure:
    """Draw a metric along one axis: production solid, lab dashed, bands where there are intervals.

    Each arm is named at the top with its shape; nothing is told by colour alone.
    """
    heading = 20.0 * len(arms)
    figure = new_figure(300.0 + heading, 520.0)
    axes = bare_axes(figure, 62.0, 34.0 + heading, 22.0, 50.0)
    _quiet(axes, colour)
    unit = metric_words(metric).unit
    if log:
        axes.set_xscale("log")
    for curve in curves:
        index = arms.index(curve.arm)
        role = arm_role(index).name if len(arms) > 1 else _world_role(curve.world)
        _draw(axes, curve, colour(role), marker(index), colour("card"))
    ends = [end for c in curves for end in (*c.y, *(y for _, y in c.dots), *_known(c))]
    if unit is Unit.SHARE and ends:
        room = max(max(ends) - min(ends), 0.02)
        axes.set_ylim(max(min(ends) - 0.06 * room, -0.04), min(max(ends) + 0.06 * room, 1.03))
        axes.yaxis.set_major_formatter(lambda tick, _: f"{100 * tick:g}%")
    axes.grid(axis="y", color=colour("grid"), linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlabel(axis, color=colour("ink"), fontsize=12, labelpad=6)
    label = metric_words(metric).label
    axes.set_title(
        fitted(_with_unit(label, unit), 500.0, 13.0),
        loc="left", x=-0.12, y=1.0, pad=heading + 12.0, fontsize=13, weight="bold",
        color=colour("ink"),
    )  # fmt: skip
    _legend(figure, arms, colour)
    return figure


def _legend(figure: Figure, arms: Sequence[str], colour: Colour) -> None:
    height = 72.0 * figure.get_size_inches()[1]
    for index, arm in enumerate(arms):
        y = height - 44.0 - 20.0 * index
        key = figure.add_axes((0, 0, 1, 1), facecolor="none")
        key.set_axis_off()
        key.set_xlim(0, 520.0)
        key.set_ylim(0, height)
        several = len(arms) > 1
        for x, world in ((250.0, "production"), (380.0, "lab")):
            role = arm_role(index).name if several else _world_role(world)
            style = "-" if world == "production" else (0, (4, 3))
            key.plot([x, x + 30], [y, y], linestyle=style, color=colour(role), linewidth=1.8)
            key.plot(
                [x + 15], [y], marker(index), color=colour(role), markersize=6.5,
                markerfacecolor=colour(role) if world == "production" else colour("card"),
            )  # fmt: skip
            key.text(x + 38, y - 4, world, fontsize=11, color=colour("mute"))
        key.text(12.0, y - 4, fitted(arm, 220.0, 12.0), fontsize=12, color=colour("ink"))


def _draw(axes: Axes, curve: Curve, colour: str, shape: str, card: str) -> None:
    floor = curve.world == "production"
    banded = [
        (x, low, high)
        for x, low, high in zip(curve.x, curve.low, curve.high, strict=True)
        if low is not None and high is not None
    ]
    if len(banded) == len(curve.x) > 1:
        xs, lows, highs = zip(*banded, strict=True)
        axes.fill_between(xs, lows, highs, color=colour, alpha=0.16, linewidth=0.0, zorder=1)
    if curve.dots:
        xs, ys = zip(*curve.dots, strict=True)
        axes.plot(xs, ys, shape, color=colour, alpha=0.45, markersize=4.5, linewidth=0, zorder=2,
                  markerfacecolor=colour if floor else card)  # fmt: skip
    if curve.y:
        axes.plot(
            curve.x, curve.y, marker=shape, markersize=6.5, linewidth=1.8, color=colour, zorder=4,
            linestyle="-" if floor else (0, (4, 3)),
            markerfacecolor=colour if floor else card,
        )  # fmt: skip


def heat_map(
    grid: Grid, metric: str, world: str, heading: str, labels: tuple[str, str], colour: Colour
) -> Figure:
    """Draw a metric over two axes, each value written in its cell.

    The colours (cividis) grow evenly in lightness, also to colour-blind eyes.
    """
    unit = metric_words(metric).unit
    across, down = len(grid.columns), len(grid.rows)
    wide, high = min(max(440.0 / across, 26.0), 96.0), min(max(300.0 / down, 26.0), 44.0)
    left = 22.0 + 7.5 * max(len(text) for text in grid.rows) + 26.0
    figure = new_figure(58.0 + high * down + 56.0, max(left + wide * across + 20.0, 420.0))
    total_w, total_h = (72.0 * inches for inches in figure.get_size_inches())
    box = (left / total_w, 56.0 / total_h, wide * across / total_w, high * down / total_h)
    axes = figure.add_axes(box, facecolor="none")
    _quiet(axes, colour)
    for spine in axes.spines.values():
        spine.set_visible(False)
    known = [cell for row in grid.cells for cell in row if cell is not None]
    low, top = (min(known), max(known)) if known else (0.0, 1.0)
    shades = mpl.colormaps["cividis"]
    for y, row in enumerate(grid.cells):
        for x, cell in enumerate(row):
            share = 0.5 if cell is None or top == low else (cell - low) / (top - low)
            face = colour("card") if cell is None else mpl.colors.to_hex(shades(share))
            axes.add_patch(
                Rectangle((x, y), 1, 1, facecolor=face, edgecolor=colour("card"), linewidth=1.5,
                          hatch="////" if cell is None else None)
            )  # fmt: skip
            if cell is not None and wide >= 38.0:
                text = difference(cell, unit) if world == "gap" else value(cell, unit)
                text = text.removesuffix(" pp").removesuffix(" /h")
                ink = "#ffffff" if share < 0.52 else "#111111"
                size = min(11.0, wide / (0.66 * max(len(text), 1)))
                axes.text(x + 0.5, y + 0.5, text, ha="center", va="center", color=ink,
                          fontsize=size)  # fmt: skip
    axes.set_xlim(0, across)
    axes.set_ylim(0, down)
    axes.set_xticks([x + 0.5 for x in range(across)], _thin(grid.columns, wide))
    axes.set_yticks([y + 0.5 for y in range(down)], list(grid.rows))
    axes.set_xlabel(labels[0], color=colour("ink"), fontsize=12, labelpad=6)
    axes.set_ylabel(labels[1], color=colour("ink"), fontsize=12, labelpad=6)
    words = metric_words(metric).label
    title = f"Gap in {words.lower()}, lab \u2212 production" if world == "gap" else words
    shown = _with_unit(title, unit, gap=world == "gap")
    figure.text(12.0 / total_w, 1 - 22.0 / total_h, fitted(shown, total_w - 14.0, 13.0),
                fontsize=13, weight="bold", color=colour("ink"))  # fmt: skip
    figure.text(12.0 / total_w, 1 - 42.0 / total_h, fitted(heading, total_w - 14.0, 11.0),
                fontsize=11, color=colour("mute"))  # fmt: skip
    return figure


def _thin(labels: Sequence[str], wide: float) -> list[str]:
    every = max(1, round(7.5 * max(len(text) for text in labels) / wide + 0.49))
    return [text if number % every == 0 else "" for number, text in enumerate(labels)]


def _with_unit(label: str, unit: Unit, gap: bool = False) -> str:
    shown = {
        Unit.SHARE: "pp" if gap else "% of parcels",
        Unit.SECONDS: "s",
        Unit.PER_HOUR: "parcels/h",
        Unit.NUMBER: "parcels",
    }[unit]
    return f"{label} ({shown})"


def _known(curve: Curve) -> list[float]:
    return [end for end in (*curve.low, *curve.high) if end is not None]


def _world_role(world: str) -> str:
    return "lab" if world == "lab" else "floor"


def _quiet(axes: Axes, colour: Colour) -> None:
    axes.spines["bottom"].set_color(colour("axis"))
    axes.tick_params(color=colour("axis"), labelcolor=colour("mute"), labelsize=11.5)
    axes.tick_params(axis="y", length=0)
