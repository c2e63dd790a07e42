"""The verbs as a user meets them: what they print, how they refuse, what they exit with."""

import json
from pathlib import Path

import pytest

import labgap as library
from tests.conftest import Labgap

NINE = {"metric", "arm", "condition", "group", "value", "low", "high", "n", "replications"}

BROKEN = """
import numpy as np
from systems.contracts.vision import Reading, ReadingDecision

class Base:
    def read(self, captures):
        return [self.one(capture) for capture in captures]

class Raises(Base):
    def one(self, capture):
        raise RuntimeError("the model fell over \\x1b[31m")

class Short(Base):
    def read(self, captures):
        return []

class NotANumber(Base):
    def one(self, capture):
        return Reading(capture.capture_id, ReadingDecision.NO_READ, float("nan"))

class Strange(Base):
    def read(self, captures):
        return "no"

class Exits(Base):
    def one(self, capture):
        import os
        os._exit(7)
"""


def test_run_prints_a_table_and_the_report(labgap_process: Labgap, tmp_path: Path) -> None:
    done = labgap_process("run", "quickstart", "--smoke", "--jobs", "1", "--out", "r", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for words in ("per lane and hour", "barcode", "lab", "production", "gap", "report: "):
        assert words in done.stdout
    assert "parcels read by the models" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    lines = dict(line.split(": ", 1) for line in done.stdout.splitlines() if ".html" in line)
    assert Path(lines["report"]).stat().st_size < 2_000_000
    assert Path(lines["replay"]).stat().st_size < 3_000_000


def test_quiet_json_run_prints_json_alone(labgap_process: Labgap, tmp_path: Path) -> None:
    done = labgap_process(
        "run", "quickstart", "--smoke", "--jobs", "1", "--quiet", "--json", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert Path(said["report"]).is_file()
    assert said["records"]
    assert "parcels read" not in done.stderr


@pytest.mark.parametrize(
    "words",
    ["validate quickstart", "metrics smoke", "metrics nowhere", "run --jobs 0", "wonder", "runs"],
)
def test_a_verb_here_ends_as_the_command_does(
    words: str, labgap: Labgap, labgap_process: Labgap, workplace: Path
) -> None:
    """Most tests call verbs in this process: they speak of the command because this holds."""
    here, there = (run(*words.split(), cwd=workplace) for run in (labgap, labgap_process))
    assert (here.returncode, here.stdout) == (there.returncode, there.stdout)
    assert here.stderr == there.stderr


def test_metrics_json_is_the_published_records(labgap: Labgap, workplace: Path) -> None:
    done = labgap("metrics", "smoke", "--json", cwd=workplace)
    records = json.loads(done.stdout)
    assert all(set(record) == NINE for record in records)
    assert {record["condition"] for record in records} == {"lab", "production", "gap"}
    forced = {
        record["condition"]: record["value"]
        for record in records
        if record["metric"] == "accuracy.forced" and record["group"] == "all"
    }
    assert forced["gap"] == pytest.approx(forced["lab"] - forced["production"])


def test_load_gives_the_same_as_data_frames(labgap: Labgap, workplace: Path) -> None:
    records = json.loads(labgap("metrics", "smoke", "--json", cwd=workplace).stdout)
    run = library.load(workplace / "runs" / "smoke")
    assert len(run.metrics) == len(records)
    assert set(run.metrics.columns) >= NINE
    diverted = run.events("parcel_diverted")
    assert {"arm", "rep", "cell", "parcel_id", "chute"} <= set(diverted.columns)
    assert set(diverted["cell"]) == {"lab", "degraded", "loaded", "production"}
    assert len(run.truth("parcels")) > 0
    assert set(run.readings()["source"]) == {"model"}


def test_a_run_without_parcels_measured_nothing(labgap: Labgap, tmp_path: Path) -> None:
    nobody = "sorting.arrivals={duration_s: 1, rate_per_h: 1, profile: [], burst: null, surges: []}"
    done = labgap("run", "quickstart", "--reps", "2", "--set", nobody, cwd=tmp_path)
    assert done.returncode == 4
    assert "nothing was measured" in done.stderr
    assert done.stdout == ""


def test_an_unknown_group_names_the_known_ones(labgap: Labgap, workplace: Path) -> None:
    done = labgap("metrics", "smoke", "--group", "kind=tron", cwd=workplace)
    assert done.returncode == 2
    assert "all, " in done.stderr


def test_dry_run_spends_nothing(labgap: Labgap, tmp_path: Path) -> None:
    done = labgap("run", "quickstart", "--dry-run", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    costs = json.loads(done.stdout)
    assert costs["replications"] == 10
    assert costs["model_readings"] > 500
    assert costs["minutes"] > 0
    assert costs["disk_mb"] > 0
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run",), "name a scenario"),
        (("run", "quikstart"), "quickstart"),
        (("run", "missing.yaml"), "missing.yaml"),
        (("run", "quickstart", "--set", "sorting.lane.belt_sped_mps=2"), "belt_speed_mps"),
        (("run", "quickstart", "--set", "sorting.lane.belt_speed_mps=3"), "2.5"),
        (("run", "quickstart", "--system", "vision=barcod"), "barcode"),
        (("run", "quickstart", "--system", "vision=no_such_module:Reader"), "no_such_module"),
        (("run", "quickstart", "--arm", "other"), "choose from"),
        (("run", "quickstart", "--resume"), "no unfinished run"),
        (("run", "quickstart", "--jobs", "0"), "jobs"),
        (("validate",), "at least one"),
        (("validate", "."), ""),
        (("metrics", "nowhere"), "no such run"),
        (("report", "nowhere"), "no such run"),
        (("show", "nowhere"), "no such run"),
        (("metrics", "latest"), "no runs yet"),
        (("list", "wonders"), "wonders"),
        (("check-system", "vision", "barcod"), "barcode"),
        (("check-system", "hearing", "barcode"), "vision"),
        (("runs", "clean", "nowhere"), "no such run"),
        (("wonder",), "wonder"),
    ],
)
def test_a_users_mistake_is_a_sentence_and_exit_2(
    arguments: tuple[str, ...], words: str, labgap: Labgap, tmp_path: Path
) -> None:
    done = labgap(*arguments, cwd=tmp_path)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("factory", ["Raises", "Short", "NotANumber", "Strange", "Exits"])
def test_a_broken_system_ends_the_run_with_exit_5_and_keeps_the_rest(
    factory: str, labgap: Labgap, tmp_path: Path
) -> None:
    (tmp_path / "broken.py").write_text(BROKEN)
    spec = f"vision=broken:{factory}"
    command = ("run", "quickstart", "--smoke", "--jobs", "1", "--out", "r", "--system", spec)
    done = labgap(*command, cwd=tmp_path)
    assert done.returncode == 5, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    if factory != "Exits":
        assert f"broken:{factory}" in done.stderr
        assert "arm candidate" in done.stderr
    assert json.loads((tmp_path / "r/manifest.json").read_text())["status"] == "failed"


def test_a_dotted_path_never_comes_from_a_file(labgap: Labgap, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(BROKEN)
    text = (
        "extends: quickstart\nname: sly\narms:\n  - {name: sly, vision: {name: 'broken:Raises'}}\n"
    )
    (tmp_path / "sly.yaml").write_text(text)
    done = labgap("run", "sly.yaml", "--smoke", cwd=tmp_path)
    assert done.returncode == 2
    assert "--system" in done.stderr


def test_a_candidate_runs_beside_the_baseline(labgap: Labgap, tmp_path: Path) -> None:
    assert labgap("init", ".", cwd=tmp_path).returncode == 0
    checked = labgap("check-system", "vision", "my_reader:MyReader", cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout
    spec = "vision=my_reader:MyReader"
    done = labgap("run", "scenario.yaml", "--smoke", "--system", spec, "--out", "r", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert set(library.load(tmp_path / "r").metrics["arm"]) == {"barcode", "candidate"}


def test_init_overwrites_nothing(labgap: Labgap, tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text("mine")
    done = labgap("init", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "scenario.yaml").read_text() == "mine"


def test_show_draws_a_parcel_again(labgap: Labgap, workplace: Path, tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        out = tmp_path / name
        done = labgap("show", "smoke", "P001-000002", "--out", str(out), cwd=workplace)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert "truth" in done.stdout
    assert "production" in done.stdout


@pytest.mark.parametrize("parcel", ["P999-000000", "P000-999999", "barcode", "../../etc/passwd"])
def test_show_refuses_what_is_no_parcel(parcel: str, labgap: Labgap, workplace: Path) -> None:
    done = labgap("show", "smoke", parcel, cwd=workplace)
    assert done.returncode == 2
    assert parcel in done.stderr


def test_an_unfinished_run_has_no_metrics_yet(labgap: Labgap, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(BROKEN)
    spec = "vision=broken:Raises"
    labgap("run", "quickstart", "--smoke", "--out", "r", "--system", spec, cwd=tmp_path)
    done = labgap("metrics", "r", cwd=tmp_path)
    assert done.returncode == 2
    assert "not finished" in done.stderr


def test_runs_are_listed_sized_and_cleaned(labgap: Labgap, tmp_path: Path) -> None:
    made = labgap("run", "quickstart", "--smoke", "--out", "runs/a", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    listed = json.loads(labgap("runs", "list", "--json", cwd=tmp_path).stdout)
    assert [(run["run"], run["status"]) for run in listed] == [("a", "complete")]
    sizes = json.loads(labgap("runs", "size", "--json", cwd=tmp_path).stdout)
    assert sizes["a"] > 10_000
    assert sizes[".cache"] > 1000
    said = labgap("runs", "clean", "a", "--cache", cwd=tmp_path)
    assert "would remove" in said.stdout
    assert (tmp_path / "runs/a").exists()
    assert labgap("runs", "clean", "a", "--cache", "--yes", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "runs/a").exists()
    assert not (tmp_path / "runs/.cache").exists()


def test_clean_removes_no_stranger(labgap: Labgap, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/thesis.txt").write_text("years of work")
    done = labgap("runs", "clean", "precious", "--yes", cwd=tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "precious/thesis.txt").exists()


def test_a_folder_with_other_things_is_not_written_to(labgap: Labgap, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/thesis.txt").write_text("years of work")
    done = labgap("run", "quickstart", "--smoke", "--out", "home", cwd=tmp_path)
    assert done.returncode == 2
    assert "thesis.txt" in done.stderr


def test_doctor_finds_this_installation_whole(labgap: Labgap, tmp_path: Path) -> None:
    done = labgap("doctor", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert {finding["name"] for finding in json.loads(done.stdout)} >= {
        "python", "packages", "extra vision", "opencv", "machine",
    }  # fmt: skip


def test_a_closed_pipe_is_no_error(labgap: Labgap, tmp_path: Path) -> None:
    import subprocess

    from tests.conftest import labgap_command

    done = subprocess.run(
        f"{labgap_command()[0]} schema | head -c 1",
        shell=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.parametrize(
    "verb",
    [
        ("validate",), ("list",), ("show",), ("metrics",), ("report",), ("schema",),
        ("check-system",), ("doctor",), ("init",), ("runs", "list"), ("runs", "size"),
        ("runs", "clean"),
    ],
)  # fmt: skip
def test_every_verb_can_be_tried(verb: tuple[str, ...], labgap: Labgap, tmp_path: Path) -> None:
    done = labgap(*verb, "--smoke", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
