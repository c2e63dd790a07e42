"""A gate as JUnit XML: one test case a metric, condition and group."""

from xml.etree import ElementTree as Xml

from metrics.gate.report import GateReport
from metrics.gate.verdict import Check, Level, Verdict
from reports.escaping import visible
from reports.gate.words import headline, sentence

__all__ = ["render_junit"]


def render_junit(report: GateReport) -> str:
    """JUnit XML as GitLab, Jenkins and GitHub actions read it.

    A regression is a ``failure``, what cannot be compared an ``error``.  What is inconclusive is
    a ``failure`` of that type where it blocks, and ``skipped`` where it does not; so is a check
    that only warns.
    """
    suite = Xml.Element("testsuite", name=visible(f"labgap gate {report.scenario}"))
    if report.problem:
        case = _case(suite, report, "comparable")
        _outcome(case, "error", "not comparable", headline(report), report.problem, report)
    for check in report.checks:
        _judged(suite, check, report)
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(len(suite.findall(f"./testcase/{tag}"))))
    suite.set("tests", str(len(suite.findall("./testcase"))))
    suites = Xml.Element("testsuites", name="labgap gate")
    suites.append(suite)
    Xml.indent(suites)
    return Xml.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: Xml.Element, report: GateReport, name: str) -> Xml.Element:
    return Xml.SubElement(
        suite, "testcase", classname=visible(f"labgap.{report.scenario}"), name=visible(name)
    )


def _judged(suite: Xml.Element, check: Check, report: GateReport) -> None:
    case = _case(suite, report, f"{check.metric} {check.condition} {check.group}")
    said = sentence(check, report.level)
    if check.verdict is Verdict.PASS:
        Xml.SubElement(case, "system-out").text = visible(said)
    elif check.level is Level.WARN:
        Xml.SubElement(case, "skipped", message=visible(f"{check.verdict}, warn only: {said}"))
    elif check.verdict is Verdict.NOT_COMPARABLE:
        _outcome(case, "error", "not comparable", said, said, report)
    elif check.verdict is Verdict.FAIL:
        _outcome(case, "failure", "regression", said, said, report)
    elif report.blocks_inconclusive:
        _outcome(case, "failure", "inconclusive", said, said, report)
    else:
        Xml.SubElement(case, "skipped", message=visible(f"inconclusive: {said}"))


def _outcome(
    case: Xml.Element, tag: str, kind: str, message: str, text: str, report: GateReport
) -> None:
    element = Xml.SubElement(case, tag, message=visible(message), type=kind)
    element.text = visible(f"{text} Reproduce: {report.reproduce[0]}")
