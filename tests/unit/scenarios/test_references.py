import ast
from pathlib import Path

import pytest

from scenarios.errors import InvalidScenario
from scenarios.references import Reference, load_references, references
from scenarios.schema import json_schema

ROOT = Path(__file__).resolve().parents[3]
GOOD = """
schema_version: 1
references:
  - {id: a, domain: sorting, quantity: q, unit: "%", lab: 99.8, production: 99.2,
     evidence: claim, source: s, failure_mode: something breaks}
"""


def load(tmp_path, text):
    file = tmp_path / "references.yaml"
    file.write_text(text, encoding="utf-8")
    return load_references(file)


def test_the_published_figures_of_the_brief_are_there():
    figures = {reference.figure() for reference in references()}
    assert {
        "99.8 % -> 99.2 %",
        "99.5 % -> 94.1 %",
        "-73 %",
        "92 % -> 88 %",
        "95 % -> 76 %",
        "700 to 1200 1/h",
        "up to 2.5 m/s",
        "production 95 %",
    } <= figures


def test_every_reference_says_who_and_every_loss_says_why():
    for reference in references():
        assert reference.source
        if reference.production is not None or reference.change is not None:
            assert reference.failure_mode


def test_a_reference_says_that_it_was_not_measured():
    assert all(str(r).startswith("published, not measured here: ") for r in references())


def test_a_reference_is_no_number():
    reference = references()[0]
    for attempt in (float, int, lambda r: r + 1, lambda r: r < 1.0, lambda r: 1.0 * r):
        with pytest.raises(TypeError):
            attempt(reference)


def test_nothing_that_simulates_reads_or_scores_can_see_them():
    for package in ("sim", "systems", "metrics"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names = [node.module or ""] + [f"{node.module}.{a.name}" for a in node.names]
                assert "scenarios.references" not in names, file


def test_no_scenario_holds_a_reference():
    assert "reference" not in str(sorted(json_schema()["$defs"])).lower()


def test_a_good_file_is_read(tmp_path):
    (reference,) = load(tmp_path, GOOD)
    assert reference == Reference(
        id="a",
        domain="sorting",
        quantity="q",
        unit="%",
        lab=99.8,
        production=99.2,
        evidence="claim",
        source="s",
        failure_mode="something breaks",
    )


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("lab: 99.8, production: 99.2", "low: 3, high: 2", "low must not exceed high"),
        ("lab: 99.8, production: 99.2", "lab: 99.8, change: 2", "a pair|a lab and production pair"),
        ("lab: 99.8, production: 99.2,", "", "a lab and production pair"),
        ("lab: 99.8", "lab: '99.8'", "valid number"),
        ("evidence: claim", "evidence: fact", "evidence"),
        ("source: s,", "", "source"),
        ("id: a", "id: A", "id"),
        ("quantity: q", "quantity: q, extra: 1", "extra"),
        (
            "  - {id: a",
            "  - {id: a, domain: sorting, quantity: q, unit: x, low: 1, "
            "evidence: claim, source: s}\n  - {id: a",
            "listed twice: a",
        ),
    ],
)
def test_wrong_files_are_refused(tmp_path, old, new, what):
    assert old in GOOD
    with pytest.raises(ValueError, match=what):
        load(tmp_path, GOOD.replace(old, new))


def test_hostile_yaml_is_refused(tmp_path):
    with pytest.raises(InvalidScenario, match="anchor"):
        load(tmp_path, GOOD.replace("id: a", "id: &x a"))
