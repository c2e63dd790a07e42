# ruff: noqa: NPY002 - the global generators are what some of these systems misuse
"""Systems that touch what is not theirs: the process, its randomness, what they are asked."""

import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from systems.kinds import KINDS
from tests.broken_systems import Broken, Tamper, status_of

GLOBALS: list[tuple[str, str, Callable[[], Any]]] = [
    ("random_untouched", "numpy draws", lambda: np.random.rand()),
    ("random_untouched", "numpy seeds", lambda: np.random.seed(0)),
    ("random_untouched", "random draws", lambda: random.random()),
    ("quiet", "print", lambda: print("loading model ...")),
    ("quiet", "descriptor", lambda: os.write(1, b"native library says hello\n")),
    (
        "process_untouched",
        "environment",
        lambda: os.environ.update(LABGAP_TEST_MARK=os.urandom(4).hex()),
    ),
    ("process_untouched", "folder", lambda: os.chdir("/")),
    ("process_untouched", "errors", lambda: np.seterr(all="ignore")),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("check", "what", "touch"), GLOBALS, ids=[g[1] for g in GLOBALS])
def test_touching_the_process_is_caught(
    kind: str,
    check: str,
    what: str,
    touch: Callable[[], Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABGAP_TEST_MARK", "before")
    errors = np.geterr()

    def tamper(answers: list[Any], _: Any) -> list[Any]:
        touch()
        return answers

    try:
        found = status_of(kind, lambda: Broken(kind, tamper))
    finally:
        np.seterr(**errors)
    assert found[check] == "fail"
    assert [name for name, status in found.items() if status == "fail"] == [check]


@pytest.mark.parametrize("draw", [np.random.rand, random.random], ids=["numpy", "random"])
@pytest.mark.parametrize("kind", KINDS)
def test_unseeded_randomness_from_global_state_is_not_repeatable(
    kind: str, draw: Callable[[], float]
) -> None:
    def tamper(answers: list[Any], _: Any) -> list[Any]:
        return [replace(a, confidence=float(draw())) for a in answers]

    found = status_of(kind, lambda: Broken(kind, tamper))
    assert (found["repeatable"], found["random_untouched"]) == ("fail", "fail")


def test_seeding_while_being_built_is_caught() -> None:
    def make() -> Broken:
        random.seed(0)
        return Broken("vision", lambda answers, _: answers)

    assert status_of("vision", make)["random_untouched"] == "fail"


def test_the_watch_leaves_random_state_as_it_found_it() -> None:
    random.seed(5)
    np.random.seed(5)
    expected = random.random(), np.random.rand()
    random.seed(5)
    np.random.seed(5)
    status_of("items", lambda: Broken("items", lambda answers, _: (np.random.rand(), answers)[1]))
    assert (random.random(), np.random.rand()) == expected


def write_pixels(answers: list[Any], captures: Any) -> list[Any]:
    captures[0].views[0].overview[:] = 0
    return answers


def write_field(name: str, value: Any) -> Tamper:
    def tamper(answers: list[Any], asked: Any) -> list[Any]:
        if asked:
            object.__setattr__(asked[0], name, value)
        return answers

    return tamper


@pytest.mark.parametrize(
    ("kind", "tamper"),
    [
        ("vision", write_pixels),
        ("service", write_field("text", "cancel everything")),
        ("routing", write_field("now_s", 0)),
        ("items", write_field("title", "a better title")),
    ],
)
def test_writing_to_a_request_is_caught(kind: str, tamper: Tamper) -> None:
    assert status_of(kind, lambda: Broken(kind, tamper))["inputs_untouched"] == "fail"


def write_matrix(answers: list[Any], problems: Any) -> list[Any]:
    problems[0].durations_s[:] = 0
    return answers


def test_writing_to_a_matrix_is_caught() -> None:
    make = lambda: Broken("routing", write_matrix)  # noqa: E731
    assert status_of("routing", make)["inputs_untouched"] == "fail"
