"""docs/scenarios.md tells the truth: every example loads, every message is the one printed."""

import re
from pathlib import Path

import pytest

from scenarios.errors import InvalidScenario
from scenarios.key_reference import key_reference
from scenarios.loading import load_any, load_scenario

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "scenarios.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)([^\n]*)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
GOOD = [body for language, info, body in BLOCKS if language == "yaml" and not info.strip()]
WRONG = [
    (body, BLOCKS[number + 1])
    for number, (language, info, body) in enumerate(BLOCKS)
    if language == "yaml" and info.strip() == "wrong"
]
OPTIONS = re.findall(r'`--set "?([^`"]+)"?` \|', PAGE)


def load(folder, monkeypatch, text):
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    return load_any("scenario.yaml")


def test_the_page_has_examples_of_each_sort():
    assert len(GOOD) >= 4
    assert len(WRONG) >= 3
    assert len(OPTIONS) >= 6
    assert {language for language, _, _ in BLOCKS} == {"yaml", "text"}


@pytest.mark.parametrize("text", GOOD)
def test_examples_load(tmp_path, monkeypatch, text):
    assert load(tmp_path, monkeypatch, text).scenario.name in text


@pytest.mark.parametrize(("text", "answer"), WRONG)
def test_messages_are_those_printed(tmp_path, monkeypatch, text, answer):
    with pytest.raises(InvalidScenario) as caught:
        load(tmp_path, monkeypatch, text)
    assert answer[0] == "text"
    assert str(caught.value) == answer[2].rstrip("\n")


@pytest.mark.parametrize("option", OPTIONS)
def test_options_change_the_scenario(option):
    assert load_scenario("quickstart", [option]).sha256 != load_scenario("quickstart").sha256


def test_every_key_is_listed_as_the_schema_has_it():
    assert PAGE.endswith(key_reference())
