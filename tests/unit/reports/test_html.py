import base64
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from metrics.records import Metrics
from reports.html import MOST_BYTES, SIZE_LIMIT, render_html
from tests import report_specimen as specimen
from tests.unit.reports.page_lint import Page

ROOT = Path(__file__).resolve().parents[3]
SECTIONS = [
    "verdict",
    "arms",
    "gap",
    "causes",
    "outcomes",
    "severity",
    "lanes",
    "waits",
    "failures",
    "method",
    "again",
]


@pytest.fixture(scope="module", params=["one", "three", "bare"])
def text(request):
    made = {
        "one": lambda: specimen.inputs(),
        "three": lambda: specimen.inputs(arms=("barcode", "two_stage", "ocr_only")),
        "bare": lambda: specimen.inputs(
            metrics=Metrics(()), gallery=(), references=(), manifest={}, reproduce=""
        ),
    }
    return render_html(made[request.param]())


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


@pytest.fixture(scope="module")
def full():
    return Page(render_html(specimen.inputs()))


def test_head_and_language(page):
    assert page.declarations == ["DOCTYPE html"]
    assert page.all("html")[0].attributes["lang"] == "en"
    assert page.all("title")[0].text().strip()
    assert any(meta.attributes.get("charset") == "utf-8" for meta in page.all("meta"))


def test_landmarks_and_headings(page):
    assert [len(page.all(tag)) for tag in ("main", "nav", "h1", "footer")] == [1, 1, 1, 1]
    levels = [int(e.tag[1]) for e in page.root.walk() if e.tag in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_sections_stand_in_order_and_are_named(page):
    sections = page.all("section")
    assert [section.attributes["id"] for section in sections] == SECTIONS
    ids = page.by_id()
    for section in sections:
        assert ids[section.attributes["aria-labelledby"]].text().strip()


def test_the_skip_link_comes_first_and_every_link_arrives(page):
    ids = page.by_id()
    links = page.all("a")
    assert links[0].attributes["class"] == "skip"
    assert all(link.attributes["href"].removeprefix("#") in ids for link in links)


def test_ids_are_unique_and_references_resolve(page, text):
    ids = [e.attributes["id"] for e in page.root.walk() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    for element in page.root.walk():
        for name in ("aria-labelledby", "for", "data-filters"):
            for target in element.attributes.get(name, "").split():
                assert target in ids, (element.tag, name, target)
        href = element.attributes.get("href", "")
        assert href == "" or href.removeprefix("#") in ids


def test_every_table_has_a_caption_and_scoped_headers(page):
    for table in page.all("table"):
        assert table.children[0].tag == "caption"
        assert table.children[0].text().strip()
        for header in table.all("th"):
            assert header.attributes["scope"] in {"col", "row"}
        for row in table.all("tbody")[0].all("tr"):
            assert row.children[0].tag == "th"
            assert len(row.children) == len(table.all("thead")[0].all("th"))


def test_scrolling_regions_are_reachable_and_named(page):
    ids = page.by_id()
    for table in page.all("table"):
        region = table.inside("div")
        assert region.attributes["tabindex"] == "0"
        assert region.attributes["role"] == "region"
        assert ids[region.attributes["aria-labelledby"]].text().strip()


def test_sortable_headers_are_buttons(full):
    sortable = [th for th in full.all("th") if "aria-sort" in th.attributes]
    assert len(sortable) > 20
    for header in sortable:
        assert header.attributes["aria-sort"] == "none"
        assert [child.tag for child in header.children] == ["button"]
        assert header.children[0].attributes["type"] == "button"


def test_every_figure_has_words_and_stands_before_its_data(full):
    figures = [svg for svg in full.all("svg") if svg.attributes.get("role") == "img"]
    assert len(figures) == 2 + 1 + 2 + 4 + 2
    for svg in figures:
        title, description = svg.children[:2]
        assert (title.tag, description.tag) == ("title", "desc")
        named = svg.attributes["aria-labelledby"].split()
        assert named == [title.attributes["id"], description.attributes["id"]]
        assert title.text().strip()
        assert description.text().strip()
        assert svg.inside("section").all("table")
    for svg in full.all("svg"):
        assert svg.attributes.get("role") == "img" or svg.attributes["aria-hidden"] == "true"


def test_pictures_have_words(full):
    pictures = full.all("img")
    assert len(pictures) == 8
    assert all("production" in picture.attributes["alt"] for picture in pictures)
    assert all(p.attributes["src"].startswith("data:image/png;base64,") for p in pictures)


def test_inputs_have_labels(full):
    labelled = {label.attributes["for"] for label in full.all("label")}
    assert {field.attributes["id"] for field in full.all("input")} == labelled
    assert labelled


def test_the_policy_allows_this_script_and_style_and_nothing_else(page):
    policy = next(
        meta.attributes["content"]
        for meta in page.all("meta")
        if meta.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data:"
    scripts = [e for e in page.all("script") if e.attributes.get("type") != "application/json"]
    for rule, elements in (("script-src", scripts), ("style-src", page.all("style"))):
        assert len(elements) == 1
        digest = hashlib.sha256(elements[0].text().encode()).digest()
        assert rules[rule] == f"'sha256-{base64.b64encode(digest).decode()}'"


def test_nothing_needs_what_the_policy_forbids(page):
    for element in page.root.walk():
        assert "style" not in element.attributes
        assert not any(name.startswith("on") for name in element.attributes)
        for name in ("src", "href"):
            target = element.attributes.get(name, "")
            assert target == "" or target.startswith(("#", "data:image/"))
    assert not {e.tag for e in page.root.walk()} & {"link", "iframe", "object", "embed", "form"}


def test_the_style_knows_paper_dark_and_calm(page):
    style = page.all("style")[0].text()
    for rule in ("prefers-color-scheme:dark", "@media print", "prefers-reduced-motion:reduce"):
        assert rule in style
    assert "http" not in style
    assert "@import" not in style


def test_the_script_is_small_and_asks_for_nothing(page):
    script = next(e for e in page.all("script") if "type" not in e.attributes).text()
    assert len(script) < 20_000
    assert not any(word in script for word in ("fetch", "XMLHttp", "innerHTML", "eval", "http"))


def test_status_is_text_and_shape(full):
    tone = next(p for p in full.all("p") if "tone" in p.attributes.get("class", "").split())
    assert "Loses on the floor" in tone.text()
    assert "\u25bc" in tone.text()


def test_no_metric_id_stands_where_words_belong(full):
    for element in full.root.walk():
        if element.tag in {"h1", "h2", "h3", "p", "dt", "caption", "figcaption", "text"}:
            assert "accuracy.forced" not in "".join(element.texts)


def test_published_figures_are_marked_and_kept_to_their_domain(full):
    aside = full.all("aside")[0]
    assert "Published, not measured here" in aside.text()
    assert "99.5 % \u2192 94.1 %" in aside.text()
    assert "escalations" not in full.all("main")[0].text()


def test_the_data_comes_along():
    inputs = specimen.inputs()
    page = Page(render_html(inputs))
    data = json.loads(page.by_id()["data"].text())
    assert data["columns"][:4] == ["metric", "arm", "condition", "group"]
    assert len(data["rows"]) == len(inputs.metrics.records)
    assert data["left_out"] == 0
    assert data["scenario"]["name"] == "quickstart"
    assert data["manifest"]["scenario"]["sha256"] == "9f2c" * 16


def test_the_page_stays_below_its_limit_with_heavy_pictures_and_many_records():
    arms = ("barcode", "two_stage")
    noise = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 500
    heavy = tuple(replace(item, image=noise) for item in specimen.gallery(30))
    inputs = specimen.inputs(
        arms=arms, gallery=heavy, metrics=specimen.metrics(arms, lanes=80, hours=24)
    )
    text = render_html(inputs)
    assert len(text.encode()) < SIZE_LIMIT
    page = Page(text)
    assert 0 < len(page.all("img")) < 24
    assert text.count("Picture left out") == 24 - len(page.all("img"))
    data = json.loads(page.by_id()["data"].text())
    assert data["left_out"] > 0
    assert data["left_out"] + len(data["rows"]) == len(inputs.metrics.records)
    assert {row[3] for row in data["rows"]} >= {"all"}


def test_an_ordinary_page_is_far_below_the_limit():
    assert len(render_html(specimen.inputs()).encode()) < 300_000


def test_a_page_of_many_tables_goes_without_pictures_and_data():
    large = specimen.inputs(metrics=Metrics(()), reproduce="x" * SIZE_LIMIT)
    page = Page(render_html(large))
    assert not page.all("img")
    assert "data" not in page.by_id()


def test_a_page_that_cannot_fit_is_refused():
    huge = specimen.inputs(metrics=Metrics(()), reproduce="x" * MOST_BYTES)
    with pytest.raises(ValueError, match="bytes without pictures"):
        render_html(huge)


def test_the_same_inputs_give_the_same_bytes_in_any_process():
    code = (
        "import hashlib; from reports.html import render_html; "
        "from reports.markdown import render_markdown; from tests import report_specimen as s; "
        "i = s.inputs(arms=('barcode', 'two_stage')); "
        "print(hashlib.sha256((render_html(i) + render_markdown(i)).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "MATPLOTLIBRC": os.devnull},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "17")
    }
    assert len(found) == 1


def test_a_second_rendering_is_the_same_bytes():
    assert render_html(specimen.inputs()) == render_html(specimen.inputs())
