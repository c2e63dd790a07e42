"""Figures of a network run: times over centres, load hour by hour, lateness by size."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from reports.figures.palette import ROLES
from reports.figures.svg import Drawing, bare_axes, drawing_style, inline_svg, new_figure
from reports.quantities import Unit, value

__all__ = ["backlog_by_hour", "late_by_size", "times_over_centres"]

Values = NDArray[np.float64]
_POINTS = 120
_TENTHS = 10
_LINES = {"lab": ("lab", (0, (4, 3)), 1.4), "production": ("floor", "-", 1.9)}


def times_over_centres(p95_s: Mapping[str, Values]) -> Drawing:
    """Draw, for both worlds, the share of centres whose 95 % time inside is at most so long."""
    with drawing_style():
        figure = new_figure(240.0)
        axes = _axes(figure, "95% of the parcels are through within (minutes)")
        shares = np.linspace(0.0, 1.0, _POINTS)
        told = []
        for world, times in p95_s.items():
            known = times[~np.isnan(times)] / 60.0
            if not len(known):
                continue
            _line(axes, world, np.quantile(known, shares), 100.0 * shares)
            middle, worst = np.quantile(known, (0.5, 0.9)).tolist()
            told.append(f"{world}: half of the centres {middle:.1f}, nine tenths {worst:.1f} min")
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda tick, _: f"{tick:g}")
        axes.xaxis.set_minor_formatter(lambda tick, _: "")
        axes.set_ylim(0.0, 103.0)
        axes.yaxis.set_major_formatter(lambda tick, _: f"{tick:.0f}%")
        return inline_svg(figure, "times", "Centres by their 95% time", "; ".join(told) + ".")


def backlog_by_hour(hours: Sequence[pa.Table]) -> Drawing:
    """Draw the parcels inside all centres at every full hour, mean over replications."""
    inside: dict[str, dict[int, int]] = {world: {} for world in _LINES}
    for load in hours:
        for row in load.to_pylist():
            by_hour = inside[row["world"]]
            by_hour[row["hour"]] = by_hour.get(row["hour"], 0) + row["inside"]
    with drawing_style():
        figure = new_figure(240.0)
        axes = _axes(figure, "hours since the first parcel")
        told = []
        for world, by_hour in inside.items():
            times = np.array(sorted(by_hour), dtype=float)
            levels = np.array([by_hour[hour] for hour in sorted(by_hour)]) / max(1, len(hours))
            _line(axes, world, times, levels, marks=world == "production")
            most = float(levels.max(initial=0.0))
            told.append(f"{world}: at most {value(most, Unit.NUMBER)} at a full hour")
        axes.set_ylim(bottom=0.0)
        axes.yaxis.set_major_formatter(lambda tick, _: _short(tick))
        return inline_svg(
            figure, "backlog", "Parcels inside all centres, hour by hour", "; ".join(told) + "."
        )


def late_by_size(rate_per_h: Values, late: Mapping[str, Values]) -> Drawing:
    """Draw the mean share of late parcels in each tenth of the centres by size."""
    order = np.argsort(rate_per_h, kind="stable")
    tenths = [part for part in np.array_split(order, _TENTHS) if len(part)]
    with drawing_style():
        figure = new_figure(240.0)
        axes = _axes(figure, "centres by size, smallest tenth to largest (parcels an hour)")
        places = np.arange(len(tenths), dtype=float)
        told = []
        for shift, (world, shares) in zip((-0.19, 0.19), late.items(), strict=True):
            heights = np.array([100.0 * float(np.mean(shares[part])) for part in tenths])
            axes.bar(places + shift, heights, 0.36, color=ROLES[_LINES[world][0]].drawn)
            told.append(f"{world}: " + ", ".join(f"{height:.2f}%" for height in heights))
        axes.set_xticks(
            places[::3], [f"{float(np.median(rate_per_h[part])):,.0f}" for part in tenths[::3]]
        )
        axes.set_ylim(bottom=0.0)
        axes.yaxis.set_major_formatter(lambda tick, _: f"{tick:g}%")
        return inline_svg(
            figure, "sizes", "Parcels past the cut-off by size of centre", "; ".join(told) + "."
        )


def _axes(figure: Figure, label: str) -> Axes:
    axes = bare_axes(figure, 56.0, 12.0, 12.0, 42.0)
    axes.tick_params(axis="y", length=0)
    axes.locator_params(axis="y", nbins=5)
    axes.grid(axis="y", color=ROLES["grid"].drawn, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlabel(label, color=ROLES["mute"].drawn, fontsize=11, labelpad=2)
    return axes


def _line(axes: Axes, world: str, x: Values, y: Values, *, marks: bool = False) -> None:
    role, style, width = _LINES[world]
    axes.plot(
        x,
        y,
        linestyle=style,
        linewidth=width,
        color=ROLES[role].drawn,
        marker="o" if marks else None,
        markersize=6.0,
        markeredgecolor=ROLES["card"].drawn,
        markeredgewidth=0.8,
    )


def _short(tick: float) -> str:
    if tick >= 1e6:
        return f"{tick / 1e6:g} M"
    return f"{tick / 1e3:g} k" if tick >= 1e4 else f"{tick:,.0f}"
