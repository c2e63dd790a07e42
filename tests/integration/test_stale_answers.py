"""Answers of one model must never be taken for those of the next."""

from pathlib import Path

import labgap as library
from tests.conftest import Labgap

COMMAND = (
    "run",
    "quickstart",
    "--smoke",
    "--jobs",
    "1",
    "--arm",
    "candidate",
    "--system",
    "vision=my_reader:MyReader",
    "--out",
    "cand",
)


def lab_accuracy(folder: Path) -> float:
    records = library.load(folder / "cand").metrics
    chosen = records.query("metric == 'accuracy.forced' and condition == 'lab' and group == 'all'")
    return float(chosen["value"].item())


def test_an_edited_model_is_asked_again(labgap_process: Labgap, tmp_path: Path) -> None:
    """Also under the same folder name, and where its author forgot the fingerprint."""
    assert labgap_process("init", ".", cwd=tmp_path).returncode == 0
    assert labgap_process(*COMMAND, cwd=tmp_path).returncode == 0
    assert lab_accuracy(tmp_path) > 0.8

    (tmp_path / "cand").rename(tmp_path / "old")
    reader = tmp_path / "my_reader.py"
    text = reader.read_text("utf-8")
    blind = text.replace("texts |= {code.text for code in found}", "texts |= set()")
    assert blind != text
    reader.write_text(blind, "utf-8")
    assert labgap_process(*COMMAND, cwd=tmp_path).returncode == 0
    assert lab_accuracy(tmp_path) == 0.0


def test_a_resume_notices_the_edit(labgap_process: Labgap, tmp_path: Path) -> None:
    assert labgap_process("init", ".", cwd=tmp_path).returncode == 0
    assert labgap_process(*COMMAND, cwd=tmp_path).returncode == 0
    reader = tmp_path / "my_reader.py"
    reader.write_text(reader.read_text("utf-8") + "\n# edited\n", "utf-8")
    done = labgap_process(*COMMAND, "--resume", cwd=tmp_path)
    assert done.returncode == 2
    assert "cannot be resumed" in done.stderr
