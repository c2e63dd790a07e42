"""Readers that nobody trained on these labels, on the few parcels they have time for."""

from collections.abc import Mapping
from typing import Any

from reports.escaping import code_span
from reports.vision_cells import (
    OUTSIDE,
    answers_of,
    arm_cell,
    record_of,
    table,
    with_interval,
    wrong_cell,
)

__all__ = ["outside_markdown"]


def outside_markdown(figures: Mapping[str, Any]) -> tuple[str, ...]:
    """What readers off the shelf were worth; nothing where it was not measured."""
    outside = figures["outside"]
    if outside is None:
        return ()
    rows = []
    for arm in outside["arms"]:
        shares = [
            record_of(outside, OUTSIDE, metric, arm, condition, group)
            for metric, condition, group in (
                ("accuracy.forced", "lab", "readable=yes"),
                ("accuracy.forced", "production", "readable=yes"),
                ("rate.hand_off", "production", "all"),
                ("rate.no_read", "production", "all"),
            )
        ]
        answers = answers_of(outside, OUTSIDE, arm, "production")
        wrong = "not measured" if answers is None else wrong_cell(answers)
        rows.append((arm_cell(arm), *map(with_interval, shares), wrong))
    header = (
        "arm",
        "lab, readable %",
        "production, readable %",
        "review %",
        "no read %",
        "accepted, wrong of accepted",
    )
    return (
        "## Off the shelf",
        table(header, rows),
        f"{code_span(OUTSIDE)}: {outside['parcels']:,} parcels of the production mix, few because "
        "OCR takes a second and more for a picture. *OCR* is a general one as it comes; the "
        "*incumbent* reads bar codes, and asks OCR where there is none.",
    )
