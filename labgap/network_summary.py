"""The short table a network run ends with."""

from dataclasses import asdict
from io import StringIO
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from labgap.network_running import FinishedNetwork
from metrics.network import NETWORK_ARM, TIER_NOTE
from metrics.network_catalogue import NETWORK_CATALOGUE
from metrics.records import Record

__all__ = ["network_summary_record", "network_summary_table"]

SHOWN = (
    "network.parcels",
    "network.late_share",
    "network.centres_late_share",
    "network.late_share_worst_decile",
    "network.time_in_centre.p95_middle_s",
    "network.time_in_centre.p95_worst_decile_s",
    "network.backlog_peak",
)


def network_summary_table(run: FinishedNetwork) -> str:
    """Render the summary: words on what was not run, then a row a measure."""
    table = Table(box=box.SIMPLE_HEAD, title=run.spec.scenario.title, title_justify="left")
    table.add_column("measure")
    for heading in ("lab", "production", "gap (lab - production) [95 %]"):
        table.add_column(heading, justify="right")
    for metric in SHOWN:
        spec = NETWORK_CATALOGUE[metric]
        told = [
            _told(run.metrics.get(metric, arm=NETWORK_ARM, condition=condition), spec.unit)
            for condition in ("lab", "production", "gap")
        ]
        table.add_row(spec.title, *told)
    out = StringIO()
    Console(file=out, width=110, no_color=True).print(table)
    return f"{TIER_NOTE}\n{out.getvalue().rstrip()}"


def network_summary_record(run: FinishedNetwork) -> dict[str, Any]:
    """Render the summary for programs."""
    return {
        "run": str(run.folder.path),
        "report": str(run.folder.path / "report.html"),
        "tier": TIER_NOTE,
        "records": [asdict(record) for record in run.metrics.records if record.metric in SHOWN],
    }


def _told(record: Record, unit: str) -> str:
    if record.value is None:
        return "-"
    gap = record.condition == "gap"
    scale, suffix = (100.0, " pp" if gap else " %") if unit == "share" else (1.0, "")
    digits, sign = (2 if unit == "share" else 1), ("+" if gap else "")
    suffix = " s" if unit == "s" else suffix
    text = f"{scale * record.value:{sign},.{digits}f}{suffix}"
    if not gap or record.low is None or record.high is None:
        return text
    ends = (f"{scale * end:{sign},.{digits}f}" for end in (record.low, record.high))
    return f"{text} [{', '.join(ends)}]"
