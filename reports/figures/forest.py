"""Gap forest plot: every metric, every arm, its interval, and where zero lies."""

from collections.abc import Sequence

from metrics.catalogue import Better
from reports.figures.palette import ROLES, arm_role, marker
from reports.figures.svg import WIDTH, Drawing, bare_axes, drawing_style, inline_svg, new_figure
from reports.figures.text import fitted
from reports.quantities import Unit, difference
from reports.selection import Comparison, Selection
from reports.words import metric_words

__all__ = ["forest"]

_ROW, _HEADING, _TOP, _BOTTOM = 19.0, 25.0, 22.0, 30.0
_VALUE_COLUMN = 76.0


def forest(
    selection: Selection, metrics: Sequence[str], name: str, title: str
) -> Drawing | None:
    """Draw losses on the floor of shares, in percentage points, worse to the right.

    Returns
    -------
    Drawing or None
        None where no arm has a gap in any of `metrics`.
    """
    rows = {metric: [selection.compare(metric, arm) for arm in selection.arms] for metric in metrics}
    rows = {
        metric: [row for row in found if row.loss is not None] for metric, found in rows.items()
    }
    rows = {
        metric: found
        for metric, found in rows.items()
        if found and metric_words(metric).unit is Unit.SHARE
    }
    if not rows:
        return None
    ends = [100.0 * end for found in rows.values() for row in found for end in _ends(row)]
    with drawing_style():
        return _draw(selection, rows, (min(*ends, 0.0), max(*ends, 0.0)), name, title)


def _ends(row: Comparison) -> tuple[float, ...]:
    return tuple(end for end in row.loss or () if end is not None) + (0.0,)


def _draw(
    selection: Selection,
    rows: dict[str, list[Comparison]],
    span: tuple[float, float],
    name: str,
    title: str,
) -> Drawing:
    several = len(selection.arms) > 1
    body = sum(_HEADING + _ROW * len(found) for found in rows.values())
    figure = new_figure(_TOP + body + _BOTTOM)
    left = 104.0 if several else 8.0
    axes = bare_axes(figure, left, _TOP, _VALUE_COLUMN, _BOTTOM)
    room = max(span[1] - span[0], 0.1)
    axes.set_xlim(span[0] - 0.06 * room, span[1] + 0.06 * room)
    axes.set_ylim(body, 0.0)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=5)
    axes.xaxis.set_major_formatter(lambda tick, _: f"{tick:g}".replace("-", "\u2212"))
    axes.axvline(0.0, color=ROLES["axis"].drawn, linewidth=1.2, zorder=1)
    for tick in axes.get_xticks():
        axes.axvline(tick, color=ROLES["grid"].drawn, linewidth=0.7, zorder=0)
    pixels = (WIDTH - left - _VALUE_COLUMN) / (axes.get_xlim()[1] - axes.get_xlim()[0])
    edge = axes.get_xlim()[0] - left / pixels
    end = axes.get_xlim()[1] + _VALUE_COLUMN / pixels
    axes.text(
        axes.get_xlim()[1], -8.0, "worse in production \u2192", ha="right", fontsize=11,
        color=ROLES["mute"].drawn,
    )
    y = 0.0
    for metric, found in rows.items():
        words = metric_words(metric)
        rise = " (rise)" if words.better is Better.NEITHER else ""
        axes.text(edge, y + 17.0, words.label + rise, color=ROLES["ink"].drawn, weight="bold")
        y += _HEADING
        for row in found:
            index = selection.arms.index(row.arm)
            role = arm_role(index) if several else ROLES["ink"]
            size, low, high = row.loss or (0.0, None, None)
            middle = y + 0.5 * _ROW
            if several:
                axes.text(
                    edge, middle + 4.0, fitted(row.arm, 96.0, 11.0), fontsize=11,
                    color=ROLES["mute"].drawn,
                )
            if low is not None and high is not None:
                axes.plot(
                    [100.0 * low, 100.0 * high], [middle, middle], color=role.drawn, linewidth=2.0
                )
            axes.plot(
                [100.0 * size], [middle], marker(index), color=role.drawn, markersize=7.0,
                markeredgecolor=ROLES["card"].drawn, markeredgewidth=0.8,
            )
            axes.text(
                end, middle + 4.0, difference(size, Unit.SHARE), ha="right", fontsize=11,
                color=ROLES["ink"].drawn,
            )
            y += _ROW
    described = "; ".join(
        f"{metric_words(metric).label}: "
        + ", ".join(f"{row.arm} {difference((row.loss or (0.0,))[0], Unit.SHARE)}" for row in found)
        for metric, found in rows.items()
    )
    return inline_svg(
        figure, name, title, f"Loss on the floor in percentage points. {described}."
    )
