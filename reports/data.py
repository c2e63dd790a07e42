"""The numbers behind the page, embedded so that nobody has to ask for them."""

from reports.escaping import json_for_html
from reports.inputs import ReportInputs

__all__ = ["embedded_data"]

_COLUMNS = (
    "metric",
    "arm",
    "condition",
    "group",
    "value",
    "low",
    "high",
    "n",
    "replications",
)


def embedded_data(inputs: ReportInputs, budget: int) -> str:
    """Serialise scenario, manifest, records and notes as JSON that is safe inside a script element.

    Records that do not fit `budget` bytes are left out from the finest groups up, and
    ``left_out`` counts them; `labgap metrics RUN --json` prints them all.
    """
    rows = [[getattr(record, name) for name in _COLUMNS] for record in inputs.metrics.records]
    whole = _serialised(inputs, rows, 0)
    if len(whole) <= budget:
        return whole
    kept: set[int] = set()
    left = budget - len(_serialised(inputs, [], len(rows)))
    for index in sorted(range(len(rows)), key=lambda i: (_fineness(rows[i][3]), i)):
        left -= len(json_for_html(rows[index])) + 1
        if left < 0:
            break
        kept.add(index)
    rows = [row for index, row in enumerate(rows) if index in kept]
    text = _serialised(inputs, rows, len(inputs.metrics.records) - len(rows))
    return text if len(text) <= budget else ""


def _fineness(group: str) -> int:
    return 0 if group == "all" else 1 + group.count(",")


def _serialised(inputs: ReportInputs, rows: list[list[object]], left_out: int) -> str:
    return json_for_html(
        {
            "schema_version": 1,
            "run": inputs.run_name,
            "scenario": inputs.scenario.model_dump(mode="json"),
            "manifest": inputs.manifest,
            "columns": _COLUMNS,
            "rows": rows,
            "left_out": left_out,
            "notes": [
                [note.metric, note.arm, note.condition, note.group, note.text]
                for note in inputs.metrics.notes
            ],
        }
    )
