import re

import pytest

from metrics.catalogue import CATALOGUE, Better
from reports.quantities import Unit
from reports.words import (
    FINAL_OUTCOMES,
    FIRST_PASS_OUTCOMES,
    FOREST_METRICS,
    group_words,
    metric_words,
    outcome_words,
    parts,
    severity_level,
)
from scenarios.degradations import KINDS


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_metric_of_the_catalogue_has_words_and_no_id_shows(name):
    words = metric_words(name)
    assert words.label == CATALOGUE[name].title
    assert "." not in words.label
    assert "_" not in words.label
    assert words.meaning == CATALOGUE[name].description
    assert words.better is CATALOGUE[name].better


def test_labels_are_unique():
    labels = [metric_words(name).label for name in CATALOGUE]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("unit", sorted({spec.unit for spec in CATALOGUE.values()}))
def test_every_unit_of_the_catalogue_is_known(unit):
    names = [name for name, spec in CATALOGUE.items() if spec.unit == unit]
    expected = {
        "share": Unit.SHARE,
        "s": Unit.SECONDS,
        "parcels/h": Unit.PER_HOUR,
        "images/h": Unit.PER_HOUR,
    }
    assert metric_words(names[0]).unit is expected.get(unit, Unit.NUMBER)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("rate.new", Unit.SHARE),
        ("wait.new_s", Unit.SECONDS),
        ("throughput.new_h", Unit.PER_HOUR),
        ("odd", Unit.NUMBER),
        ("", Unit.NUMBER),
    ],
)
def test_an_unknown_metric_is_spelled_and_takes_no_side(name, unit):
    words = metric_words(name)
    assert words.label
    assert words.unit is unit
    assert words.better is Better.NEITHER


def test_named_metrics_exist():
    named = {*FIRST_PASS_OUTCOMES, *FINAL_OUTCOMES, *(m for panel in FOREST_METRICS for m in panel)}
    assert named <= set(CATALOGUE)


@pytest.mark.parametrize(
    ("group", "text"),
    [
        ("all", "all parcels"),
        ("kind=motion_blur,severity=3", "motion blur, severity 3"),
        ("kind=torn,alone=yes", "torn, hit by nothing else"),
        ("kind=torn,severity=3,alone=yes", "torn, severity 3, hit by nothing else"),
        ("kind=torn,alone=no", "torn, alone no"),
        ("readable=yes", "readable labels"),
        ("readable=no", "unreadable labels"),
        ("lane=0,hour=1", "lane 0, 1\u20132 h"),
        ("hour=\u00b2", "hour \u00b2"),
        ("odd", "odd"),
        ("kind=", ""),
    ],
)
def test_groups_in_words(group, text):
    assert group_words(group) == text


def test_parts_of_a_group():
    assert parts("kind=a=b,severity=3") == {"kind": "a=b", "severity": "3"}
    assert parts("all") == {}


@pytest.mark.parametrize("kind", KINDS)
def test_every_level_is_told_in_the_unit_of_its_kind(kind: str) -> None:
    told = severity_level(kind, 4)
    number, level = re.match(r"[\d.]+", told).group(), KINDS[kind].levels[3]
    unit = told.removeprefix(number).strip()
    words = {"%": ("share of", "modulation"), "°": ("degrees",)}.get(unit, (unit,))
    assert any(re.search(rf"\b{word}\b", KINDS[kind].unit) for word in words), told
    assert float(number) == pytest.approx(
        100 * level if unit == "%" else level, abs=0.5 * (unit == "%")
    )


def test_severities_in_physical_units():
    assert severity_level("torn", 2) == f"{100 * KINDS['torn'].levels[1]:.0f}%"
    assert severity_level("motion_blur", 3) == f"{KINDS['motion_blur'].levels[2]:g} ms"
    assert severity_level("torn", 6) == severity_level("unknown", 1) == ""


def test_outcomes_are_named_as_the_metric_that_counts_them():
    assert outcome_words("hand_off") == "Handed over by the reader"
    assert outcome_words("misread") == "Misread"
    assert outcome_words("something_else") == "Something else"
