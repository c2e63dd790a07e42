"""Throughput of each lane, hour by hour."""

import numpy as np

from reports.figures.palette import ROLES, arm_role, marker
from reports.figures.svg import Drawing, bare_axes, drawing_style, inline_svg, new_figure
from reports.quantities import Unit, value
from reports.selection import Selection
from reports.words import parts

__all__ = ["MOST_LANES", "lane_throughput"]

MOST_LANES = 12
"""Lanes drawn; the table holds them all."""
_METRIC = "throughput.per_lane_h"


def lane_throughput(selection: Selection) -> tuple[tuple[str, Drawing], ...]:
    """Draw one panel a lane with every arm in both worlds; panels share their scale from zero.

    A run shorter than two hours has nothing to draw.
    """
    hours: dict[str, list[int]] = {}
    for group in selection.groups("lane", "hour"):
        found = parts(group)
        if found["hour"].isdigit():
            hours.setdefault(found["lane"], []).append(int(found["hour"]))
    lanes = [lane for lane, found in hours.items() if len(set(found)) > 1][:MOST_LANES]
    levels = [
        record.high if record.high is not None else record.value
        for lane in lanes
        for hour in hours[lane]
        for arm in selection.arms
        for world in ("lab", "production")
        if (record := selection.get(_METRIC, arm, world, f"lane={lane},hour={hour}")) is not None
        and record.value is not None
    ]
    top = max((level for level in levels if level is not None), default=0.0)
    if top <= 0.0:
        return ()
    with drawing_style():
        return tuple(
            (lane, _panel(selection, lane, sorted(set(hours[lane])), top, f"lane{index}"))
            for index, lane in enumerate(lanes)
        )


def _panel(selection: Selection, lane: str, hours: list[int], top: float, name: str) -> Drawing:
    figure = new_figure(206.0)
    axes = bare_axes(figure, 52.0, 12.0, 10.0, 42.0)
    axes.set_xlim(hours[0] - 0.4, hours[-1] + 0.4)
    axes.set_ylim(0.0, 1.08 * top)
    axes.locator_params(axis="y", nbins=5)
    axes.yaxis.set_major_formatter(lambda tick, _: f"{tick:,.0f}")
    step = max(1, -(-len(hours) // 8))
    axes.set_xticks(hours[::step], [f"{hour}\u2013{hour + 1} h" for hour in hours[::step]])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=ROLES["grid"].drawn, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlabel("hour of the run", color=ROLES["mute"].drawn, fontsize=11, labelpad=2)
    several = len(selection.arms) > 1
    described = []
    for index, arm in enumerate(selection.arms):
        for world in ("lab", "production"):
            role = arm_role(index) if several else ROLES["lab" if world == "lab" else "floor"]
            found = [
                (hour, record)
                for hour in hours
                if (record := selection.get(_METRIC, arm, world, f"lane={lane},hour={hour}"))
                is not None
                and record.value is not None
            ]
            if not found:
                continue
            production = world == "production"
            axes.plot(
                [hour for hour, _ in found],
                np.array([record.value for _, record in found], dtype=float),
                marker=marker(index) if production else None,
                linestyle="-" if production else (0, (4, 3)),
                markersize=6.0,
                linewidth=1.8 if production else 1.3,
                color=role.drawn,
                markeredgecolor=ROLES["card"].drawn,
                markeredgewidth=0.8,
            )
            for hour, record in found:
                if production and record.low is not None and record.high is not None:
                    axes.plot(
                        [hour, hour], [record.low, record.high], color=role.drawn, linewidth=1.2
                    )
            described.append(
                f"{arm}, {world}: "
                + ", ".join(
                    f"hour {hour} {value(record.value, Unit.PER_HOUR)}" for hour, record in found
                )
            )
    return inline_svg(
        figure, name, f"Parcels sorted an hour on lane {lane}", "; ".join(described) + "."
    )
