"""The report as Markdown that fits a pull request; texts from outside stay inert."""

from collections.abc import Mapping, Sequence

from metrics.records import Record
from reports.centre_markdown import centre_blocks
from reports.damage import damages, parcels_meant
from reports.escaping import code_span, markdown_cell, markdown_prose
from reports.inputs import ReportInputs
from reports.photographs import IN_LANE, beside, in_lane, refusals
from reports.quantities import Unit, count, difference, interval, value
from reports.selection import Selection
from reports.verdict import ArmVerdict, Verdict, verdict
from reports.words import (
    FINAL_OUTCOMES,
    FIRST_PASS_OUTCOMES,
    metric_words,
    outcome_words,
)

__all__ = ["SIZE_LIMIT", "render_markdown"]

SIZE_LIMIT = 60_000
"""Characters; a pull request comment holds 65,536."""
_MOST_FAILURES = 6
_OPERATION = (
    "throughput.offered_per_lane_h",
    "throughput.per_lane_h",
    "rate.recirculated",
    "rate.missed_deadline",
    "wait.induction_mean_s",
    "wait.review_mean_s",
    "time_in_system.mean_s",
    "utilisation.review_desk",
    "utilisation.induction",
)


def render_markdown(inputs: ReportInputs) -> str:
    """Render the report's essentials as GitHub-flavoured Markdown.

    Parameters
    ----------
    inputs : ReportInputs

    Returns
    -------
    str
        At most `SIZE_LIMIT` characters; whole sections are dropped from the end, and the text
        says so, where more would be needed.
    """
    selection = Selection(inputs.metrics.records, [arm.name for arm in inputs.scenario.arms])
    found = verdict(inputs, selection)
    blocks = [
        f"## {markdown_prose(inputs.scenario.title)}",
        f"**{markdown_prose(found.headline)}**",
        *(f"> **Note.** {markdown_prose(caution)}" for caution in found.cautions),
        _arms(selection, found),
        *(_operation_of(arm) for arm in found.arms),
        _changes(selection, "First pass: what the reader answered", FIRST_PASS_OUTCOMES),
        _changes(selection, "In the end: where the parcels went", FINAL_OUTCOMES),
        _changes(selection, "Lanes, waits and people", _OPERATION),
        _kinds(selection, found.metric),
        *centre_blocks(inputs, selection),
        _failures(inputs),
        _photographs(inputs, selection),
        _published(inputs),
        _method(inputs, selection),
    ]
    return _fitted([block for block in blocks if block])


def _fitted(blocks: list[str]) -> str:
    cut = "_Sections beyond the size of a comment were left out; see the HTML report._"
    text = "\n\n".join(blocks) + "\n"
    while len(text) > SIZE_LIMIT and len(blocks) > 1:
        blocks = blocks[:-1]
        text = "\n\n".join([*blocks, cut]) + "\n"
    return text if len(text) <= SIZE_LIMIT else cut + "\n"


def _table(header: tuple[str, ...], numeric: int, rows: Sequence[tuple[str, ...]]) -> str:
    """Lay out a table whose last `numeric` columns are set right."""
    if not rows:
        return ""
    rule = ["---"] * (len(header) - numeric) + ["---:"] * numeric
    lines = [header, tuple(rule), *(tuple(markdown_cell(cell) for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _number(record: Record | None) -> float | None:
    return None if record is None else record.value


def _arms(selection: Selection, found: Verdict) -> str:
    words = metric_words(found.metric)
    rows = []
    for arm in found.arms:
        row = selection.compare(found.metric, arm.arm)
        low, high = (None, None) if row.gap is None else (row.gap.low, row.gap.high)
        rows.append(
            (
                code_span(arm.arm),
                f"{arm.tone.shape} {arm.tone.word}",
                value(_number(row.lab), words.unit),
                value(_number(row.production), words.unit),
                difference(_number(row.gap), words.unit),
                interval(low, high, words.unit, is_difference=True),
            )
        )
    header = ("Arm", "Verdict", "Lab", "Production", "Gap (lab \u2212 production)", "95% interval")
    return f"{words.label} ({code_span(found.metric)})\n\n{_table(header, 4, rows)}"


def _operation_of(arm: ArmVerdict) -> str:
    lines = [f"**{code_span(arm.arm)}**: {markdown_prose(arm.sentence)}", ""]
    lines += [f"- **{point.topic}**: {markdown_prose(point.sentence)}" for point in arm.points]
    return "\n".join(lines)


def _changes(selection: Selection, title: str, metrics: tuple[str, ...]) -> str:
    rows = []
    for metric in metrics:
        words = metric_words(metric)
        for arm in selection.arms:
            row = selection.compare(metric, arm)
            if row.is_empty:
                continue
            low, high = (None, None) if row.gap is None else (row.gap.low, row.gap.high)
            rows.append(
                (
                    words.label,
                    code_span(arm),
                    value(_number(row.lab), words.unit),
                    value(_number(row.production), words.unit),
                    difference(_number(row.gap), words.unit),
                    interval(low, high, words.unit, is_difference=True),
                )
            )
    table = _table(("", "Arm", "Lab", "Production", "Gap", "95% interval"), 4, rows)
    return f"### {title}\n\n{table}" if table else ""


def _kinds(selection: Selection, metric: str) -> str:
    words = metric_words(metric)
    rows = []
    found = damages(selection, metric)
    for damage in found:
        caveat = f" ({damage.caveat})" if damage.caveat else ""
        for arm in selection.arms:
            gap = selection.get(metric, arm, "gap", damage.group())
            if gap is not None and gap.value is not None:
                rows.append(
                    (
                        code_span(damage.words) + caveat,
                        code_span(arm),
                        difference(gap.value, words.unit),
                        interval(gap.low, gap.high, words.unit, is_difference=True),
                        count(gap.n),
                    )
                )
    table = _table(("Kind", "Arm", "Gap", "95% interval", "n"), 3, rows)
    title = f"### What hurts: {words.label.lower()} by kind of damage"
    return f"{title}\n\n{parcels_meant(found).capitalize()}.\n\n{table}" if table else ""


def _failures(inputs: ReportInputs) -> str:
    rows = [
        (
            code_span(item.parcel_id),
            markdown_prose(outcome_words(item.outcome)),
            code_span(item.arm),
            code_span(", ".join(item.conditions) or "no damage"),
            code_span(_texts(item.truth)),
            code_span(_texts(item.read) or "nothing"),
            code_span(item.command or "-"),
        )
        for item in inputs.gallery[:_MOST_FAILURES]
    ]
    header = ("Parcel", "Outcome", "Arm", "Damage", "Truth", "Read", "Draw it again")
    table = _table(header, 0, rows)
    return f"### Failures worth a look\n\n{table}" if table else ""


def _texts(texts: Mapping[str, str]) -> str:
    return ", ".join(f"{key} {text}" for key, text in texts.items())


def _photographs(inputs: ReportInputs, selection: Selection) -> str:
    figures = inputs.metrics.photos
    if figures is None:
        return ""
    rows = []
    for record in figures.records:
        if record.group == "all":
            lab, production = beside(selection, record.arm)
            rows.append(
                (
                    code_span(record.arm),
                    value(lab, Unit.SHARE),
                    value(production, Unit.SHARE),
                    f"{record.photos:,}",
                    value(record.read_rate, Unit.SHARE),
                    interval(record.read_low, record.read_high, Unit.SHARE, is_difference=False),
                    f"{record.wrong:,}",
                    value(record.accuracy, Unit.SHARE),
                    in_lane(record),
                )
            )
    header = (
        "Arm",
        "Synthetic, lab",
        "Synthetic, production",
        "Photographs",
        "Read right",
        "95% interval",
        "Wrong text",
        "Right, of those answered",
        IN_LANE,
    )
    said = f"Each reader's first text is its answer; {refusals(figures)}."
    return f"### Real photographs\n\n{said}\n\n{_table(header, 8, rows)}"


def _published(inputs: ReportInputs) -> str:
    rows = [
        (markdown_prose(item.quantity), markdown_prose(item.figure()), markdown_prose(item.source))
        for item in inputs.references
        if item.domain == "sorting"
    ]
    table = _table(("Published, not measured here", "Figure", "Source"), 0, rows)
    return f"### What others have reported\n\n{table}" if table else ""


def _method(inputs: ReportInputs, selection: Selection) -> str:
    scenario = inputs.scenario
    replications = selection.replications() or scenario.replications
    fidelity = "the real model read every parcel"
    if scenario.fidelity.kind == "sampled":
        fidelity = f"sampled, {scenario.fidelity.parcels:,} parcels read by the real model in each"
    lines = [
        "### How it was measured",
        "",
        f"{replications} replications, seed {scenario.seed}; {fidelity}. Gap: lab minus "
        "production, paired by parcel on the first pass over everything that entered; missing and "
        "late answers count as wrong. Intervals: 95%, replications as clusters.",
    ]
    if inputs.reproduce:
        lines += ["", f"Run it again: {code_span(inputs.reproduce)}"]
    return "\n".join(lines)
