"""Outcomes as stacked bars: every parcel is in exactly one segment."""

from collections.abc import Sequence

from matplotlib.patches import Rectangle

from reports.figures.palette import ROLES
from reports.figures.svg import WIDTH, Drawing, bare_axes, drawing_style, inline_svg, new_figure
from reports.figures.text import fitted
from reports.quantities import Unit, value
from reports.selection import Selection
from reports.words import metric_words

__all__ = ["OUTCOME_ROLES", "outcome_bars"]

OUTCOME_ROLES = {
    "rate.read": "right",
    "rate.right_chute": "right",
    "rate.hand_off": "desk",
    "rate.exception": "none",
    "rate.no_read": "none",
    "rate.misread": "wrong",
    "rate.misroute": "wrong",
}
"""Colour role of each outcome; wrong ones are hatched as well."""

_BAR, _GAP, _HEADING, _TOP, _BOTTOM = 24.0, 6.0, 26.0, 2.0, 26.0
_WORLDS = (("lab", "Lab"), ("production", "Production"))


def outcome_bars(
    selection: Selection, outcomes: Sequence[str], name: str, title: str
) -> Drawing | None:
    """Draw one bar an arm and world, split into `outcomes` in order; None where all are unknown."""
    rows = []
    for arm in selection.arms:
        for world, word in _WORLDS:
            shares = [selection.value(metric, arm, world) for metric in outcomes]
            if any(share is not None for share in shares):
                rows.append((arm, word, [share or 0.0 for share in shares]))
    if not rows:
        return None
    with drawing_style():
        return _draw(rows, outcomes, name, title, several=len(selection.arms) > 1)


def _draw(
    rows: list[tuple[str, str, list[float]]],
    outcomes: Sequence[str],
    name: str,
    title: str,
    several: bool,
) -> Drawing:
    arms = len({arm for arm, _, _ in rows})
    body = len(rows) * (_BAR + _GAP) + (arms * _HEADING if several else 4.0)
    figure = new_figure(_TOP + body + _BOTTOM)
    axes = bare_axes(figure, 84.0, _TOP, 22.0, _BOTTOM)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(body, 0.0)
    axes.set_yticks([])
    axes.set_xticks([0.0, 0.25, 0.5, 0.75, 1.0], ["0%", "25%", "50%", "75%", "100%"])
    edge = -84.0 / (WIDTH - 106.0)
    y, previous = 0.0 if several else 4.0, None
    for arm, world, shares in rows:
        if several and arm != previous:
            axes.text(
                edge,
                y + 18.0,
                fitted(arm, 400.0, 12.0),
                color=ROLES["ink"].drawn,
                weight="bold",
            )
            y += _HEADING
            previous = arm
        axes.text(edge, y + 16.0, world, fontsize=11.5, color=ROLES["mute"].drawn)
        start = 0.0
        for metric, share in zip(outcomes, shares, strict=True):
            role = ROLES[OUTCOME_ROLES.get(metric, "none")]
            if share > 0.0:
                axes.add_patch(
                    Rectangle(
                        (start, y),
                        share,
                        _BAR,
                        facecolor=role.drawn,
                        linewidth=1.2,
                        edgecolor=ROLES["card"].drawn,
                        hatch="////" if role.name == "wrong" else None,
                    )
                )
            if share >= 0.13:
                axes.text(
                    start + 0.5 * share,
                    y + 16.0,
                    value(share, Unit.SHARE),
                    ha="center",
                    fontsize=11,
                    color=ROLES["onmark"].drawn,
                )
            start += share
        y += _BAR + _GAP
    described = "; ".join(
        f"{arm} {world}: "
        + ", ".join(
            f"{metric_words(metric).label} {value(share, Unit.SHARE)}"
            for metric, share in zip(outcomes, shares, strict=True)
        )
        for arm, world, shares in rows
    )
    return inline_svg(figure, name, title, described + ".")
