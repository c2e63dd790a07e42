"""`labgap poses` as a user calls it, and a run on physical flow."""

import json
import sys
from pathlib import Path

import pytest

from tests.conftest import Labgap

WITHOUT_PYBULLET = "import sys; sys.modules['pybullet'] = None; from labgap.cli import main; main()"


def test_generate_writes_the_same_poses_twice_and_show_draws_them(
    labgap: Labgap, tmp_path: Path
) -> None:
    cards = []
    for name in ("one.npy", "two.npy"):
        done = labgap("poses", "generate", "-n", "12", "--seed", "3", "--out", name, "--json",
                      cwd=tmp_path)  # fmt: skip
        assert done.returncode == 0, done.stderr
        cards.append(json.loads(done.stdout))
    assert (tmp_path / "one.npy").read_bytes() == (tmp_path / "two.npy").read_bytes()
    assert cards[0]["sha256"] == cards[1]["sha256"]
    done = labgap("poses", "show", "one.npy", "--out", "poses.png", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "laid: " in done.stdout
    assert (tmp_path / "poses.png").stat().st_size > 100_000


@pytest.mark.parametrize(
    "words",
    [
        ("generate", "--out", "nowhere/poses.npy"),
        ("show", "missing.npy"),
    ],
)
def test_wrong_use_is_a_sentence(labgap: Labgap, tmp_path: Path, words: tuple[str, ...]) -> None:
    done = labgap("poses", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_without_pybullet_generate_says_what_to_install_and_runs_go_on(tmp_path: Path) -> None:
    import subprocess

    def without(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", WITHOUT_PYBULLET, *words],
            cwd=tmp_path, capture_output=True, text=True, timeout=240,
        )  # fmt: skip

    done = without("poses", "generate", "--smoke")
    assert done.returncode == 2
    assert "pybullet is not installed" in done.stderr
    assert "labgap[train]" in done.stderr
    (tmp_path / "flow.yaml").write_text(FLOW)
    done = without("run", "flow.yaml", "--smoke", "--jobs", "1", "--out", "runs/flow")
    assert done.returncode == 0, done.stderr
    index = json.loads((tmp_path / "runs/flow/gallery/index.json").read_text())
    words = [word for item in index["items"] for word in item["conditions"]]
    assert "label not on top" in words
    shown = without("show", "runs/flow", index["items"][0]["command"].split()[-1])
    assert "lies at" in shown.stdout.splitlines()[1]


FLOW = """\
extends: quickstart
name: flow
sorting:
  flow: {tipped_share: 0.5, reason: "Assumed, for a test."}
"""


def test_a_run_on_missing_poses_ends_before_it_begins(labgap: Labgap, tmp_path: Path) -> None:
    (tmp_path / "flow.yaml").write_text(
        FLOW.replace("flow: {", f"flow: {{poses: none.npy, sha256: {'f' * 64}, ")
    )
    done = labgap("run", "flow.yaml", "--smoke", "--jobs", "1", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "none.npy" in done.stderr
    assert "Traceback" not in done.stderr
