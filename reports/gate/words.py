"""A check in words: what moved, by how much, where, and what the margin is."""

from metrics.catalogue import CATALOGUE, Better
from metrics.gate.promise import RULE as PROMISE
from metrics.gate.report import GateReport
from metrics.gate.verdict import Check, Level, Verdict
from reports.quantities import Unit, difference, interval, value
from reports.words import group_words, metric_words

__all__ = ["MARKS", "change", "headline", "level_words", "margin_words", "sentence", "subject"]

MARKS = {
    Verdict.PASS: "PASS",
    Verdict.FAIL: "FAIL",
    Verdict.INCONCLUSIVE: "INCONCLUSIVE",
    Verdict.NOT_COMPARABLE: "NOT COMPARABLE",
}
_PLACES = {"lab": "in the lab", "production": "in production", "gap": "gap, lab to production"}


def _unit(check: Check) -> Unit:
    return metric_words(check.metric).unit


def subject(check: Check) -> str:
    """``Read accuracy in production, torn``."""
    words = metric_words(check.metric).label
    place = _PLACES[check.condition]
    joined = f"{words}, {place}" if check.condition == "gap" else f"{words} {place}"
    return joined if check.group == "all" else f"{joined}, {group_words(check.group)}"


def level_words(number: float | None, check: Check) -> str:
    """A value of base or candidate."""
    if check.condition == "gap":
        return difference(number, _unit(check))
    return value(number, _unit(check))


def change(check: Check, level: float) -> str:
    """``worse by 2.1 pp (92 % interval 1.7 to 2.6 pp)``."""
    if check.harm is None:
        return "not measured"
    unit = _unit(check)
    if check.harm == 0.0:
        size = "unchanged"
    else:
        size = f"{'worse' if check.harm > 0 else 'better'} by {difference(check.harm, unit, False)}"
    if check.low is None or check.high is None:
        return f"{size} (no interval)"
    ends = interval(check.low, check.high, unit, True, flip=check.harm < 0)
    return f"{size} ({100 * level:.0f} % interval {ends})"


def margin_words(check: Check) -> str:
    """The margin in the metric's unit."""
    return "-" if check.margin is None else difference(check.margin, _unit(check), False)


def sentence(check: Check, level: float) -> str:
    """Say all there is to say of a check."""
    if check.rule == PROMISE or check.harm is None:
        return f"{subject(check)}: {check.reason}."
    spec = CATALOGUE.get(check.metric)
    good = "" if spec is None or spec.better is Better.NEITHER else f", {spec.better} is better"
    return (
        f"{subject(check)}: {change(check, level)}, from {level_words(check.base, check)} to "
        f"{level_words(check.candidate, check)}{good}; margin {margin_words(check)}. "
        f"{check.reason[:1].upper()}{check.reason[1:]}."
    )


def headline(report: GateReport) -> str:
    """The verdict in one line."""
    if report.verdict is Verdict.NOT_COMPARABLE:
        return "The two cannot be compared, so nothing was decided."
    blocking = [check for check in report.checks if check.level is Level.ERROR]
    total = f"{len(blocking)} blocking {'check' if len(blocking) == 1 else 'checks'}"
    if report.verdict is Verdict.FAIL:
        failed = report.having(Verdict.FAIL, Level.ERROR)
        worst = max(failed, key=lambda check: (check.harm or 0.0) / (check.margin or 1.0))
        return f"The candidate is worse: {len(failed)} of {total} failed, first {subject(worst)}."
    if report.verdict is Verdict.INCONCLUSIVE:
        open_checks = len(report.having(Verdict.INCONCLUSIVE, Level.ERROR))
        return f"Not decided: {open_checks} of {total} need more evidence; none failed."
    if not blocking:
        return "Nothing blocks; every check of this policy only warns."
    if all(check.reason.startswith("identical") for check in blocking):
        return f"The candidate is identical to the base in all of {total}."
    return f"The candidate holds: all of {total} passed."
