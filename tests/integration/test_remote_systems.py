"""A run whose reader is a server: a real one, one that breaks, one that is killed and resumed."""

import json
import re
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
from tests import model_server as behaves
from tests.conftest import ROOT, Labgap
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
