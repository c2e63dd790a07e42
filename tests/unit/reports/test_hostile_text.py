"""Every string that can reach a report, at its worst."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from metrics.records import Metrics, Note, Record
from reports.html import render_html
from reports.inputs import ReportInputs
from reports.markdown import render_markdown
from scenarios.references import Reference
from tests import report_specimen as specimen
from tests.unit.reports.page_lint import Page

ATTACKS = [
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "\"><img src=x onerror=window.pwned=1>'",
    "</title></style></svg><h1>x</h1>",
    "<!--<script>",
    "a\u202eb\u2066c\u200b\x00\x1b[31m\x07",
    "{{ 7 * 7 }}{% raw %}",
    "| x | `y` | [z](javascript:alert(1)) ![i](https://evil.example/p.png)\n\n# h\n\n<b>",
    "$\\frac{1}{2}$ \\n \ud800",
    "javascript:alert(1)",
]


def attacked(attack):
    """Inputs with `attack` in every field that is not checked by a stricter schema."""
    scenario = specimen.scenario().model_copy(
        update={
            "title": attack,
            "description": attack,
            "primary_metrics": ("accuracy.forced", attack),
        }
    )
    degradations = tuple(
        share.model_copy(update={"reason": attack}) for share in scenario.sorting.degradations
    )
    scenario = scenario.model_copy(
        update={"sorting": scenario.sorting.model_copy(update={"degradations": degradations})}
    )
    strange = tuple(
        Record(metric, attack, condition, group, 0.5, 0.4, 0.6, 20, 10)
        for metric in ("accuracy.forced", "rate.read", "throughput.per_lane_h", attack)
        for condition in ("lab", "production", "gap")
        for group in (
            "all",
            attack,
            f"kind={attack}",
            f"kind={attack},severity=2",
            f"kind={attack},alone=yes",
            f"kind={attack},severity=2,alone=yes",
            f"lane={attack}",
            f"lane={attack},hour=0",
            f"lane={attack},hour=1",
            f"factor={attack}",
            f"readable={attack}",
        )
    )
    measured = specimen.metrics()
    item = replace(
        specimen.gallery(1)[0],
        parcel_id=attack,
        arm=attack,
        condition=attack,
        outcome=attack,
        truth={attack: attack, "sort_code": attack},
        read={attack: "x", "other": attack},
        conditions=(attack,),
        command=attack,
        file=attack,
    )
    reference = Reference.model_construct(
        id="x",
        domain="sorting",
        quantity=attack,
        unit=attack,
        lab=1.0,
        production=2.0,
        change=None,
        low=None,
        high=None,
        evidence="claim",
        source=attack,
        failure_mode=attack,
        note=attack,
    )
    return ReportInputs(
        scenario=scenario,
        metrics=Metrics(
            (*measured.records, *strange),
            (Note("*", "*", "*", "*", attack), Note(attack, attack, "gap", attack, attack)),
        ),
        manifest={attack: {attack: [attack, {"a": attack}]}, "reproduce": attack},
        gallery=(item, replace(item, image=b"<svg onload=alert(1)>"), replace(item, image=b"")),
        references=(reference,),
        reproduce=attack,
        run_name=attack,
    )


@pytest.fixture(scope="module")
def harmless():
    return Page(render_html(attacked("plain words")))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_changes_what_the_page_is_made_of(attack, harmless):
    page = Page(render_html(attacked(attack)))

    def shape(element):
        names = sorted(element.attributes)
        return (element.tag, names, [shape(child) for child in element.children])

    assert shape(page.all("head")[0]) == shape(harmless.all("head")[0])
    for tag in ("script", "style", "img", "h1", "section", "title", "iframe", "b", "a"):
        svg_titles = sum(svg.all(tag) != [] for svg in page.all("svg")) if tag == "title" else 0
        expected = sum(svg.all(tag) != [] for svg in harmless.all("svg")) if tag == "title" else 0
        assert len(page.all(tag)) - svg_titles == len(harmless.all(tag)) - expected, tag
    for element in page.root.walk():
        assert not any(name.startswith("on") for name in element.attributes)
        assert not element.attributes.get("href", "").startswith("javascript")


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_control_or_reordering_character_is_in_the_page(attack):
    for text in (render_html(attacked(attack)), render_markdown(attacked(attack))):
        text.encode("utf-8")
        assert not {char for char in text if ord(char) < 32} - {"\n"}
        assert not {"\u202e", "\u2066", "\u200b", "\x7f"} & set(text)


@pytest.mark.parametrize("attack", ATTACKS)
def test_markdown_stays_the_same_document(attack):
    def kinds(text):
        tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
        return [token.type for token in tokens if token.type != "inline"], {
            child.type for token in tokens for child in token.children or ()
        }

    blocks, inner = kinds(render_markdown(attacked(attack)))
    expected, _ = kinds(render_markdown(attacked("plain words")))
    assert blocks == expected
    assert inner <= {
        "text",
        "text_special",
        "code_inline",
        "strong_open",
        "strong_close",
        "softbreak",
    }


def test_what_was_said_can_still_be_read():
    class Texts(HTMLParser):
        seen = ""

        def handle_data(self, data):
            self.seen += data

    texts = Texts()
    texts.feed(render_html(attacked(ATTACKS[2])))
    assert ATTACKS[2] in texts.seen
