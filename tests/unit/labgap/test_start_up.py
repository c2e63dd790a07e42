"""What starting a verb, the library or a worker loads: never a number of seconds."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import labgap
from labgap.budgets import Budgets
from labgap.cli import VERBS
from labgap.lazy_verbs import LazyVerb, summary
from labgap.worker_pool import WorkerPool
from tests.engine_errands import LoadedModules

DRAWING = {"matplotlib", "jinja2"}
FRAMES = {"pandas", "duckdb", "statsmodels"}
STATISTICS = {"scipy.stats", "scipy.optimize"}
PICTURES = {"cv2", "zxingcpp", "PIL"}
ARRAYS = {"numpy", "pyarrow", "scipy", "numba"}
SERVERS = {"httpx", "ray", "tenacity"}
EVERYTHING = DRAWING | FRAMES | STATISTICS | PICTURES | ARRAYS | SERVERS

ONE_VERB = """
import sys
from labgap.cli import app
try:
    app(sys.argv[1:])
except SystemExit:
    pass
print(*sys.modules, sep="\\n", file=sys.stderr)
"""


def loaded_by(*words: str, code: str = ONE_VERB) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    return set(done.stderr.splitlines())


@pytest.mark.parametrize(
    ("words", "unneeded"),
    [
        (("--version",), EVERYTHING),
        (("--help",), EVERYTHING),
        (("wonder",), EVERYTHING),
        (("run", "--help"), DRAWING | STATISTICS | SERVERS | {"pandas", "numba"}),
        (("run", "nowhere"), DRAWING | STATISTICS | SERVERS | {"pandas", "numba"}),
        (("validate", "quickstart"), EVERYTHING - {"numpy"}),
        (("list", "systems"), DRAWING | FRAMES | STATISTICS | SERVERS),
        (("gate", "--smoke"), DRAWING | STATISTICS | SERVERS | {"pandas", "cv2", "numba"}),
        (("doctor",), EVERYTHING),
        (("init", "--help"), EVERYTHING),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_verb_loads_no_library_that_it_has_no_use_for(
    words: tuple[str, ...], unneeded: set[str]
) -> None:
    loaded = loaded_by(*words)
    assert "labgap.cli" in loaded
    assert not loaded & unneeded


def test_a_verb_loads_no_other_verb() -> None:
    verbs = {name for name in loaded_by("--help") if name.startswith("labgap.commands.")}
    assert not verbs
    verbs = {name for name in loaded_by("validate") if name.startswith("labgap.commands.")}
    assert verbs == {"labgap.commands.validate", "labgap.commands.options"}


def test_the_library_loads_data_frames_when_asked_for_them() -> None:
    bare = "import labgap, sys; print(*sys.modules, sep='\\n', file=sys.stderr)"
    assert not loaded_by(code=bare) & EVERYTHING
    used = "from labgap import load; import sys; print(*sys.modules, sep='\\n', file=sys.stderr)"
    loaded = loaded_by(code=used)
    assert loaded >= FRAMES - {"statsmodels"}
    assert not loaded & (DRAWING | STATISTICS | {"cv2"})


def test_the_library_offers_all_that_it_promises() -> None:
    assert set(labgap.__all__) <= set(dir(labgap))
    for name in labgap.__all__:
        assert getattr(labgap, name).__name__ == name
    with pytest.raises(AttributeError, match="wonder"):
        _ = labgap.wonder


@pytest.mark.parametrize("name", VERBS)
def test_help_says_of_a_verb_what_the_verb_says(name: str) -> None:
    verb = LazyVerb(name, VERBS[name]).load()
    assert verb.name == name
    assert verb.help.strip() == summary(VERBS[name]).strip() != ""


@pytest.fixture
def worker() -> Iterator[WorkerPool]:
    pool = WorkerPool(1, Budgets(120.0, 4.0))
    yield pool
    pool.close()


def test_a_worker_loads_what_plays_and_nothing_that_scores_or_draws_pages(
    worker: WorkerPool, tmp_path: Path
) -> None:
    file = tmp_path / "modules"
    assert [failure for _, failure in worker.map_unordered([LoadedModules(file)])] == [None]
    loaded = set(file.read_text("utf-8").splitlines())
    assert loaded >= {"labgap.tasks", "cv2", "pyarrow"}
    assert not loaded & (DRAWING | FRAMES | STATISTICS | SERVERS | {"numba", "labgap.cli"})
    assert not {name for name in loaded if name.startswith(("metrics", "reports"))}
