"""From a measurement to a run that draws from it, by the command line alone."""

import json
from pathlib import Path

import pytest

from systems.latency_files import read_profiles
from tests.conftest import Labgap

SHORT = ("--samples", "3", "--clock", "processor")


@pytest.fixture(scope="module")
def bench(labgap: Labgap, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with measured profiles of a floor reader: quick to ask, so quick to measure."""
    folder = tmp_path_factory.mktemp("bench")
    command = ("calibrate", "vision", "no_read", "--batch", "2,1", *SHORT)
    done = labgap(*command, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "batch of 2" in done.stdout
    return folder


def run(labgap: Labgap, folder: Path, out: Path, profiles: str) -> "object":
    return labgap(
        "run", "quickstart", "--smoke", "--jobs", "1", "--system", "vision=no_read",
        "--arm", "candidate", "--profiles", profiles, "--out", str(out), cwd=folder,
    )  # fmt: skip


def test_a_run_draws_from_the_measured_profile_and_says_which(
    bench: Path, labgap: Labgap, tmp_path: Path
) -> None:
    one, two = read_profiles(bench / "profiles/vision-no_read.json")
    assert (one.batch_size, two.batch_size) == (1, 2)
    done = run(labgap, bench, tmp_path / "r", "profiles")
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "r/manifest.json").read_text())
    assert manifest["arms"]["candidate"]["latency_profile"] == {
        "name": "vision/no_read",
        "version": 1,
        "sha256": one.sha256,
        "is_default": False,
    }
    assert "--profiles profiles" in manifest["reproduce"]


def test_measuring_again_raises_the_version_and_keeps_other_sizes(
    bench: Path, labgap: Labgap, tmp_path: Path
) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes((bench / "profiles/vision-no_read.json").read_bytes())
    command = ("calibrate", "vision", "no_read", *SHORT, "--out", str(path), "--json")
    done = labgap(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (printed,) = json.loads(done.stdout)
    assert [(p.batch_size, p.version) for p in read_profiles(path)] == [(1, 2), (2, 1)]
    assert printed["sha256"] == read_profiles(path)[0].sha256
    assert printed["file"] == str(path)


def test_a_tampered_profile_is_a_sentence_and_exit_2(
    bench: Path, labgap: Labgap, tmp_path: Path
) -> None:
    text = (bench / "profiles/vision-no_read.json").read_text()
    (tmp_path / "faster.json").write_text(text.replace('"version": 1', '"version": 2'))
    done = run(labgap, bench, tmp_path / "r", str(tmp_path / "faster.json"))
    assert done.returncode == 2
    assert "not the one that was measured" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("service", "hand_off"), "cannot be calibrated"),
        (("vision", "no_read", "--batch", "1,x"), "batch sizes"),
        (("vision", "barcode", "--param", "try_rotate"), "KEY=VALUE"),
        (("vision", "no_read", "--out", "nowhere/at/all.json", *SHORT), "nowhere"),
    ],
)
def test_a_users_mistake_is_a_sentence_and_exit_2(
    arguments: tuple[str, ...], words: str, labgap: Labgap, tmp_path: Path
) -> None:
    done = labgap("calibrate", *arguments, cwd=tmp_path)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_file_of_another_system_is_not_overwritten(
    bench: Path, labgap: Labgap, tmp_path: Path
) -> None:
    path = bench / "profiles/vision-no_read.json"
    before = path.read_bytes()
    done = labgap("calibrate", "vision", "barcode", *SHORT, "--out", str(path), cwd=tmp_path)
    assert done.returncode == 2
    assert "vision/no_read" in done.stderr
    assert path.read_bytes() == before


def test_smoke_leaves_nothing_behind(labgap: Labgap, tmp_path: Path) -> None:
    done = labgap("calibrate", "--smoke", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "vision/barcode" in done.stdout
    assert not list(tmp_path.iterdir())
