"""What the gap is made of: degradation, load, and what they do only together."""

from reports.figures.palette import ROLES, arm_role, marker
from reports.figures.svg import WIDTH, Drawing, bare_axes, drawing_style, inline_svg, new_figure
from reports.figures.text import fitted
from reports.quantities import difference
from reports.selection import Comparison, Selection
from reports.words import metric_words, parts

__all__ = ["WHOLE", "decomposition", "factor_words", "factors"]

WHOLE = "all"
_WORDS = {
    "degradation": "Degradation alone",
    "load": "Load alone",
    "interaction": "Only together",
    WHOLE: "Whole gap",
}
_ROW, _HEADING, _TOP, _BOTTOM, _VALUE_COLUMN = 19.0, 25.0, 22.0, 30.0, 76.0


def factors(selection: Selection) -> tuple[str, ...]:
    """Factors with records, in the records' order."""
    return tuple(parts(group)["factor"] for group in selection.groups("factor"))


def factor_words(factor: str) -> str:
    """Name of a factor's part of the gap."""
    return _WORDS.get(factor, factor.replace("_", " ").capitalize())


def decomposition(selection: Selection, metric: str, name: str) -> Drawing | None:
    """Draw each factor's part of the gap of `metric`, worse to the right; None without records."""
    groups = {factor: f"factor={factor}" for factor in factors(selection)} | {WHOLE: WHOLE}
    rows = {
        factor: [
            row
            for arm in selection.arms
            if (row := selection.compare(metric, arm, group)).loss is not None
        ]
        for factor, group in groups.items()
    }
    rows = {factor: found for factor, found in rows.items() if found}
    if set(rows) <= {WHOLE}:
        return None
    with drawing_style():
        return _draw(selection, metric, rows, name)


def _draw(
    selection: Selection, metric: str, rows: dict[str, list[Comparison]], name: str
) -> Drawing:
    words = metric_words(metric)
    scale = 100.0 if words.unit == "share" else 1.0
    several = len(selection.arms) > 1
    body = sum(_HEADING + _ROW * len(found) for found in rows.values())
    figure = new_figure(_TOP + body + _BOTTOM)
    left = 104.0 if several else 8.0
    axes = bare_axes(figure, left, _TOP, _VALUE_COLUMN, _BOTTOM)
    ends = [scale * end for found in rows.values() for row in found for end in _ends(row)]
    room = max(max(ends) - min(ends), 0.1)
    axes.set_xlim(min(ends) - 0.06 * room, max(ends) + 0.06 * room)
    axes.set_ylim(body, 0.0)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=5)
    axes.xaxis.set_major_formatter(lambda tick, _: f"{tick:g}".replace("-", "\u2212"))
    axes.axvline(0.0, color=ROLES["axis"].drawn, linewidth=1.2)
    pixels = (WIDTH - left - _VALUE_COLUMN) / (axes.get_xlim()[1] - axes.get_xlim()[0])
    edge = axes.get_xlim()[0] - left / pixels
    end = axes.get_xlim()[1] + _VALUE_COLUMN / pixels
    axes.text(
        axes.get_xlim()[1], -8.0, "worse in production \u2192", ha="right", fontsize=11,
        color=ROLES["mute"].drawn,
    )
    y = 0.0
    for factor, found in rows.items():
        axes.text(
            edge, y + 17.0, factor_words(factor), color=ROLES["ink"].drawn, weight="bold"
        )
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
            axes.barh(
                middle, scale * size, height=9.0, color=role.drawn,
                alpha=0.35 if factor != WHOLE else 0.6, linewidth=0.0,
            )
            if low is not None and high is not None:
                axes.plot(
                    [scale * low, scale * high], [middle, middle], color=role.drawn, linewidth=2.0
                )
            axes.plot([scale * size], [middle], marker(index), color=role.drawn, markersize=6.5)
            axes.text(
                end, middle + 4.0, difference(size, words.unit), ha="right", fontsize=11,
                color=ROLES["ink"].drawn,
            )
            y += _ROW
    described = "; ".join(
        f"{factor_words(factor)}: "
        + ", ".join(f"{row.arm} {difference((row.loss or (0.0,))[0], words.unit)}" for row in found)
        for factor, found in rows.items()
    )
    title = f"What the gap in {words.label.lower()} is made of"
    return inline_svg(figure, name, title, described + ".")


def _ends(row: Comparison) -> tuple[float, ...]:
    return tuple(end for end in row.loss or () if end is not None) + (0.0,)
