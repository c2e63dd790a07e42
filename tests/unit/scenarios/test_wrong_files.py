"""A corpus of wrong and hostile files, each with the problems it must be told.

The head of a file says what to expect, one line a problem, in any order and nothing else:
``# expect: +LINE KEY :: part of what :: part of the fix``; LINE counts from the line after the
head, KEY is ``-`` where the whole file is meant.
"""

import re
from pathlib import Path

import pytest

from scenarios.errors import InvalidScenario
from scenarios.loading import load_scenario

FOLDER = Path(__file__).parent / "wrong_files"
FILES = sorted(FOLDER.glob("*.yaml"))
EXPECT = re.compile(r"# expect: \+(\d+) (\S+) :: (.+) :: (.+)")


def expected(text):
    head = [row for row in text.splitlines() if row.startswith("# expect: ")]
    for row in head:
        line, key, what, fix = EXPECT.fullmatch(row).groups()
        yield int(line) + len(head), "" if key == "-" else key, what, fix


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_problem_is_told_with_line_key_and_fix(file):
    wanted = sorted(expected(file.read_text(encoding="utf-8")))
    assert wanted
    with pytest.raises(InvalidScenario) as caught:
        load_scenario(file)
    problems = list(caught.value.problems)
    for line, key, what, fix in wanted:
        here = [p for p in problems if p.where == f"{file}:{line}" and p.key == key]
        assert here, f"nothing about {key!r} on line {line} in: {caught.value}"
        match = next((p for p in here if what in p.what and fix in p.fix), None)
        assert match is not None, str(caught.value)
        problems.remove(match)
    assert problems == [], "problems nobody expected"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_messages_are_short_printable_sentences(file):
    with pytest.raises(InvalidScenario) as caught:
        load_scenario(file)
    for problem in caught.value.problems:
        sentence = str(problem)
        assert sentence.isprintable()
        assert len(sentence) - len(str(file)) < 500
        assert sentence.endswith((".", "?"))
        assert "pydantic" not in sentence
        assert "Input should" not in sentence


def test_the_corpus_is_not_empty():
    assert len(FILES) >= 30
