"""What the gap is made of: degradation, load, and what they do only together."""

from reports.figures.rows import interval_rows
from reports.figures.svg import Drawing
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


def factors(selection: Selection) -> tuple[str, ...]:
    """Factors with records, in the records' order."""
    return tuple(parts(group)["factor"] for group in selection.groups("factor"))


def factor_words(factor: str) -> str:
    """Name of a factor's part of the gap."""
    return _WORDS.get(factor, factor.replace("_", " ").capitalize())


def decomposition(selection: Selection, metric: str, name: str) -> Drawing | None:
    """Draw each factor's part of the gap of `metric`, worse to the right; None without records."""
    groups = {factor: f"factor={factor}" for factor in factors(selection)} | {WHOLE: WHOLE}
    rows: dict[str, list[Comparison]] = {}
    for factor, group in groups.items():
        found = [
            row
            for arm in selection.arms
            if (row := selection.compare(metric, arm, group)).loss is not None
        ]
        if found:
            rows[factor_words(factor)] = found
    if set(rows) <= {factor_words(WHOLE)}:
        return None
    title = f"What the gap in {metric_words(metric).label.lower()} is made of"
    return interval_rows(name, title, rows, selection.arms, bars=True)
