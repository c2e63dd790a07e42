"""Rows of the vision bench's figures, and how they stand in a table."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reports.escaping import code_span, markdown_cell
from reports.quantities import Unit, value

__all__ = [
    "ACCEPTED",
    "OUTSIDE",
    "PRODUCTION",
    "UNSEEN",
    "Row",
    "answers_of",
    "arm_cell",
    "judged_cell",
    "mark_note",
    "per_hour",
    "percent",
    "points",
    "record_of",
    "table",
    "with_interval",
    "wrong_cell",
]

Row = Mapping[str, Any]

PRODUCTION, UNSEEN, OUTSIDE = "vision_production", "vision_unseen", "vision_outside"
ACCEPTED = "vision_accepted"

LEAST_LAB = 0.99
"""Least right in the lab for a gap to be a finding: who reads undamaged labels badly was not made
for them, and loses nothing by damage that is to be told."""


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Render columns of numbers behind one of names."""
    lines = [
        "| " + " | ".join(header) + " |",
        "|---|" + "---:|" * (len(header) - 1),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines) if rows else ""


def record_of(
    figures: Mapping[str, Any], mix: str, metric: str, arm: str, condition: str, group: str
) -> Row | None:
    """The record of a metric, as `metrics.records` has it; None where it was not measured."""
    wanted = (mix, metric, arm, condition, group)
    rows: Sequence[Row] = figures["records"]
    for row in rows:
        if (row["mix"], row["metric"], row["arm"], row["condition"], row["group"]) == wanted:
            return row
    return None


def answers_of(figures: Mapping[str, Any], mix: str, arm: str, world: str) -> Row | None:
    """What an arm's first answers in a world were worth; None where it was not measured."""
    rows: Sequence[Row] = figures["answers"]
    for row in rows:
        if (row["mix"], row["arm"], row["world"]) == (mix, arm, world):
            return row
    return None


def arm_cell(name: str) -> str:
    """Name of an arm."""
    return markdown_cell(code_span(name))


def judged_cell(name: str, lab: float | None) -> str:
    """Name of an arm, marked where its share right in the lab, if known, is below `LEAST_LAB`."""
    return arm_cell(name) + (" †" if lab is not None and lab < LEAST_LAB else "")


def mark_note(text: str) -> str:
    """What the mark of `judged_cell` means, where a table has one; else nothing."""
    if "†" not in text:
        return ""
    return (
        f"† reads less than {100 * LEAST_LAB:.0f} % right in the lab: what it loses in production "
        "is no finding about damage."
    )


def percent(share: float) -> str:
    """Share in percent, with its unit."""
    return f"{100 * share:.4g} %"


def points(share: float) -> str:
    """Difference of shares in percentage points, with its unit."""
    return f"{100 * share:.2g} pp"


def with_interval(record: Row | None) -> str:
    """Value in percent, with its interval where there is one."""
    return _told(record, lambda share: f"{100 * share:.2f}")


def per_hour(record: Row | None) -> str:
    """Parcels an hour, with their interval where there is one."""
    return _told(record, "{:,.0f}".format)


def _told(record: Row | None, words: Callable[[float], str]) -> str:
    if record is None or record["value"] is None:
        return "not measured"
    text = words(record["value"])
    if record["low"] is not None and record["high"] is not None:
        text += f" [{words(record['low'])}, {words(record['high'])}]"
    return text


def wrong_cell(answers: Row) -> str:
    """Wrong among accepted answers, with the interval of their share."""
    if not answers["accepted"]:
        return "nothing accepted"
    low, high = answers["accepted_wrong_interval"]
    share = value(answers["accepted_wrong"] / answers["accepted"], Unit.SHARE)
    return (
        f"{answers['accepted_wrong']:,} of {answers['accepted']:,}: {share} "
        f"[{100 * low:.2f}, {100 * high:.2f}]"
    )
