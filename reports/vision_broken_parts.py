"""Which part of a cascade breaks, as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from metrics.intervals import wilson
from reports.escaping import code_span
from reports.vision_cells import Row, arm_cell, table

__all__ = ["DETECTOR", "LOCATOR", "OUT_OF_SIGHT", "PRINT", "READER", "broken_parts_markdown"]

DETECTOR, LOCATOR, READER = "label not found", "lines not found", "not read where they truly are"
OUT_OF_SIGHT = "label out of this camera's sight"
PRINT = "neither line left whole"
"""What lost an answer, as the figures name it."""
PARTS = (DETECTOR, LOCATOR, READER, PRINT, OUT_OF_SIGHT)


def broken_parts_markdown(figures: Mapping[str, Any]) -> tuple[str, ...]:
    """Table of wrong answers by the part that lost them; empty where nothing was looked at."""
    rows: Sequence[Row] = figures["broken_parts"]
    if not rows:
        return ()
    told = [
        (
            f"{arm_cell(row['arm'])} ({code_span(row['mix'])})",
            f"{row['wrong']:,} of {row['parcels']:,}",
            *(f"{_share(row, part):.2f}" for part in PARTS),
            f"{100.0 - sum(_share(row, part) for part in (READER, PRINT, OUT_OF_SIGHT)):.2f}",
            f"{100.0 * row['legible'] / row['parcels']:.2f}",
            _of_legible(row),
        )
        for row in rows
    ]
    header = (
        "arm (mix)",
        "wrong of readable",
        *(f"{part} %" for part in PARTS),
        "read at the true places %",
        "with a whole line %",
        "of these right %",
    )
    return (
        "## Which part breaks",
        table(header, told),
        "Wrong first answers in production to readable parcels, in % of those parcels, by the "
        "part that lost them. Each was looked at once more, and its lines were read where they "
        "truly are: what is right there was lost by the detector, if no box shares half its area "
        "with the label, or by the locator. What is wrong there stays wrong whatever stands before "
        "the reader: it is the reader's, or geometry leaves neither line whole. *Read at the true "
        "places*: the most that a better detector and locator could reach with this reader. *With "
        "a whole line*: readable parcels with half of the ink of every symbol of the sort code in "
        "sight, or of eleven digits of the tracking id, whose check digit gives back the twelfth. "
        "On the others a symbol is to be told from less than half of its ink, which is harder but "
        "no bound. *Of these right*: first answers, with their 95 % interval (Wilson).",
    )


def _of_legible(row: Row) -> str:
    whole, right = row["legible"], row["legible_right"]
    if not whole:
        return "-"
    low, high = wilson(right, whole)
    return f"{100.0 * right / whole:.2f} [{100.0 * low:.2f}, {100.0 * high:.2f}]"


def _share(row: Row, part: str) -> float:
    return 100.0 * float(row["broken"].get(part, 0)) / float(row["parcels"])
