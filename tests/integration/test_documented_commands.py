"""Every `labgap` command and Python block in the README and in docs runs.

`make` targets and benchmark files are checked to exist: the suite itself runs the former.
"""

import itertools
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Labgap

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LONG = {"bench", "run", "staff", "sweep", "train"}
"""Verbs that are given ``--smoke`` here, and two replications where they name a number."""
ALONE = {"camera", "check-system", "degradations", "doctor", "list", "poses", "schema", "validate"}
"""Verbs that make nothing for later lines: what several pages name runs on the first of them."""
STARTED = {"README.md", "training.md"}
"""Pages whose commands are processes, as readers start them; the others' run in this one.

The first is what everybody tries; a training loads libraries that nothing else here should meet.
"""


def blocks(*languages: str) -> list[tuple[str, str]]:
    return [
        (f"{page.name}:{page.read_text('utf-8')[: match.start()].count(chr(10)) + 1}", match[2])
        for page in PAGES
        for match in BLOCK.finditer(page.read_text("utf-8"))
        if match[1] in languages
    ]


def commands(program: str) -> dict[str, list[str]]:
    """Lines that call `program`, by page, in order: a page is read from top to bottom."""
    found: dict[str, list[str]] = {}
    for place, text in blocks("sh", "console", "bash", "yaml"):
        for line in text.replace("\\\n", " ").splitlines():
            bare = line.strip().removeprefix("$ ").removeprefix("- run: ")
            bare = bare.split("  #")[0].split(" >> ")[0].strip()
            if bare.startswith(f"{program} "):
                found.setdefault(place.partition(":")[0], []).append(bare)
    return found


LABGAP = commands("labgap")
"""Documented commands, by page."""


def to_run(page: str) -> list[list[str]]:
    """Words of a page's commands, after ``labgap``, made small."""
    earlier = {
        line
        for other, lines in itertools.takewhile(lambda item: item[0] != page, LABGAP.items())
        for line in lines
    }
    chosen = []
    for line in LABGAP[page]:
        words = shlex.split(line)[1:]
        if words[0] in ALONE and line in earlier:
            continue
        if words[0] in LONG and not {"--smoke", "--dry-run"} & set(words):
            words += ["--smoke", "--jobs", "1"]
            words += ["--reps", "2"] if "--reps" in words else []
        chosen.append(words)
    return chosen


@pytest.fixture
def office(labgap: Labgap, workplace: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """What a reader of the docs has: the library, a scaffold, and a run with its answers."""
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    shutil.copytree(workplace / "runs", tmp_path / "runs")
    # the user's own detector: any will do
    weights = ROOT / "systems" / "vision" / "weights"
    shutil.copy(weights / "detector.onnx", tmp_path / "my_yolo.onnx")
    page = request.node.callspec.params["page"]
    if "labgap init ." not in LABGAP.get(page, []):
        assert labgap("init", ".", cwd=tmp_path).returncode == 0
    return tmp_path


@pytest.mark.parametrize("page", LABGAP)
def test_documented_labgap_commands_run(
    page: str, labgap: Labgap, labgap_process: Labgap, office: Path
) -> None:
    run = labgap_process if page in STARTED else labgap
    for words in to_run(page):
        done = run(*words, cwd=office)
        assert done.returncode == 0, f"{page}: {words}\n{done.stdout}\n{done.stderr}"


def test_every_documented_command_runs_somewhere() -> None:
    run = {tuple(words) for page in LABGAP for words in to_run(page)}
    named = {tuple(shlex.split(line)[1:]) for lines in LABGAP.values() for line in lines}
    assert all(any(words == made[: len(words)] for made in run) for words in named)


@pytest.mark.parametrize("page", commands("make"))
def test_documented_make_targets_exist(page: str) -> None:
    for line in commands("make")[page]:
        words = ["make", "--dry-run", *shlex.split(line)[1:]]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, f"{page}: {line}\n{done.stderr}"


@pytest.mark.parametrize("page", sorted({place.partition(":")[0] for place, _ in blocks("python")}))
def test_documented_python_runs(page: str, labgap: Labgap, office: Path) -> None:
    mine = [(place, code) for place, code in blocks("python") if place.startswith(page)]
    for line in LABGAP.get(page, []):
        # What a page makes and then opens from Python.
        made = re.search(r"--out (\S+)$", line)
        if made and any(f'"{made[1]}"' in code for _, code in mine):
            done = labgap(*shlex.split(line)[1:], cwd=office)
            assert done.returncode == 0, f"{page}: {line}\n{done.stderr}"
    for place, code in mine:
        check(place, code, office)


def check(place: str, code: str, office: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=office, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"{place}: {done.stderr}"


def test_there_are_documented_commands() -> None:
    assert sum(len(lines) for lines in LABGAP.values()) >= 20
    assert len(commands("make")["README.md"]) == 2


def test_inline_tox_commands_exist() -> None:
    config = (ROOT / "tox.ini").read_text("utf-8")
    named = re.findall(r"`tox -e (\w+)`", "".join(page.read_text("utf-8") for page in PAGES))
    assert named
    assert all(f"[testenv:{name}]" in config for name in named)
