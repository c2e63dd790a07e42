"""Accuracy against time: what a smaller or larger network buys."""

from collections.abc import Mapping
from typing import Any

from reports.escaping import markdown_cell
from reports.vision_cells import judged_cell, mark_note, table, with_interval

__all__ = ["sizes_markdown"]


def sizes_markdown(figures: Mapping[str, Any]) -> tuple[str, ...]:
    """Accuracy against time for networks of several sizes; nothing where it was not measured."""
    if not figures["sizes"]:
        return ()
    rows = [
        (
            judged_cell(row["arm"], row["lab"]["value"]),
            markdown_cell(row["trained"]["size"]),
            f"{row['trained']['steps']:,}",
            f"{row['trained']['seconds'] / 60:.0f}",
            f"{row['chain_seconds'] / 60:.0f}",
            "not measured" if row["milliseconds"] is None else f"{row['milliseconds']:.1f}",
            with_interval(row["lab"]),
            with_interval(row["production"]),
        )
        for row in figures["sizes"]
    ]
    header = (
        "arm",
        "network",
        "steps",
        "minutes",
        "all networks' minutes",
        "ms a parcel",
        "lab %",
        "production %",
    )
    shown = table(header, rows)
    return (
        "## Accuracy against time",
        shown,
        "Readable parcels, every answer accepted. *Minutes*: of the training on damaged labels of "
        "what reads, and with the detector and the locator that all sizes share; wall time of one "
        "thread, which other work may have stretched. "
        "*Milliseconds*: one process with one thread, in batches, all "
        "networks.",
        mark_note(shown),
    )
