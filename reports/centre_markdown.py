"""The centre around the reader, in Markdown."""

from collections.abc import Sequence

from reports.camera_figures import camera_sentences
from reports.desk_words import desk_words
from reports.escaping import code_span, markdown_cell, markdown_prose
from reports.funnel import WORLDS, funnel_stages
from reports.inputs import ReportInputs
from reports.noticing import how_watched, noticing_words
from reports.quantities import Unit, count, value
from reports.recovery_words import recovery_words
from reports.selection import Selection
from reports.worst_groups import worst_groups

__all__ = ["centre_blocks"]

_MOST_GROUPS = 6


def centre_blocks(inputs: ReportInputs, selection: Selection) -> list[str]:
    """Worst groups, funnel, people and camera; only those the run knows."""
    blocks = (
        _worst(inputs, selection),
        _funnel(inputs, selection),
        _recovery(selection),
        _detecting(inputs, selection),
        _people(selection),
        _camera(inputs),
    )
    return [block for block in blocks if block]


def _worst(inputs: ReportInputs, selection: Selection) -> str:
    tables = []
    for found in worst_groups(inputs.metrics.explored, selection, _MOST_GROUPS):
        header = [column.header for column in found.columns]
        numeric = [column.numeric for column in found.columns]
        rows = []
        for row in found.rows:
            first = f"{code_span(row[0].text)} ({markdown_prose(row[0].small)})"
            rows.append([first, *(cell.text for cell in row[1:])])
        tables.append(f"{markdown_prose(found.caption)}\n\n{_table(header, numeric, rows)}")
    if not tables:
        return ""
    why = "Intervals allow for all groups looked at (Bonferroni): only what is marked is found."
    return "\n\n".join(["### Where it reads worst", why, *tables])


def _funnel(inputs: ReportInputs, selection: Selection) -> str:
    rows = []
    for arm in selection.arms:
        for stage in funnel_stages(inputs.metrics.funnel, arm):
            cells = [code_span(arm), markdown_prose(stage.words)]
            for world in WORLDS:
                cells.append(value(stage.shares[world], Unit.SHARE))
                cells.append(count(stage.parcels[world]))
            rows.append(cells)
    header = ["Arm", "Stage", "Lab", "parcels", "Production", "parcels"]
    table = _table(header, [False, False, True, True, True, True], rows)
    return f"### From the dock to the right chute\n\n{table}" if rows else ""


def _recovery(selection: Selection) -> str:
    lines = [f"- {markdown_prose(text)}" for text in recovery_words(selection)]
    return "\n".join(["### After an incident", "", *lines]) if lines else ""


def _detecting(inputs: ReportInputs, selection: Selection) -> str:
    found = noticing_words(inputs.metrics.noticed, len(selection.arms) > 1)
    lines = [f"- {markdown_prose(text)}" for text in found]
    head = ["### Time to detect", "", markdown_prose(how_watched()), ""]
    return "\n".join([*head, *lines]) if lines else ""


def _people(selection: Selection) -> str:
    lines = [
        f"- {code_span(item.arm)}: {markdown_prose(' '.join(item.sentences))}"
        for item in desk_words(selection)
    ]
    return "\n".join(["### The people at the desk", "", *lines]) if lines else ""


def _camera(inputs: ReportInputs) -> str:
    if inputs.camera is None:
        return ""
    lines = [f"- {markdown_prose(text)}" for text in camera_sentences(inputs.camera)]
    return "\n".join(["### What the camera can resolve", "", *lines])


def _table(header: Sequence[str], numeric: Sequence[bool], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---:" if right else "---" for right in numeric]
    lines = [list(header), rule, *([markdown_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
