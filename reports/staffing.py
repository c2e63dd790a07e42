"""The staffing sheet as a chart and as words."""

import io
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from metrics.staffing import Offer, Service, cheapest
from reports.escaping import code_span, markdown_cell, markdown_prose, visible
from reports.figures.palette import arm_role, marker
from reports.figures.response import paper
from reports.figures.svg import bare_axes, drawing_style, new_figure
from reports.figures.text import fitted
from reports.quantities import Unit, value
from reports.sweep_figures import axis_words
from reports.words import metric_words
from scenarios.staffing import Staffing

__all__ = ["staffing_chart", "staffing_markdown", "staffing_sentence"]

MOST_LINES = 8
_WIDTH = 760.0


def staffing_sentence(sheet: Staffing, offers: Sequence[Offer]) -> str:
    """Say in words which point to take, or why none can be named."""
    goal = _goal(sheet)
    best = cheapest(offers)
    if best is not None:
        return (
            f"The cheapest point that reaches {goal} costs {_money(sheet, best.per_h)} an hour, "
            f"{_money(sheet, best.per_1000)} for 1,000 parcels: {_point(best)}. "
            f"{_looked_at(offers)}"
        )
    perhaps = cheapest(offers, Service.PERHAPS)
    if perhaps is not None:
        return (
            f"No point reaches {goal} beyond chance. The cheapest that may is {_point(perhaps)}, "
            f"at {_money(sheet, perhaps.per_h)} an hour; more replications would tell. "
            f"{_looked_at(offers)}"
        )
    nearest = max(offers, key=lambda offer: offer.level if offer.level is not None else -1.0)
    reached = "nothing" if nearest.level is None else value(nearest.level, Unit.SHARE)
    return (
        f"No point reaches {goal}; the nearest has {reached}: {_point(nearest)}. "
        f"{_looked_at(offers)}"
    )


def staffing_markdown(sheet: Staffing, offers: Sequence[Offer]) -> str:
    """Render the sheet as Markdown: the answer, then every point, cheapest first."""
    best = cheapest(offers)
    metric = metric_words(sheet.service.metric).label
    lines = [
        f"# {markdown_prose(sheet.title)}",
        "",
        markdown_prose(staffing_sentence(sheet, offers)),
        "",
        markdown_prose(sheet.description),
        "",
        f"| | arm | point | {markdown_cell(markdown_prose(metric))} | people "
        f"| {sheet.costs.currency} an hour | {sheet.costs.currency} for 1,000 parcels | service |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for offer in sorted(offers, key=lambda offer: offer.per_h):
        level = "unknown" if offer.level is None else value(offer.level, Unit.SHARE)
        if offer.low is not None and offer.high is not None:
            level += f" [{100 * offer.low:.2f}, {100 * offer.high:.2f}]"
        cells = (
            "**cheapest**" if offer is best else "",
            markdown_cell(markdown_prose(offer.arm)),
            markdown_cell(markdown_prose(_point(offer))),
            level,
            f"{offer.people_h:.2f}",
            f"{offer.per_h:.2f} [{offer.per_h_low:.2f}, {offer.per_h_high:.2f}]",
            f"{offer.per_1000:.2f}",
            offer.service.value,
        )
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", "What the costs are made of, and why:", ""]
    lines.append(f"- an operator's hour: {_money(sheet, sheet.costs.operator_h)}, breaks paid")
    lines += [
        f"- {code_span(price.metric)}: {_money(sheet, price.cost)} a parcel. "
        f"{markdown_prose(price.reason)}"
        for price in sheet.costs.parcels
    ]
    lines += [
        f"- {code_span(f'{price.key} = {price.value}')}: {_money(sheet, price.per_h)} an hour"
        for price in sheet.costs.axes
    ]
    lines += [
        "",
        "Brackets of the service hold for all points and arms at once with 95 % (Bonferroni): the "
        f"verdicts allow for having looked at {len(offers):,} of them.",
        "",
        "Brackets of the costs take every share at one end of its 95 % interval, so they are wider "
        "than a 95 % interval of the sum. The point was chosen and its cost read off the same "
        "runs: play the chosen one again with another seed before you rely on its figure.",
    ]
    return "\n".join(line for line in lines if line is not None).strip() + "\n"


def staffing_chart(sheet: Staffing, offers: Sequence[Offer]) -> tuple[bytes, bytes]:
    """Draw cost and service over the number of operators, a line for each choice of the rest.

    Returns
    -------
    tuple of (bytes, bytes)
        PNG and SVG on white; the same offers give the same bytes.
    """
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with drawing_style():
        figure = _chart(sheet, offers)
        png, svg = io.BytesIO(), io.BytesIO()
        figure.savefig(svg, format="svg", metadata=nothing, facecolor="white")
        figure.savefig(png, format="png", dpi=144, metadata={"Software": None}, facecolor="white")
    return png.getvalue(), svg.getvalue()


def _chart(sheet: Staffing, offers: Sequence[Offer]) -> Figure:
    lines: dict[str, list[Offer]] = {}
    for offer in offers:
        lines.setdefault(_choice(sheet, offer), []).append(offer)
    by_cost = sorted(lines, key=lambda name: min(offer.per_h for offer in lines[name]))
    shown = by_cost[:MOST_LINES]
    key = 20.0 * len(shown) + (20.0 if len(by_cost) > len(shown) else 0.0)
    height = 620.0 + key
    figure = new_figure(height, _WIDTH)
    cost = bare_axes(figure, 74.0, 54.0 + key, 24.0, 346.0)
    level = bare_axes(figure, 74.0, 338.0 + key, 24.0, 56.0)
    best = cheapest(offers)
    for index, name in enumerate(shown):
        colour, shape = paper(arm_role(index).name), marker(index)
        found = sorted(lines[name], key=lambda offer: _operators(sheet, offer))
        xs = [_operators(sheet, offer) for offer in found]
        for axes, ys in (
            (cost, [offer.per_h for offer in found]),
            (level, [float("nan") if o.level is None else o.level for o in found]),
        ):
            axes.plot(xs, ys, color=colour, linewidth=1.6, zorder=3)
            for x, y, offer in zip(xs, ys, found, strict=True):
                full = offer.service is Service.YES
                axes.plot(
                    [x], [y], shape, color=colour, markersize=7.5, zorder=4,
                    markerfacecolor=colour if full else "white",
                    fillstyle="full",
                    alpha=1.0 if offer.service is not Service.NO else 0.55,
                )  # fmt: skip
                if offer is best:
                    axes.plot([x], [y], "o", markersize=17, markerfacecolor="none",
                              color=paper("ink"), zorder=5)  # fmt: skip
        _key(figure, index, name, colour, shape)
    if len(by_cost) > len(shown):
        words = f"{len(by_cost) - len(shown)} dearer choices are in the table only"
        figure.text(14.0 / _WIDTH, 1 - (50.0 + 20.0 * len(shown)) / height, words,
                    fontsize=11, color=paper("mute"))  # fmt: skip
    level.axhline(sheet.service.at_least, color=paper("ink"), linewidth=1.0, linestyle=(0, (4, 3)))
    level.yaxis.set_major_formatter(lambda tick, _: f"{100 * tick:g}%")
    _dress(cost, f"Cost ({sheet.costs.currency} an hour)", "")
    below = metric_words(sheet.service.metric).label
    _dress(level, f"{below} (dashed: what is asked)", axis_words(sheet.operators))
    note = (
        f"Filled: serves, with {len(offers):,} looked at allowed for. "
        "Hollow: may serve, or (pale) does not. Ring: the cheapest."
    )
    figure.text(14.0 / _WIDTH, 1 - 20.0 / height, fitted(visible(sheet.title), _WIDTH - 28.0, 14.0),
                fontsize=14, weight="bold", color=paper("ink"))  # fmt: skip
    figure.text(14.0 / _WIDTH, 10.0 / height, note, fontsize=11, color=paper("mute"))
    return figure


def _dress(axes: Axes, title: str, label: str) -> None:
    axes.grid(axis="y", color=paper("grid"), linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_title(title, loc="left", fontsize=12, weight="bold", color=paper("ink"), pad=8)
    axes.set_xlabel(label, fontsize=12, color=paper("ink"))
    axes.spines["bottom"].set_color(paper("axis"))
    axes.tick_params(color=paper("axis"), labelcolor=paper("mute"))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _key(figure: Figure, index: int, name: str, colour: str, shape: str) -> None:
    height = 72.0 * figure.get_size_inches()[1]
    y = height - 46.0 - 20.0 * index
    axes = figure.add_axes((0, 0, 1, 1), facecolor="none")
    axes.set_axis_off()
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(0, height)
    axes.plot([16, 44], [y, y], color=colour, linewidth=1.6)
    axes.plot([30], [y], shape, color=colour, markersize=7)
    axes.text(54.0, y - 4, fitted(name, _WIDTH - 70.0, 11.5), fontsize=11.5, color=paper("ink"))


def _operators(sheet: Staffing, offer: Offer) -> float:
    return float(offer.point[sheet.operators])


def _choice(sheet: Staffing, offer: Offer) -> str:
    rest = [
        f"{axis_words(key)} {_short(item)}"
        for key, item in offer.point.items()
        if key != sheet.operators
    ]
    return visible(", ".join([offer.arm, *rest]))


def _point(offer: Offer) -> str:
    words = [f"{axis_words(key)} {_short(item)}" for key, item in offer.point.items()]
    return ", ".join([offer.arm, *words])


def _short(item: object) -> str:
    return f"{item:g}" if isinstance(item, float) else str(item)


def _goal(sheet: Staffing) -> str:
    label = metric_words(sheet.service.metric).label.lower()
    return f"{label} of at least {100 * sheet.service.at_least:g} %"


def _looked_at(offers: Sequence[Offer]) -> str:
    if len(offers) == 1:
        return "Nothing else was looked at."
    return f"The verdict allows for having looked at {len(offers):,} points and arms."


def _money(sheet: Staffing, amount: float) -> str:
    return f"{sheet.costs.currency} {amount:,.2f}"
