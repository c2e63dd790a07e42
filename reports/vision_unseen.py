"""Damage kept from training beside damage that was trained on."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.vision_cells import Row, arm_cell, table, with_interval
from reports.vision_seeds import further_seeds

__all__ = ["GRAIN", "KINDS", "SEEN", "SEVERITIES", "UNDAMAGED", "of_group", "unseen_markdown"]

KINDS, SEVERITIES = "kinds kept from training", "severities kept from training"
GRAIN = "severities of noise kept from training"
SEEN, UNDAMAGED = "trained damage", "undamaged"
"""Groups of parcels by what their damage was, as the figures name them."""


def of_group(figures: Mapping[str, Any], arm: str, mix: str, group: str) -> Row | None:
    """What an arm made of a group of parcels; None where there are none of them."""
    rows: Sequence[Row] = figures["unseen"]
    for row in rows:
        if (row["arm"], row["mix"], row["group"]) == (arm, mix, group) and row["parcels"]:
            return row
    return None


def unseen_markdown(figures: Mapping[str, Any]) -> tuple[str, ...]:
    """Table of what damage loses, by what it was; empty where either mix was not measured."""
    again = further_seeds(figures)
    rows = []
    columns = (
        ("production", UNDAMAGED),
        ("unseen", UNDAMAGED),
        ("production", SEEN),
        ("unseen", SEVERITIES),
        ("unseen", GRAIN),
        ("unseen", KINDS),
    )
    for arm in figures["arms"]:
        found = [of_group(figures, arm, mix, group) for mix, group in columns]
        if arm in again or not any(found):
            continue
        told = [
            each and each["wrong" if group == UNDAMAGED else "lost"]
            for each, (_, group) in zip(found, columns, strict=True)
        ]
        rows.append([arm_cell(arm), *(with_interval(each) for each in told)])
    if not rows:
        return ()
    counted = [_parcels(figures, mix, group) for mix, group in columns]
    header = (
        "arm",
        "no damage",
        "no damage, half the labels of other fonts and layout",
        SEEN,
        SEVERITIES,
        GRAIN,
        KINDS,
    )
    return (
        "## Seen and unseen",
        table(header, rows),
        "First answers in production: wrong ones among readable parcels that nothing damages, and "
        "lost ones among damaged parcels, which are wrong though the same parcel's answer in the "
        "lab is right; %. Parcels: "
        + ", ".join(f"{parcels:,}" for parcels in counted)
        + ". *Trained damage*: parcels of `vision_production` that no severity kept from training "
        "hits. What was kept from training is of `vision_unseen`, where half of the labels have "
        "fonts or a layout kept from training, too. *Severities of noise*: of a tired sensor and "
        "of low light, which robustness training was kept from in the twin, but whose grain is no "
        "stronger than what it adds to lines of its own; they are no test of the unseen.",
    )


def _parcels(figures: Mapping[str, Any], mix: str, group: str) -> int:
    """How many parcels a group has, the most that any arm read of it."""
    rows: Sequence[Row] = figures["unseen"]
    return max(
        (row["parcels"] for row in rows if (row["mix"], row["group"]) == (mix, group)), default=0
    )
