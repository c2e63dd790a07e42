"""Which parcels a kind of damage is judged by, and whether every place says so."""

from dataclasses import replace

import pytest

from metrics.records import Metrics, Record
from reports.damage import ALONE, RIDES_ALONG, Damage, damages, parcels_meant
from reports.figures.severity import severity_curves
from reports.html import render_html
from reports.markdown import render_markdown
from reports.sections import sections
from reports.selection import Selection
from tests import report_specimen as specimen
from tests.unit.reports.page_lint import Page

METRIC = "accuracy.forced"


def record(group, value=0.5, condition="production"):
    return Record(METRIC, "a", condition, group, value, None, None, 10, 10)


def of(*groups, **fields):
    return Selection([record(group, **fields) for group in groups], ["a"])


def older(*kinds):
    """The specimen without figures of parcels hit by one of `kinds` alone."""
    return tuple(
        record
        for record in specimen.metrics().records
        if not any(f"kind={kind}," in record.group and "alone" in record.group for kind in kinds)
    )


def test_groups_are_named_as_the_records_name_them():
    assert Damage("torn", True).group() == "kind=torn,alone=yes"
    assert Damage("torn", True).group(3) == "kind=torn,severity=3,alone=yes"
    assert Damage("torn", False).group() == "kind=torn"
    assert Damage("torn", False).group(3) == "kind=torn,severity=3"
    known = {record.group for record in specimen.metrics().records}
    for is_alone in (True, False):
        assert {Damage("torn", is_alone).group(s) for s in (None, 1, 5)} <= known


def test_a_kind_is_judged_alone_where_it_has_such_parcels():
    found = of("kind=a", "kind=b", "kind=b,alone=yes", "kind=c,alone=yes", "kind=b,severity=1")
    expected = (Damage("a", False), Damage("b", True), Damage("c", True))
    assert damages(found, METRIC) == expected
    assert damages(found, METRIC, by_severity=True) == (Damage("b", False),)


@pytest.mark.parametrize("condition", ["lab", "production", "gap"])
def test_groups_without_a_value_do_not_count(condition):
    known, unknown = record("kind=a"), record("kind=a,alone=yes", None, condition)
    found = Selection([known, unknown], ["a"])
    assert damages(found, METRIC) == (Damage("a", False),)
    assert damages(of("kind=a,alone=yes", condition=condition), METRIC) == (Damage("a", True),)
    assert damages(of("kind=a,alone=no", "kind=a"), METRIC) == (Damage("a", False),)


def test_captions_say_which_parcels():
    alone, company = Damage("a", True), Damage("b", False)
    assert parcels_meant([alone]) == "parcels hit by nothing else"
    assert parcels_meant([company]) == "parcels each kind hits, other damage included"
    assert parcels_meant([company, alone]) == "parcels hit by nothing else, unless marked"
    assert (alone.caveat, company.caveat) == ("", RIDES_ALONG)


def test_curves_and_their_table_show_parcels_hit_by_nothing_else():
    records = specimen.metrics().records
    found = sections(Selection(records, ["barcode"]), (METRIC,))
    assert found.severity_of == ALONE
    assert found.severity_table.caption.endswith(f"severity: {ALONE}")
    expected = {
        (r.group.split(",")[0], r.n)
        for r in records
        if r.condition == "production" and "severity" in r.group and "alone" in r.group
    }
    rows = found.severity_table.rows
    assert {
        (f"kind={row[0].text.replace(' ', '_')}", int(float(row[-1].order))) for row in rows
    } == (expected)
    assert {row[0].small for row in rows} == {""}
    drawn = severity_curves(Selection(records, ["barcode"]), METRIC)
    assert all(f"In production, {ALONE}." in drawing.description for _, drawing in drawn)
    torn = next(r for r in records if r.group == "kind=torn,severity=5,alone=yes")
    there = next(r for r in records if r.group == torn.group and r.condition == "production")
    assert f"severity 5 {100 * there.value:.1f}%" in drawn[0][1].description


def test_a_kind_that_never_comes_alone_is_marked_wherever_it_is_shown():
    records = older("glare")
    found = sections(Selection(records, ["barcode"]), (METRIC,))
    assert found.severity_of == f"{ALONE}, unless marked"
    marks = {row[0].text: row[0].small for row in found.severity_table.rows}
    assert marks == {"torn": "", "taped": "", "glare": RIDES_ALONG, "motion blur": ""}
    notes = {words: note for words, note, _ in found.severity}
    assert "Other damage included: the run has no figures" in notes["glare"]
    assert not any("included" in note for words, note in notes.items() if words != "glare")
    glare = next(d for words, _, d in found.severity if words == "glare")
    assert RIDES_ALONG in glare.description
    text = render_markdown(specimen.inputs(metrics=Metrics(records)))
    assert "Parcels hit by nothing else, unless marked." in text
    assert "| `glare` (other damage included) |" in text
    assert "| `torn` |" in text


def test_an_older_run_says_so_once():
    records = older(*specimen.KINDS)
    inputs = specimen.inputs(metrics=Metrics(records))
    words = "arcels each kind hits, other damage included"
    assert words in Page(render_html(inputs)).by_id()["severity"].text()
    text = render_markdown(inputs)
    assert f"P{words}." in text
    gap = next(r for r in records if (r.group, r.condition) == ("kind=torn", "gap"))
    assert f"+{100 * gap.value:.1f} pp" in text


def test_markdown_tells_the_gap_of_a_kind_by_itself():
    records = tuple(
        replace(r, value=0.123) if (r.group, r.condition) == ("kind=torn,alone=yes", "gap") else r
        for r in specimen.metrics().records
    )
    text = render_markdown(specimen.inputs(metrics=Metrics(records)))
    assert "Parcels hit by nothing else.\n" in text
    assert "| `torn` | `barcode` | +12.3 pp |" in text


def test_the_table_by_kind_shows_both_and_names_them():
    found = sections(Selection(specimen.metrics().records, ["barcode"]), (METRIC,)).kinds
    groups = [row[0].text for row in found.rows]
    assert groups[:2] == ["torn, hit by nothing else", "taped, hit by nothing else"]
    assert groups[4:6] == ["torn", "taped"]
