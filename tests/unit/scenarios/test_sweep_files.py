"""Sweep files: what is wrong is said with place, key and remedy."""

from pathlib import Path

import pytest

from scenarios.errors import InvalidScenario
from scenarios.sweep_loading import load_sweep, sweep_library

HEAD = "schema_version: 1\nname: s\nscenario: quickstart\n"
ONE = "axes: [{key: seed, values: [1, 2]}]\n"
STEPS = "low: 0, high: 1, steps: 1000"


@pytest.mark.parametrize("name", sweep_library())
def test_the_library_loads(name: str) -> None:
    assert load_sweep(name).sweep.name == name


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD + "desing: grid\n" + ONE, 4, "did you mean `design`?"),
        (HEAD + "axes: [{kee: seed, values: [1]}]\n", 4, "did you mean `key`?"),
        (HEAD + "axes: []\n", 4, "a list of 0 entries"),
        (HEAD + "axes: [{key: seed, values: []}]\n", 4, "a list of 0 entries"),
        (HEAD + "axes:\n- {key: seed, values: [1]}\n- {key: seed, values: [2]}\n", 6, "already"),
        (HEAD + "axes: [{key: seed, values: [1, 1]}]\n", 4, "given twice"),
        (HEAD + f"axes: [{{key: a, {STEPS}}}, {{key: b, {STEPS}}}, {{key: c, {STEPS}}}]\n",
         4, "1,000,000,000 cells"),
        (HEAD + "axes: [{key: a, low: .nan, high: 1, steps: 3}]\n", 4, "no finite number"),
        (HEAD + "axes: [{key: a, low: 2, high: 1, steps: 3}]\n", 4, "the range is empty"),
        (HEAD + "axes: [{key: a, low: 0, high: 1, steps: 3, scale: log}]\n", 4, "no zero"),
        (HEAD + "axes: [{key: a, low: 0, high: 1}]\n", 4, "needs steps"),
        (HEAD + "design: random\n" + ONE, 1, "add points: N"),
        (HEAD + "seed: -1\n" + ONE, 4, "out of range"),
        (HEAD + "overrides: {seed: 3}\n" + ONE, 5, "also overridden"),
        (HEAD + "axes: [{key: a, values: [[1, 2]]}]\n", 4, "a list stands here"),
        (HEAD + "axes: [{key: a, system: vision, values: [x]}]\n", 4, "either a key or a system"),
        (HEAD.replace("quickstart", "quikstart") + ONE, 3, "did you mean quickstart?"),
        (HEAD.replace("quickstart", "../x.yaml") + ONE, 3, "leads out of this file's folder"),
        (HEAD.replace("quickstart", "/etc/x.yaml") + ONE, 3, "not a relative path"),
    ],
)  # fmt: skip
def test_wrong_files_are_told(tmp_path: Path, text: str, line: int, words: str) -> None:
    file = tmp_path / "sweep.yaml"
    file.write_text(text)
    with pytest.raises(InvalidScenario) as caught:
        load_sweep(str(file))
    assert words in str(caught.value)
    assert f"{file}:{line}" in str(caught.value)


def test_an_unknown_library_sweep_names_the_near_one() -> None:
    with pytest.raises(InvalidScenario, match="did you mean belt_speed"):
        load_sweep("belt_sped")
