"""The page of a sweep: its figures, then its table."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from reports.html import page_environment, page_style, policy_hash
from reports.quantities import difference, interval, value
from reports.sweep_figures import SweepFigure, axis_words
from reports.words import metric_words
from scenarios.sweep import Sweep

__all__ = ["render_sweep"]

MOST_ROWS = 500
"""Rows on the page; the table's files hold all."""


def render_sweep(
    sweep: Sweep,
    rows: Sequence[Mapping[str, Any]],
    figures: Sequence[SweepFigure],
    cells: int,
    troubles: Sequence[str],
    reproduce: str,
) -> str:
    """Render one self-contained page; the same inputs give the same bytes.

    Parameters
    ----------
    sweep : Sweep
    rows : sequence of mapping
        Of the sweep's table.
    figures : sequence of SweepFigure
    cells : int
        Points of the design.
    troubles : sequence of str
        A sentence for each cell that is not in the table.
    reproduce : str
    """
    names = [axis.name for axis in sweep.axes]
    style = Markup(page_style())
    page: str = page_environment().get_template("sweep.html.j2").render(
        sweep=sweep,
        axes=[axis_words(name) for name in names],
        cells=cells,
        figures=figures,
        troubles=troubles,
        headings=[*(axis_words(name) for name in names), "Arm", "Metric", "World", "Value",
                  "95% interval", "Parcels", "Cell"],
        rows=[_shown(row, names) for row in rows[:MOST_ROWS]],
        shown=min(len(rows), MOST_ROWS),
        total=len(rows),
        reproduce=reproduce,
        style=style,
        style_hash=policy_hash(style),
    )  # fmt: skip
    return page


def _shown(row: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    words = metric_words(row["metric"])
    is_gap = row["world"] == "gap"
    level = difference(row["value"], words.unit) if is_gap else value(row["value"], words.unit)
    return [
        *(str(row[name]) for name in names),
        row["arm"],
        words.label,
        row["world"],
        level,
        interval(row["low"], row["high"], words.unit, is_difference=is_gap),
        str(row["n"]),
        row["run"],
    ]
