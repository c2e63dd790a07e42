"""One contract, kept by the local pool, by a Ray of our own, and by a joined cluster of two nodes.

Each case is a process of its own, because Ray keeps its state per process, and under a hard limit.
Whatever was started is ended by its id, also where a test fails.
"""

import hashlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

from labgap.engine_choice import EngineChoice, EngineName
from labgap.errors import InvalidUse
from labgap.ray_bench import Bench
from labgap.ray_cluster import connect, imported
from tests.conftest import ROOT, labgap_command
from tests.engine_errands import MEMORY_GB, SECONDS, Budgets, content

LIMIT_S = 180.0
ARRIVALS = "{duration_s: 20, rate_per_h: 720, profile: [], burst: null, surges: []}"
TINY = (
    *("--set", "replications=2", "--set", "sorting.lanes=1"),
    *("--set", f"sorting.arrivals={ARRIVALS}"),
    *("--jobs", "2", "--quiet", "--out", "run"),
)
READER = """
import time
from pathlib import Path
from systems.contracts.vision import Reading, ReadingDecision

HERE = Path(__file__).parent

class Reader:
    def read(self, captures):
        (HERE / "begun").touch()
        while (HERE / "hold").exists():
            time.sleep(0.01)
        return [
            Reading(c.capture_id, ReadingDecision.NO_READ, float(c.views[0].overview.mean() / 255))
            for c in captures
        ]
"""

STRANGER = """
import sys
from ray._raylet import GcsClient
print("told", GcsClient(address=sys.argv[1]).internal_kv_keys(b"", None))
"""
ADDRESS = r"--address='([^']+)'"


@dataclass(frozen=True)
class Process:
    """A started process, what it says, and what it started in turn."""

    popen: "subprocess.Popen[str]"
    log: Path

    def family(self) -> list[psutil.Process]:
        own = psutil.Process(self.popen.pid)
        return [own, *own.children(recursive=True)]

    def said(self) -> str:
        return self.log.read_text()

    def ends_with(self, code: int) -> str:
        assert self.popen.wait(LIMIT_S) == code, self.said()[-3000:]
        return self.said()


def until(is_so: Callable[[], bool], process: Process) -> None:
    end = time.monotonic() + LIMIT_S
    while not is_so():
        assert process.popen.poll() is None, process.said()[-3000:]
        assert time.monotonic() < end, process.said()[-3000:]
        time.sleep(0.02)


@contextmanager
def started(command: list[str], environ: dict[str, str], log: Path, cwd: Path) -> Iterator[Process]:
    """Run a command; at the end neither it nor anything it started is left."""
    with log.open("w") as output:
        popen = subprocess.Popen(
            command,
            env=environ,
            cwd=cwd,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # A suite started in the background inherits an ignored SIGINT and would hand it on.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    process = Process(popen, log)
    try:
        yield process
    finally:
        family = process.family() if popen.poll() is None else []
        if family:
            # A node ends its own daemons when it is asked to.
            popen.terminate()
            psutil.wait_procs(family, timeout=10.0)
        for left in family:
            if left.is_running():
                left.kill()
        psutil.wait_procs(family, timeout=10.0)
        popen.wait(10.0)


def node(stack: ExitStack, environ: dict[str, str], log: Path, *options: str) -> Process:
    command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus=1"]
    command += ["--object-store-memory=80000000", *options]
    process = stack.enter_context(started(command, environ, log, log.parent))
    until(lambda: "runtime started" in process.said(), process)
    return process


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Of all processes here: no word of Ray's from outside, and tests can be imported by name."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    home = tmp_path_factory.mktemp("home")
    own = {"PYTHONPATH": str(ROOT), "HOME": str(home), "NO_COLOR": "1"}
    return {**known, **own, "OMP_NUM_THREADS": "1", "RAY_USAGE_STATS_ENABLED": "0"}


@pytest.fixture(scope="module")
def member(environ: dict[str, str]) -> dict[str, str]:
    """Of processes that know the token of the cluster."""
    return {**environ, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}


@pytest.fixture(scope="module")
def cluster(member: dict[str, str]) -> Iterator[str]:
    """Address of a cluster of two nodes, of one CPU each, on this machine."""
    # Sockets of Ray lie in this folder, and their paths must be short.
    with TemporaryDirectory(prefix="ray") as folder, ExitStack() as stack:
        alone = ("--node-ip-address=127.0.0.1", "--include-dashboard=false")
        here = f"--temp-dir={folder}"
        head = node(stack, member, Path(folder, "1.log"), "--head", "--port=0", *alone, here)
        # That the runtime has started is said some lines before where it is.
        until(lambda: re.search(ADDRESS, head.said()) is not None, head)
        found = re.search(ADDRESS, head.said())
        assert found is not None
        node(stack, member, Path(folder, "2.log"), f"--address={found[1]}")
        yield found[1]


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    return folder


def errands(programme: str, engine: str, address: str, folder: Path) -> list[str]:
    words = [programme, engine, address, str(folder)]
    return [sys.executable, "-m", "tests.engine_errands", *words]


def check_contract(answer: str, shared: Path, where: str, *also: str) -> None:
    found = json.loads(answer.splitlines()[-1])
    said, raised = found["said"], found["raised"]
    assert where in found["where"]
    names = [f"e{number}" for number in range(6)]
    assert sorted(found["order"]) == sorted([*names, "late"])
    assert found["order"].index("late") > found["order"].index("e4")
    whole = {*names, "late", "warm", "up", "last", *also}
    assert {name for name, words in said.items() if words is None} == whole
    assert said["fail"] == "said no"
    assert "it cannot be imported here" in said["unloadable"]
    assert said["exit"] == "ended its process without an answer (exit code 7)"
    assert "had its process killed from outside" in said["die"]
    assert f"gave no answer within {SECONDS:g} s" in said["hang"]
    assert f"past the {MEMORY_GB:g} GB of --task-memory" in said["eat"]
    assert raised["full"] == "28 No space left on device /disk/file"
    assert "ZeroDivisionError: somewhere deep" in raised["bug"]
    assert "in run" in raised["bug"]
    left = {path.name: path.read_text() for path in shared.iterdir() if path.name[0] != "."}
    assert left == {name: content(name) for name in whole}


def test_the_local_pool_keeps_the_contract(
    environ: dict[str, str], shared: Path, tmp_path: Path
) -> None:
    command = errands("contract", "local", "", shared)
    with started(command, environ, tmp_path / "log", tmp_path) as process:
        check_contract(process.ends_with(0), shared, "2 processes on this machine")


def test_a_ray_of_our_own_keeps_the_contract(
    environ: dict[str, str], shared: Path, tmp_path: Path
) -> None:
    command = errands("contract", "ray", "", shared)
    with started(command, environ, tmp_path / "log", tmp_path) as process:
        until(lambda: any(shared.iterdir()), process)
        family = process.family()
        # Ray listens on every interface: a stranger must be told nothing.
        (raylet,) = (one.cmdline() for one in family if one.name() == "raylet")
        (address,) = (word[14:] for word in raylet if word.startswith("--gcs-address="))
        stranger = {**environ, "RAY_AUTH_MODE": "disabled"}
        with started(
            [sys.executable, "-c", STRANGER, address], stranger, tmp_path / "them", tmp_path
        ) as caller:
            assert "Unauthenticated" in caller.ends_with(1)
        check_contract(process.ends_with(0), shared, "2 Ray workers on this machine", "orphan")
        _, left = psutil.wait_procs(family, timeout=30.0)
        assert not left
    assert not any(Path(environ["HOME"]).iterdir())


def test_a_joined_cluster_keeps_the_contract(
    cluster: str, member: dict[str, str], shared: Path, tmp_path: Path
) -> None:
    command = errands("contract", "ray", cluster, shared)
    with started(command, member, tmp_path / "log", tmp_path) as process:
        where = f"2 Ray workers on the cluster at {cluster}"
        check_contract(process.ends_with(0), shared, where, "orphan")


def digests(run: Path) -> dict[str, str]:
    """Of the metrics and of every table of a run."""
    files = [run / "metrics.json", *sorted(run.rglob("*.parquet"))]
    return {
        str(file.relative_to(run)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files
    }


def play(*options: str) -> list[str]:
    system = ("--system", "vision=reader:Reader")
    return [*labgap_command(), "run", "quickstart", *system, *TINY, *options]


def office(folder: Path) -> Path:
    folder.mkdir()
    (folder / "reader.py").write_text(READER)
    return folder


@pytest.fixture(scope="module")
def played_here(
    environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Digests of a run by the local engine."""
    folder = office(tmp_path_factory.mktemp("local") / "office")
    with started(play(), environ, folder / "log", folder) as process:
        process.ends_with(0)
    assert json.loads((folder / "run/manifest.json").read_text())["engine"] == {"name": "local"}
    return digests(folder / "run")


def test_a_run_on_a_cluster_has_the_same_bytes(
    cluster: str, member: dict[str, str], played_here: dict[str, str], tmp_path: Path
) -> None:
    folder = office(tmp_path / "office")
    command = play("--engine", "ray", "--ray-address", cluster)
    with started(command, member, folder / "log", folder) as process:
        process.ends_with(0)
    assert digests(folder / "run") == played_here
    assert len(played_here) > 10
    manifest = json.loads((folder / "run/manifest.json").read_text())
    assert manifest["engine"] == {"name": "ray", "cluster": "joined"}


@pytest.mark.parametrize("engine", [*EngineName])
def test_ctrl_c_leaves_nothing_running_and_another_engine_goes_on(
    engine: EngineName, environ: dict[str, str], played_here: dict[str, str], tmp_path: Path
) -> None:
    folder = office(tmp_path / "office")
    (folder / "hold").touch()
    with started(play("--engine", engine), environ, folder / "log", folder) as process:
        until((folder / "begun").exists, process)
        family = process.family()
        assert len(family) > 2
        # As a terminal does: every process in the foreground hears of it.
        os.killpg(process.popen.pid, signal.SIGINT)
        time.sleep(0.5)
        (folder / "hold").unlink()
        assert "--resume" in process.ends_with(130)
        _, left = psutil.wait_procs(family, timeout=30.0)
        assert not left
    assert not (folder / "run/metrics.json").exists()
    with started(play("--resume"), environ, folder / "log", folder) as process:
        process.ends_with(0)
    assert digests(folder / "run") == played_here
    assert json.loads((folder / "run/manifest.json").read_text())["engine"] == {"name": "local"}


def test_what_a_lost_node_had_in_hand_is_done_by_another(
    cluster: str, member: dict[str, str], shared: Path, tmp_path: Path
) -> None:
    command = errands("held", "ray", cluster, shared)
    with ExitStack() as stack:
        third = node(stack, member, tmp_path / "node", f"--address={cluster}")
        process = stack.enter_context(started(command, member, tmp_path / "log", tmp_path))
        until(lambda: len(list(shared.glob(".begun-*"))) == 3, process)
        third.popen.terminate()
        third.popen.wait(LIMIT_S)
        (shared / ".go").touch()
        said = json.loads(process.ends_with(0).splitlines()[-1])["said"]
    names = [f"h{number}" for number in range(5)]
    assert said == dict.fromkeys(names)
    assert {name: (shared / name).read_text() for name in names} == {
        name: content(name) for name in names
    }


def test_an_address_needs_ray() -> None:
    with pytest.raises(InvalidUse, match="only Ray"):
        EngineChoice(address="127.0.0.1:1")


@pytest.mark.parametrize("address", ["auto", "ray://127.0.0.1:10001", "127.0.0.1:70000", "x", ""])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidUse, match="no address of a Ray cluster"):
        connect(None, 1, address)


def test_where_nobody_listens_is_told_at_once() -> None:
    with pytest.raises(InvalidUse, match="nobody answers there"):
        connect(None, 1, "127.0.0.1:1")


def test_without_ray_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.setenv(name, "")
    with pytest.raises(InvalidUse, match=r"labgap\[ray\]"):
        imported(None)


def test_a_node_that_cannot_work_with_us_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bench = Bench(Budgets(1.0, 1.0), str(tmp_path))
    blind = bench.start(str(tmp_path / "absent"), "code")
    assert blind is not None
    assert "does not see this folder" in blind.what
    other = bench.start(None, "code")
    assert other is not None
    assert "another labgap" in other.what
    bench.leave()
