"""Levels and gaps of single records as text, for templates."""

from metrics.records import Record
from reports.quantities import difference, value
from reports.words import metric_words

__all__ = ["gap", "level"]


def level(record: Record | None, metric: str) -> str:
    """Value of a record, or that it was not measured."""
    return value(None if record is None else record.value, metric_words(metric).unit)


def gap(record: Record | None, metric: str) -> str:
    """Value of a gap record with its sign, or that it was not measured."""
    return difference(None if record is None else record.value, metric_words(metric).unit)
