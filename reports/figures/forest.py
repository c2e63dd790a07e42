"""Gap forest plot: every metric, every arm, its interval, and where zero lies."""

from collections.abc import Sequence

from metrics.catalogue import Better
from reports.figures.rows import interval_rows
from reports.figures.svg import Drawing
from reports.quantities import Unit
from reports.selection import Comparison, Selection
from reports.words import metric_words

__all__ = ["forest"]


def forest(selection: Selection, metrics: Sequence[str], name: str, title: str) -> Drawing | None:
    """Draw losses on the floor of shares, in percentage points, worse to the right.

    Returns
    -------
    Drawing or None
        None where no arm has a gap in any of `metrics`.
    """
    groups: dict[str, list[Comparison]] = {}
    for metric in metrics:
        words = metric_words(metric)
        found = [
            row
            for arm in selection.arms
            if (row := selection.compare(metric, arm)).loss is not None
        ]
        if found and words.unit is Unit.SHARE:
            rise = " (rise)" if words.better is Better.NEITHER else ""
            groups[words.label + rise] = found
    return interval_rows(name, title, groups, selection.arms) if groups else None
