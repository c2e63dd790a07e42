"""The sheet's chart and words."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from metrics.staffing import Offer, Service
from reports.staffing import staffing_chart, staffing_markdown, staffing_sentence
from scenarios.staffing import load_staffing

SHEET, _ = load_staffing("video_coding")
OPERATORS = SHEET.operators
DOCS = Path(__file__).parents[3] / "docs/staffing.md"


def offer(operators: int, camera: int, per_h: float, service: Service) -> Offer:
    point = {OPERATORS: operators, "sorting.camera.pixels_per_m": camera}
    level = 0.9 + 0.01 * operators
    return Offer(
        "incumbent", point, f"c{operators}{camera}", service, level, level - 0.02, level + 0.02, 4,
        float(operators), 0.0, {"operators": per_h}, per_h, per_h - 1, per_h + 1, 2 * per_h,
    )  # fmt: skip


OFFERS = [
    offer(0, 2400, 20.0, Service.NO),
    offer(1, 2400, 44.0, Service.PERHAPS),
    offer(2, 2400, 61.0, Service.YES),
    offer(2, 3200, 60.5, Service.YES),
]


def test_the_answer_is_said_first() -> None:
    words = staffing_sentence(SHEET, OFFERS)
    assert "EUR 60.50 an hour" in words
    assert "Pixels (px/m) 3200" in words
    page = staffing_markdown(SHEET, OFFERS)
    assert page.index("60.50") < page.index("| **cheapest** |")
    assert page.count("| **cheapest** |") == 1
    for text in (words, page):
        assert "looked at 4 points and arms" in text
    assert "allow for having looked at 4 of them" in page


def test_a_verdict_is_never_said_to_be_sure() -> None:
    _, svg = staffing_chart(SHEET, OFFERS)
    for text in (svg.decode(), staffing_markdown(SHEET, OFFERS), DOCS.read_text("utf-8")):
        assert "for sure" not in text
        assert "looked at" in text


def test_no_certain_answer_is_said_to_be_none() -> None:
    assert "beyond chance" in staffing_sentence(SHEET, OFFERS[:2])
    assert "looked at 2 points and arms" in staffing_sentence(SHEET, OFFERS[:2])
    assert "the nearest has 90" in staffing_sentence(SHEET, OFFERS[:1])


def test_the_chart_is_the_same_bytes_again() -> None:
    first, again = staffing_chart(SHEET, OFFERS), staffing_chart(SHEET, OFFERS)
    assert first == again
    assert first[0].startswith(b"\x89PNG")
    changed = staffing_chart(SHEET, [*OFFERS[:-1], replace(OFFERS[-1], per_h=99.0)])
    assert changed[1] != first[1]


@pytest.mark.parametrize("hostile", ["[x](http://evil)", "<script>", "a|b", "\u202eabc"])
def test_names_of_arms_stay_text(hostile: str) -> None:
    page = staffing_markdown(SHEET, [replace(OFFERS[2], arm=hostile)])
    assert not re.search(r"(?<!\\)\]\(", page)
    assert not re.search(r"(?<!\\)<", page)
    assert "\u202e" not in page
    rows = [line for line in page.splitlines() if line.startswith("| **cheapest")]
    assert len(rows) == 1
