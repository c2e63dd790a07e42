"""Forced choice in the lab and in production: the bench's first tables."""

from collections.abc import Mapping
from typing import Any

from reports.vision_cells import (
    PRODUCTION,
    UNSEEN,
    arm_cell,
    judged_cell,
    mark_note,
    record_of,
    table,
    with_interval,
)
from reports.vision_seeds import seeds_markdown

__all__ = ["headline_markdown", "trained_again_markdown"]


def headline_markdown(figures: Mapping[str, Any]) -> tuple[str, ...]:
    """What every arm reads right in either world, and line by line."""
    shown = _forced_choice(figures)
    return (
        "## Headline",
        shown,
        "Forced choice: the best proposal counts, whatever the reader decided; it is right if it "
        "names sort code, tracking id or both, and nothing else than what is printed. No proposal, "
        "one after the diverter, or a parcel the machine kept from the camera is wrong. "
        "*Readable*: only parcels whose label geometry leaves in view. Brackets are 95 % intervals "
        "over replications, gaps paired by parcel.",
        mark_note(shown),
        *_lines(figures),
    )


def _forced_choice(figures: Mapping[str, Any]) -> str:
    rows = []
    for arm in figures["arms"]:
        lab = record_of(figures, PRODUCTION, "accuracy.forced", arm, "lab", "all")
        cells = [judged_cell(arm, None if lab is None else lab["value"])]
        for group in ("all", "readable=yes"):
            for condition in ("lab", "production", "gap"):
                cells.append(
                    with_interval(
                        record_of(figures, PRODUCTION, "accuracy.forced", arm, condition, group)
                    )
                )
        unseen = record_of(figures, UNSEEN, "accuracy.forced", arm, "production", "readable=yes")
        cells.append(with_interval(unseen))
        rows.append(cells)
    header = (
        "arm",
        "lab %",
        "production %",
        "gap pp",
        "lab, readable %",
        "production, readable %",
        "gap, readable pp",
        "unseen, readable %",
    )
    return table(header, rows)


def _lines(figures: Mapping[str, Any]) -> tuple[str, ...]:
    """Each line by itself: a right answer needs one of them, a chute the sort code."""
    rows = []
    for row in figures["lines"]:
        if row["mix"] == PRODUCTION and row["parcels"]:
            counts = [row[key] for key in ("sort_code", "tracking_id", "both", "neither")]
            shares = (f"{100 * count / row['parcels']:.2f}" for count in counts)
            rows.append([arm_cell(row["arm"]), f"{row['parcels']:,}", *shares])
    if not rows:
        return ()
    header = ("arm", "readable", "sort code %", "tracking id %", "both %", "neither %")
    return (
        "Line by line, first answers in production to readable parcels: offered, and as printed.",
        table(header, rows),
    )


def trained_again_markdown(figures: Mapping[str, Any]) -> tuple[str, ...]:
    """Spread over seeds of a training, and ways to train held against one another."""
    seeds = seeds_markdown(figures)
    if not seeds:
        return ()
    return (
        "## Trained again",
        seeds,
        "Mean over readers trained alike with other seeds, and the least and the most of them.",
        *(
            f"{arm_cell(row['arms'][0])} reads {100 * row['value']:.2f} pp "
            f"[{100 * row['low']:.2f}, {100 * row['high']:.2f}] more of the readable parcels right "
            f"in production than {arm_cell(row['reference'][0])}: paired by parcel, "
            f"over {row['replications']} replications and {len(row['arms'])} trainings of either, "
            "both taken for samples of more."
            for row in figures["methods"]
            if row["mix"] == PRODUCTION and row["low"] is not None
        ),
    )
