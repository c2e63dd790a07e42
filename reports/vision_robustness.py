"""Effective robustness in words: readers about the line of standard training."""

from collections.abc import Mapping
from typing import Any

from reports.escaping import markdown_prose
from reports.vision_cells import arm_cell, table
from reports.vision_seeds import spread, trained_alike

__all__ = ["robustness_markdown"]

WORLDS = ("lab", "production")


def robustness_markdown(figures: Mapping[str, Any]) -> tuple[str, ...]:
    """Blocks of the page; none where the row of readers was not played."""
    found = figures["robustness"]
    if found is None:
        return ()
    title = "## Effective robustness"
    if found["line"] is None:
        return (title, f"No line can be drawn: {markdown_prose(found['why_not'])}.")
    counts = found["counts"]
    rows = []
    for arm in sorted(counts, key=lambda arm: (arm not in found["standard"], counts[arm]["lab"])):
        of_arm = counts[arm]
        leverage = found["leverage"].get(arm)
        rows.append(
            (
                arm_cell(arm),
                _training(found["training"][arm]),
                f"{100 * of_arm['lab'] / of_arm['items']:.2f}",
                f"{100 * of_arm['production'] / of_arm['items']:.2f}",
                f"{100 * found['value'][arm]:+.2f} "
                f"[{100 * found['low'][arm]:+.2f}, {100 * found['high'][arm]:+.2f}]",
                "" if leverage is None else f"{leverage:.2f}",
            )
        )
    header = ("reader", "training", "lab %", "production %", "effective robustness pp", "leverage")
    items = next(iter(counts.values()))["items"]
    return (
        title,
        table(header, rows),
        f"First answers to {items:,} readable parcels of {found['replications']} replications. The "
        "line goes through the readers that have a leverage: those whose training does nothing for "
        f"robustness. On logits it has slope {found['slope']:.2f} and r² {found['r_squared']:.3f}. "
        "*Effective robustness*: accuracy in production less that of the line at the reader's lab "
        "accuracy (Taori et al. 2020), with the line's prediction interval; a reader of the line "
        "is held against the line through the others. *Leverage*: the share of its own place on "
        "the line that a reader decides; what lies right of all others is extrapolated. Two "
        "cautions: points that are steps of one training lean on one another, which the intervals "
        "do not know; and of a reader without a mistake in the lab the place on the line is set by "
        "how many parcels it was shown, half a parcel being counted as wrong.",
        *_seeds(found),
    )


def _seeds(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Readers trained alike, seed by seed: how much of a place is luck."""
    rows = []
    for arms in trained_alike(found["training"]):
        told = [found["counts"][arm] for arm in arms]
        rows.append(
            (
                _recipe(found["training"][arms[0]]),
                str(len(arms)),
                *(spread([each[world] / each["items"] for each in told]) for world in WORLDS),
            )
        )
    if not rows:
        return ()
    header = ("training", "seeds", "lab %", "production %")
    return (
        table(header, rows),
        "Mean over readers trained alike with other seeds, and the least and the most of them.",
    )


def _training(told: Mapping[str, Any] | None) -> str:
    if told is None:
        return ""
    return f"{_recipe(told)}, seed {told['seed']}"


def _recipe(told: Mapping[str, Any]) -> str:
    more = f" more of adversarial round {told['round']}" if "round" in told else ""
    return markdown_prose(f"{told['recipe']}, {told['size']}, {told['steps']:,} steps{more}")
