"""A gate on a terminal."""

import textwrap

from metrics.gate.report import GateReport
from metrics.gate.verdict import Level, Verdict
from reports.escaping import visible
from reports.gate.words import MARKS, headline, sentence

__all__ = ["render_text"]

_ORDER = (Verdict.NOT_COMPARABLE, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.PASS)


def render_text(report: GateReport) -> str:
    """Plain text, worst first, without any control character of anybody's."""
    lines = [
        f"{MARKS[report.verdict]}: {visible(headline(report))}",
        f"base       {visible(report.base)}",
        f"candidate  {visible(report.candidate)}",
        "",
    ]
    if report.problem:
        lines += [visible(line) for line in report.problem.splitlines()] + [""]
    for verdict in _ORDER:
        for check in report.having(verdict):
            mark = MARKS[verdict] + (" (warn only)" if check.level is Level.WARN else "")
            said = f"{mark}  {sentence(check, report.level)}"
            lines.append(textwrap.fill(visible(said), 110, subsequent_indent="      "))
    lines += [f"note: {visible(remark)}" for remark in report.remarks]
    lines += ["", f"reproduce: {visible(report.reproduce[0])}"]
    return "\n".join(lines)
