"""Rows of estimates with intervals: the layout that forest plot and decomposition share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from reports.figures.palette import ROLES, arm_role, marker
from reports.figures.svg import WIDTH, Drawing, bare_axes, drawing_style, inline_svg, new_figure
from reports.figures.text import fitted
from reports.quantities import Unit, difference
from reports.selection import Comparison
from reports.words import metric_words

__all__ = ["interval_rows"]

_LABELS, _VALUES, _TOP, _BOTTOM = 190.0, 78.0, 24.0, 26.0
_ROW, _HEADING, _BAR = 20.0, 24.0, 9.0


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things lie: pixels are data units of the y axis; `edge` and `end` are x data units."""

    several: bool
    edge: float
    end: float
    scale: float
    unit: Unit


def interval_rows(
    name: str,
    title: str,
    groups: Mapping[str, Sequence[Comparison]],
    arms: Sequence[str],
    bars: bool = False,
) -> Drawing:
    """Draw the loss of every comparison with its interval, worse to the right.

    Parameters
    ----------
    name, title : str
    groups : mapping of str to sequence of Comparison
        Comparisons that have a loss, by heading; all of one unit.
    arms : sequence of str
        Every arm of the page, which fixes shapes and colours.
    bars : bool
        Draw a bar from zero to the estimate as well, for parts that add up.
    """
    unit = metric_words(next(iter(groups.values()))[0].metric).unit
    with drawing_style():
        several = len(arms) > 1
        row, heading = (_ROW, _HEADING) if several else (28.0, 0.0)
        body = sum(heading + row * len(found) for found in groups.values()) + 4.0
        figure = new_figure(_TOP + body + _BOTTOM)
        left = 112.0 if several else _LABELS
        axes = bare_axes(figure, left, _TOP, _VALUES, _BOTTOM)
        layout = _scaled(axes, groups, left, body, unit, several)
        y = 2.0
        for label, found in groups.items():
            if several:
                text = fitted(label, WIDTH, 12.0)
                axes.text(layout.edge, y + 17.0, text, color=ROLES["ink"].drawn, weight="bold")
            y += heading
            height = row * len(found)
            for tick in axes.get_xticks():
                role = ROLES["axis" if tick == 0.0 else "grid"]
                axes.plot([tick, tick], [y, y + height], color=role.drawn, linewidth=1.0, zorder=0)
            for comparison in found:
                _row(axes, layout, comparison, label, arms, y + 0.5 * row, bars)
                y += row
        described = "; ".join(
            f"{label}: "
            + ", ".join(f"{row.arm} {difference(_loss(row)[0], unit)}" for row in found)
            for label, found in groups.items()
        )
        return inline_svg(figure, name, title, f"Loss in production. {described}.")


def _scaled(
    axes: Axes,
    groups: Mapping[str, Sequence[Comparison]],
    left: float,
    body: float,
    unit: Unit,
    several: bool,
) -> _Layout:
    scale = 100.0 if unit is Unit.SHARE else 1.0
    ends = [0.0] + [
        scale * end
        for found in groups.values()
        for comparison in found
        for end in _loss(comparison)
        if end is not None
    ]
    room = max(max(ends) - min(ends), 0.1)
    low, high = min(ends) - 0.05 * room, max(ends) + 0.05 * room
    axes.set_ylim(body, 0.0)
    axes.set_yticks([])
    axes.set_xlim(low, high)
    axes.locator_params(axis="x", nbins=4)
    axes.set_xticks([tick for tick in axes.get_xticks() if low <= tick <= high])
    axes.xaxis.set_major_formatter(lambda tick, _: f"{tick:g}".replace("-", "\u2212"))
    axes.set_xlim(low, high)
    pixels = (WIDTH - left - _VALUES) / (high - low)
    axes.text(
        high,
        -8.0,
        "worse in production \u2192",
        ha="right",
        fontsize=11,
        color=ROLES["mute"].drawn,
    )
    return _Layout(several, low - left / pixels, high + _VALUES / pixels, scale, unit)


def _row(
    axes: Axes,
    layout: _Layout,
    comparison: Comparison,
    label: str,
    arms: Sequence[str],
    middle: float,
    bars: bool,
) -> None:
    index = arms.index(comparison.arm)
    role = arm_role(index) if layout.several else ROLES["ink"]
    size, low, high = _loss(comparison)
    name, colour = (comparison.arm, "mute") if layout.several else (label, "ink")
    width, font = (104.0, 11.0) if layout.several else (_LABELS - 6.0, 12.0)
    axes.text(
        layout.edge, middle + 4.0, fitted(name, width, font), fontsize=font,
        color=ROLES[colour].drawn,
    )  # fmt: skip
    if bars:
        axes.barh(
            middle, layout.scale * size, _BAR, color=role.drawn, alpha=0.3, linewidth=0.0, zorder=1
        )
    if low is not None and high is not None:
        axes.plot(
            [layout.scale * low, layout.scale * high],
            [middle, middle],
            color=role.drawn,
            linewidth=2.2,
            zorder=2,
        )
    axes.plot(
        [layout.scale * size],
        [middle],
        marker(index),
        color=role.drawn,
        markersize=7.5,
        markeredgecolor=ROLES["card"].drawn,
        markeredgewidth=0.8,
        zorder=3,
    )
    axes.text(
        layout.end,
        middle + 4.0,
        difference(size, layout.unit),
        ha="right",
        fontsize=11.5,
        color=ROLES["ink"].drawn,
    )


def _loss(comparison: Comparison) -> tuple[float, float | None, float | None]:
    found = comparison.loss
    if found is None:
        raise ValueError(f"{comparison.metric} of {comparison.arm} has no gap to draw")
    return found
