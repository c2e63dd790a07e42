"""What a gate says: in words, as JUnit, Markdown and JSON, whatever names it is fed."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.gate.judgement import judge
from metrics.gate.report import GateReport
from metrics.gate.verdict import Check, Level, Verdict, overall
from reports.gate.json import render_json
from reports.gate.junit import render_junit
from reports.gate.markdown import render_gate_markdown
from reports.gate.text import render_text
from reports.gate.words import sentence
from tests.gate_specimen import losing, one_metric

LOSING = [14, 16, 15, 14, 17, 15, 16, 14, 15, 14]
HOSTILE = (
    "a|b`c`\x1b[31m\u202e<script>alert(1)</script>]]> & \x00 @team #1 \ud800 [x](http://y)\n# h"
)


def report(*checks: Check, **changes) -> GateReport:
    made = GateReport(
        overall(checks),
        "sorting",
        "baselines/x.json (arm reader)",
        "runs/y (arm reader)",
        tuple(checks),
        0.03,
        True,
        ("labgap gate baselines/x.json runs/y",),
    )
    return replace(made, **changes)


def failing() -> Check:
    return judge(losing([0] * 10), losing(LOSING), one_metric())[0]


def passing() -> Check:
    return replace(failing(), verdict=Verdict.PASS, reason="the interval lies within the margin")


def open_check() -> Check:
    return replace(failing(), verdict=Verdict.INCONCLUSIVE, reason="it reaches across")


def test_words_say_what_moved_by_how_much_where_and_what_was_allowed() -> None:
    said = sentence(replace(failing(), group="kind=torn"), 0.94)
    assert said.startswith("Read accuracy in production, torn: worse by 3.0 pp (94 % interval ")
    for words in ("from 100.0% to 97.0%", "higher is better", "margin 1.0 pp", "surely above zero"):
        assert words in said
    better = sentence(replace(failing(), harm=-0.03, low=-0.04, high=-0.02), 0.94)
    assert "better by 3.0 pp (94 % interval 2.0 to 4.0 pp)" in better


def test_text_leads_with_the_verdict_and_ends_with_the_command() -> None:
    lines = render_text(report(passing(), failing())).splitlines()
    assert lines[0].startswith("FAIL: The candidate is worse: 1 of 2 blocking checks failed, first")
    assert lines[4].startswith("FAIL  Read accuracy")
    assert lines[-1] == "reproduce: labgap gate baselines/x.json runs/y"


@pytest.mark.parametrize(
    ("check", "blocks", "tag", "kind"),
    [
        (passing(), True, "system-out", None),
        (failing(), True, "failure", "regression"),
        (open_check(), True, "failure", "inconclusive"),
        (open_check(), False, "skipped", None),
        (replace(failing(), level=Level.WARN), True, "skipped", None),
        (replace(failing(), verdict=Verdict.NOT_COMPARABLE), True, "error", "not comparable"),
    ],
)
def test_junit_has_a_case_a_check(check: Check, blocks: bool, tag: str, kind: str | None) -> None:
    text = render_junit(report(check, passing(), blocks_inconclusive=blocks))
    suite = Xml.fromstring(text).find("testsuite")
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == ["accuracy.forced production all"] * 2
    assert cases[0][0].tag == tag
    assert cases[0][0].get("type") == kind
    counted = {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")}
    expected = {"failure": "failures", "error": "errors", "skipped": "skipped"}.get(tag)
    assert counted == {"tests": 2, "failures": 0, "errors": 0, "skipped": 0} | (
        {expected: 1} if expected else {}
    )
    if tag == "failure":
        assert "labgap gate baselines/x.json runs/y" in cases[0][0].text


def test_what_cannot_be_compared_is_an_error_everywhere() -> None:
    broken = report(problem="they have different seeds: 1 and 2", verdict=Verdict.NOT_COMPARABLE)
    case = Xml.fromstring(render_junit(broken)).find("testsuite/testcase")
    assert case.find("error") is not None
    for page in (render_text(broken), render_gate_markdown(broken), render_json(broken)):
        assert "different seeds" in page


def test_markdown_shows_failures_and_folds_the_rest() -> None:
    page = render_gate_markdown(report(passing(), failing()))
    assert page.startswith("## labgap gate: FAIL\n")
    head, _, folded = page.partition("<details>")
    assert "**FAIL** Read accuracy in production: worse by 3.0 pp" in head
    assert "**PASS**" not in head
    assert folded.count("\n| PASS |") == 1
    assert "`labgap gate baselines/x.json runs/y`" in page


def test_markdown_fits_a_comment() -> None:
    check = replace(failing(), group="kind=" + "x" * 300)
    assert len(render_gate_markdown(report(*[check] * 3000))) < 65_536


def test_json_is_versioned_and_whole() -> None:
    record = json.loads(render_json(report(failing())))
    assert record["schema_version"] == 1
    assert record["verdict"] == "fail"
    assert record["checks"][0]["harm"] == 0.03
    assert record["checks"][0]["p_adjusted"] < 0.001


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)


def hostile(text: str) -> GateReport:
    check = replace(failing(), group=f"kind={text}", reason=text)
    return report(
        check,
        scenario=text,
        base=text,
        candidate=text,
        remarks=(text,),
        reproduce=(text,),
        problem=text,
    )


@settings(max_examples=60)
@given(st.text(max_size=60) | st.just(HOSTILE))
def test_any_name_is_harmless(text: str) -> None:
    made = hostile(text)
    parsed = Xml.fromstring(render_junit(made).encode())
    assert len(parsed.findall("testsuite/testcase")) == (2 if text else 1)
    page = render_gate_markdown(made)
    page.encode("utf-8")
    said = render_text(made)
    assert not any((ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 for c in said + page)
    json.loads(render_json(made))


def test_markup_does_not_survive_in_markdown() -> None:
    outside_code = []
    for part in render_gate_markdown(hostile(HOSTILE)).split("\n"):
        stripped, fence = part, "```"
        while fence:
            pieces = stripped.split(fence)
            stripped = "".join(pieces[::2]) if len(pieces) % 2 else stripped
            fence = fence[1:]
        outside_code.append(stripped)
    parser = _Tags()
    parser.feed("\n".join(outside_code).replace("\\<", "&lt;"))
    assert parser.tags <= {"details", "summary"}
