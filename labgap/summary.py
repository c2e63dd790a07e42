"""The short table a run ends with."""

from collections.abc import Sequence
from dataclasses import asdict
from io import StringIO
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from labgap.running import FinishedRun
from metrics.catalogue import CATALOGUE
from metrics.photos import PhotoFigures
from metrics.records import Record

__all__ = ["summary_record", "summary_table"]

MOST_REFUSED = 10
"""Photographs that could not be used are named up to here; the report names more."""
SHOWN = (
    "throughput.per_lane_h",
    "accuracy.forced",
    "rate.read",
    "rate.hand_off",
    "rate.misread",
    "rate.to_desk",
    "rate.misroute",
    "rate.exception",
)


def _all_parcels(records: Sequence[Record], metric: str, arm: str) -> dict[str, Record]:
    return {
        record.condition: record
        for record in records
        if record.metric == metric and record.arm == arm and record.group == "all"
    }


def _value(record: Record | None, share: bool) -> str:
    if record is None or record.value is None:
        return "-"
    return f"{100 * record.value:.2f} %" if share else f"{record.value:,.1f}"


def _gap(record: Record | None, share: bool) -> str:
    if record is None or record.value is None:
        return "-"
    scale, unit, digits = (100.0, " pp", 2) if share else (1.0, "", 1)
    value = f"{scale * record.value:+.{digits}f}{unit}"
    if record.low is None or record.high is None:
        return value
    return f"{value} [{scale * record.low:+.{digits}f}, {scale * record.high:+.{digits}f}]"


def summary_table(run: FinishedRun) -> str:
    """Render the summary, one block of rows an arm."""
    table = Table(box=box.SIMPLE_HEAD, title=run.spec.scenario.title, title_justify="left")
    for heading in ("arm", "measure"):
        table.add_column(heading)
    for heading in ("lab", "production", "gap (lab - production) [95 %]"):
        table.add_column(heading, justify="right")
    for arm in run.spec.arms:
        for index, metric in enumerate(SHOWN):
            found = _all_parcels(run.metrics.records, metric, arm.name)
            share = CATALOGUE[metric].unit == "share"
            table.add_row(
                arm.name if index == 0 else "",
                CATALOGUE[metric].title,
                _value(found.get("lab"), share),
                _value(found.get("production"), share),
                _gap(found.get("gap"), share),
            )
    out = StringIO()
    Console(file=out, width=100, no_color=True).print(table)
    seen = [] if run.metrics.photos is None else photo_lines(run.metrics.photos)
    said = [f"note: {note.text}" for note in run.metrics.notes if note.group == "unanswered"]
    return "\n".join([out.getvalue().rstrip(), *seen, *said])


def photo_lines(figures: PhotoFigures) -> list[str]:
    """Say what each arm read of real photographs, and how many files could not be used."""
    lines = []
    for record in figures.records:
        if record.group == "all":
            lines.append(
                f"real photographs, {record.arm}: {record.right} of {record.photos} read right = "
                f"{100 * record.read_rate:.1f} % [{100 * record.read_low:.1f}, "
                f"{100 * record.read_high:.1f}], {record.wrong} wrong, {record.nothing} not read; "
                f"in a lane {record.accepted} accepted, {record.reviewed} to review, "
                f"{record.unread} no-reads"
            )
    for file, why in figures.refused[:MOST_REFUSED]:
        lines.append(f"not used: {ascii(file)[1:-1]}: {why}")
    if len(figures.refused) > MOST_REFUSED:
        lines.append(f"not used: {len(figures.refused) - MOST_REFUSED} more, see metrics.json")
    return lines


def summary_record(run: FinishedRun) -> dict[str, Any]:
    """Render the summary for programs."""
    return {
        "run": str(run.folder.path),
        "report": str(run.folder.path / "report.html"),
        "replay": str(run.folder.path / "replay.html"),
        "notes": [note.text for note in run.metrics.notes if note.group == "unanswered"],
        **({} if run.metrics.photos is None else {"photos": run.metrics.photos.record()}),
        "records": [
            asdict(record)
            for record in run.metrics.records
            if record.group == "all" and record.metric in SHOWN
        ],
    }
