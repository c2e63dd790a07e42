"""Which part of a cascade breaks, as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.escaping import code_span
from reports.vision_cells import Row, arm_cell, table

__all__ = ["DETECTOR", "LOCATOR", "OUT_OF_SIGHT", "READER", "broken_parts_markdown"]

DETECTOR, LOCATOR, READER = "label not found", "lines not found", "not read where they truly are"
OUT_OF_SIGHT = "label out of this camera's sight"
"""What lost an answer, as the figures name it."""


def broken_parts_markdown(figures: Mapping[str, Any]) -> tuple[str, ...]:
    """Table of wrong answers by the part that lost them; empty where nothing was looked at."""
    rows: Sequence[Row] = figures["broken_parts"]
    if not rows:
        return ()
    told = [
        (
            f"{arm_cell(row['arm'])} ({code_span(row['mix'])})",
            f"{row['wrong']:,} of {row['parcels']:,}",
            *(f"{_share(row, part):.2f}" for part in (DETECTOR, LOCATOR, READER, OUT_OF_SIGHT)),
            f"{100.0 - _share(row, READER) - _share(row, OUT_OF_SIGHT):.2f}",
        )
        for row in rows
    ]
    header = (
        "arm (mix)",
        "wrong of readable",
        f"{DETECTOR} %",
        f"{LOCATOR} %",
        f"{READER} %",
        f"{OUT_OF_SIGHT} %",
        "read at the true places %",
    )
    return (
        "## Which part breaks",
        table(header, told),
        "Wrong first answers in production to readable parcels, in % of those parcels, by the "
        "part that lost them. Each was looked at once more, and its lines were read where they "
        "truly are: what is right there was lost by the detector, if no box shares half its area "
        "with the label, or by the locator. What is wrong there is the reader's, and stays wrong "
        "whatever stands before it. *Read at the true places*: the most that a better detector and "
        "locator could reach with this reader.",
    )


def _share(row: Row, part: str) -> float:
    return 100.0 * float(row["broken"].get(part, 0)) / float(row["parcels"])
