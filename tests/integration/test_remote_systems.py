"""A run whose reader is a server: a real one, one that breaks, one that is killed and resumed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import labgap as library
from labgap.survival import folder_digest
from tests import model_server as behaves
from tests.conftest import ROOT, Labgap, labgap_command
from tests.model_server import ModelServer

SMOKE = ("run", "quickstart", "--smoke", "--jobs", "1", "--arm", "candidate", "--out", "runs/r")
FEW = (
    *("run", "quickstart", "--jobs", "1", "--arm", "candidate", "--reps", "1"),
    *("--set", "fidelity={kind: full}", "--set", "sorting.lanes=1", "--set"),
    "sorting.arrivals={duration_s: 30, rate_per_h: 720, profile: [], burst: null, surges: []}",
)
PAGE = (ROOT / "docs/remote.md").read_text("utf-8")

IN_PROCESS = """
import numpy as np
import barcode_model
from systems.contracts.vision import Reading, ReadingDecision

class Same:
    def read(self, captures):
        return [self.one(capture) for capture in captures]

    def one(self, capture):
        (view,) = capture.views
        height, width = view.overview.shape[:2]
        quad = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
        read = barcode_model.BarcodeModel.read(None, view.window(quad, (1600, 1280)))
        fields = dict(zip(("sort_code", "tracking_id"), read)) if any(read) else {}
        decision = ReadingDecision.ACCEPT if fields else ReadingDecision.NO_READ
        sure = float(np.float32(0.995)) if fields else 0.0
        return Reading(capture.capture_id, decision, sure, fields)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def mlserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """MLServer with the very files of docs/remote.md, but for the ports."""
    folder = tmp_path_factory.mktemp("mlserver")
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
    model, settings = re.findall(r"^```json\n(.*?)^```", PAGE, re.M | re.S)
    port = free_port()
    ports = {"http_port": port, "grpc_port": free_port(), "metrics_port": free_port()}
    (folder / "barcode_model.py").write_text(code)
    (folder / "model-settings.json").write_text(model)
    (folder / "settings.json").write_text(json.dumps({**json.loads(settings), **ports}))
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [str(Path(sys.executable).with_name("mlserver")), "start", "."],
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}/v2/models/barcode"
    try:
        for _ in range(300):
            assert server.poll() is None, (folder / "log").read_text()
            try:
                urllib.request.urlopen(f"{address}/ready", timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
        yield address, folder
    finally:
        server.terminate()
        server.wait(20)


def test_a_real_server_measures_what_the_same_code_does_in_process(
    mlserver: tuple[str, Path], labgap: Labgap, tmp_path: Path
) -> None:
    address, folder = mlserver
    (tmp_path / "barcode_model.py").write_text((folder / "barcode_model.py").read_text())
    (tmp_path / "same.py").write_text(IN_PROCESS)
    found = {}
    for name, spec in (("remote", address), ("local", "same:Same")):
        done = labgap(*FEW, "--out", f"runs/{name}", "--system", f"vision={spec}", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        run = library.load(tmp_path / "runs" / name)
        found[name] = json.loads((run.path / "metrics.json").read_text())
        assert (run.readings()["decision"] == "accept").mean() > 0.5
    assert found["remote"]["records"] == found["local"]["records"]


def test_silence_is_counted_recorded_and_no_measurement(labgap: Labgap, tmp_path: Path) -> None:
    with ModelServer(behaves.status(500)) as server:
        done = labgap(*SMOKE, "--system", f"vision={server.model}", cwd=tmp_path)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "the server never answered" in done.stderr
    assert "server error (5xx)" in done.stderr
    assert "Traceback" not in done.stderr
    manifest = json.loads((tmp_path / "runs/r/manifest.json").read_text())
    assert manifest["status"] == "failed"


def sometimes(handler: behaves.Handler, count: int) -> None:
    second = len(handler.server.requests) % 2 == 0
    (behaves.one_too_many if second else behaves.well)(handler, count)


def test_some_silence_is_said_everywhere(labgap: Labgap, tmp_path: Path) -> None:
    with ModelServer(sometimes) as server:
        done = labgap(*SMOKE, "--system", f"vision={server.model}", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    readings = library.load(tmp_path / "runs/r").readings()
    silent = readings["stages"].str.contains('"remote"').sum()
    words = f"{silent} of {len(readings)} readings got no answer from the server"
    assert 0 < silent < len(readings)
    assert words in done.stdout.replace("\n", " ")
    for page in ("report.html", "report.md", "metrics.json"):
        assert words in (tmp_path / "runs/r" / page).read_text("utf-8"), page
    parcel = readings[readings["stages"].str.contains('"remote"')]["parcel_id"].iloc[0]
    shown = labgap("show", "runs/r", parcel, cwd=tmp_path)
    assert "no answer from the server (answer breaks the contract)" in shown.stdout
    compared = labgap("compare", "runs/r", "runs/r", cwd=tmp_path)
    assert words in " ".join(compared.stdout.split())


def test_a_killed_run_repeats_what_it_recorded(labgap: Labgap, tmp_path: Path) -> None:
    """The server fails first and answers well later; what it failed at stays failed."""

    def first_badly(handler: behaves.Handler, count: int) -> None:
        bad = len(handler.server.requests) == 1
        (behaves.one_too_many if bad else behaves.well)(handler, count)

    with ModelServer(first_badly) as server:
        command = (*SMOKE, "--system", f"vision={server.model}")
        run = tmp_path / "runs/r"
        first = subprocess.Popen(
            [*labgap_command(), *command],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while not list((tmp_path / "runs/.cache").rglob("*.parquet")) and first.poll() is None:
            time.sleep(0.005)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        done = labgap(*command, "--resume", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        asked = len(server.requests)
        expected = {n: d for n, d in folder_digest(run).items() if n.startswith("events/")}
        for table in run.glob("events/*/*/readings.parquet"):
            table.unlink()
        (run / "metrics.json").unlink()
        again = labgap(*command, "--resume", cwd=tmp_path)
        assert again.returncode == 0, again.stderr
        assert len(server.requests) == asked
        found = {n: d for n, d in folder_digest(run).items() if n.startswith("events/")}
        assert found == expected
        readings = library.load(run).readings()
        assert readings["stages"].str.contains('"remote"').any()
        other = labgap(*command[:-3], "runs/other", *command[-2:], cwd=tmp_path)
        assert other.returncode == 0, other.stderr
        assert len(server.requests) > asked
    fresh = library.load(tmp_path / "runs/other").readings()
    assert not fresh["stages"].str.contains('"remote"').any()


def test_a_server_that_is_not_there_and_a_host_that_is_not_allowed(
    labgap: Labgap, tmp_path: Path
) -> None:
    absent = f"http://127.0.0.1:{free_port()}/v2/models/m"
    for address, words in (
        (absent, "unreachable"),
        ("http://192.0.2.1/v2/models/m", "--allow-host 192.0.2.1"),
    ):
        done = labgap(*SMOKE, "--system", f"vision={address}", cwd=tmp_path)
        assert done.returncode == 2, done.stderr
        assert words in done.stderr
        assert "fix: " in done.stderr
        assert not (tmp_path / "runs").exists()


def test_the_token_reaches_the_server_and_no_file(labgap_process: Labgap, tmp_path: Path) -> None:
    with ModelServer(sometimes) as server:
        server.token = "s3cret-token"
        command = (*SMOKE, "--system", f"vision={server.model}")
        refused = labgap_process(*command, cwd=tmp_path)
        assert refused.returncode == 2
        assert "LABGAP_REMOTE_TOKEN" in refused.stderr
        done = labgap_process(*command, cwd=tmp_path, env={"LABGAP_REMOTE_TOKEN": server.token})
    assert done.returncode == 0, done.stderr
    assert "s3cret" not in done.stdout + done.stderr
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"s3cret" not in path.read_bytes(), path
