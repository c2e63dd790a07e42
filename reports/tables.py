"""Tables as data: what is shown, and what it sorts by."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reports.quantities import count, difference, interval, value
from reports.selection import Comparison, Selection
from reports.words import group_words, metric_words

__all__ = [
    "MOST_ROWS",
    "Cell",
    "Column",
    "Table",
    "comparison_table",
    "number_cell",
    "table",
    "text_cell",
]

MOST_ROWS = 400
"""Rows a table shows; the embedded data holds the rest."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `text` for people, `order` for sorting, `small` an id or aside beneath."""

    text: str
    order: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, and whether it holds numbers (set right, sorted as numbers)."""

    header: str
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A captioned table; the first cell of each row is its header.

    Attributes
    ----------
    name : str
        Id prefix, unique on the page.
    caption : str
    columns : tuple of Column
    rows : tuple of tuple of Cell
    left_out : int
        Rows beyond `MOST_ROWS`.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int = 0


def table(
    name: str, caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]
) -> Table:
    """Build a table, cut at `MOST_ROWS`."""
    whole = [tuple(row) for row in rows]
    return Table(
        name, caption, tuple(columns), tuple(whole[:MOST_ROWS]), max(len(whole) - MOST_ROWS, 0)
    )


def text_cell(text: str, small: str = "") -> Cell:
    """A cell of words."""
    return Cell(text, text, small)


def number_cell(number: float | None, text: str) -> Cell:
    """A cell of a number; missing ones sort last."""
    return Cell(text, "" if number is None else repr(float(number)))


@dataclass(frozen=True, slots=True)
class _Head:
    """A leading column: its header, whether its cells differ, and how to write one."""

    header: str
    varies: bool
    cell: Callable[[Comparison], Cell]


def _metric_cell(row: Comparison) -> Cell:
    return text_cell(metric_words(row.metric).label, row.metric)


_GAP_COLUMNS = (
    Column("Lab", True),
    Column("Production", True),
    Column("Gap (lab \u2212 production)", True),
    Column("95% interval of the gap", True),
    Column("n in production", True),
)


def comparison_table(
    name: str, caption: str, selection: Selection, metrics: Sequence[str], groups: Sequence[str]
) -> Table | None:
    """Both worlds and the gap of `metrics` in `groups` for every arm; None where nothing is known.

    Columns that would say the same in every row (one arm, one metric, one group) are left out,
    except that the first always stays.
    """
    found = [
        comparison
        for metric in metrics
        for group in groups
        for arm in selection.arms
        if not (comparison := selection.compare(metric, arm, group)).is_empty
    ]
    if not found:
        return None
    heads = [
        _Head("Metric", len(set(metrics)) > 1, _metric_cell),
        _Head("Group", len(groups) > 1, lambda row: text_cell(group_words(row.group))),
        _Head("Arm", len(selection.arms) > 1, lambda row: text_cell(row.arm)),
    ]
    used = [head for head in heads if head.varies] or heads[:1]
    return table(
        name,
        caption,
        [*(Column(head.header) for head in used), *_GAP_COLUMNS],
        [[*(head.cell(row) for head in used), *_numbers(row)] for row in found],
    )


def _numbers(row: Comparison) -> tuple[Cell, ...]:
    unit = metric_words(row.metric).unit
    lab = row.lab.value if row.lab else None
    production = row.production.value if row.production else None
    gap, low, high = (row.gap.value, row.gap.low, row.gap.high) if row.gap else (None, None, None)
    # A gap's n is the smaller world's: one image keyed in the lab would stand for thousands.
    n = row.production.n if row.production else None
    return (
        number_cell(lab, value(lab, unit)),
        number_cell(production, value(production, unit)),
        number_cell(gap, difference(gap, unit)),
        number_cell(low, interval(low, high, unit, is_difference=True)),
        number_cell(n, count(n)),
    )
