"""A gate in a pull request: the verdict, what failed, and the rest folded away."""

from collections.abc import Sequence

from metrics.gate.report import GateReport
from metrics.gate.verdict import Check, Level, Verdict
from reports.escaping import code_span, markdown_cell, markdown_prose
from reports.gate.words import MARKS, change, headline, level_words, margin_words, sentence, subject

__all__ = ["render_gate_markdown"]

_MOST = 60_000
"""Characters; a comment on a pull request takes 65,536."""
_ROWS = 100


def render_gate_markdown(report: GateReport) -> str:
    """GitHub-flavoured Markdown; every name is escaped."""
    text = _render(report, _ROWS)
    rows = _ROWS
    while len(text) > _MOST and rows:
        rows //= 2
        text = _render(report, rows)
    return text


def _render(report: GateReport, rows: int) -> str:
    parts = [
        f"## labgap gate: {MARKS[report.verdict]}",
        f"{markdown_prose(headline(report))}",
        f"Scenario {code_span(report.scenario)}; base {code_span(report.base)}; "
        f"candidate {code_span(report.candidate)}.",
    ]
    if report.problem:
        parts.append(" ".join(code_span(line) for line in report.problem.splitlines()))
    shown = [
        check
        for verdict in (Verdict.NOT_COMPARABLE, Verdict.FAIL, Verdict.INCONCLUSIVE)
        for check in report.having(verdict)
    ]
    if shown:
        parts.append("\n".join(_bullet(check, report.level) for check in shown[:rows]))
        if len(shown) > rows:
            parts.append(f"... and {len(shown) - rows} more.")
    if report.checks:
        parts.append(_details(report.checks, report, rows))
    parts += [f"> {markdown_prose(remark)}" for remark in report.remarks]
    parts.append("Reproduce:\n\n" + "\n".join(f"- {code_span(line)}" for line in report.reproduce))
    return "\n\n".join(parts) + "\n"


def _mark(check: Check) -> str:
    return MARKS[check.verdict] + (" (warn only)" if check.level is Level.WARN else "")


def _bullet(check: Check, level: float) -> str:
    return f"- **{_mark(check)}** {markdown_prose(sentence(check, level))}"


def _details(checks: Sequence[Check], report: GateReport, rows: int) -> str:
    lines = [
        "<details><summary>All checks</summary>",
        "",
        "| verdict | what | base | candidate | change | margin |",
        "|---|---|---|---|---|---|",
    ]
    for check in checks[:rows]:
        cells = (
            _mark(check),
            markdown_prose(subject(check)),
            level_words(check.base, check),
            level_words(check.candidate, check),
            change(check, report.level),
            margin_words(check),
        )
        lines.append("| " + " | ".join(markdown_cell(cell) for cell in cells) + " |")
    if len(checks) > rows:
        lines.append(f"\n{len(checks) - rows} more are in the JSON.")
    return "\n".join([*lines, "", "</details>"])
