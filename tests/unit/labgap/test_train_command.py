"""``labgap train``: what it refuses, and that it says how to mend it."""

from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from labgap import health, vision_training
from labgap.adversarial_rounds import Effort
from labgap.cli import app
from labgap.errors import InvalidUse
from labgap.vision_training import VisionTraining, training_floor
from systems.vision.training.sheets import Sheet

RUN = CliRunner()


@pytest.mark.parametrize("budget", ["", "30", "half an hour", "0m", "-5m", "5d"])
def test_a_budget_that_is_no_time_is_refused(budget):
    done = RUN.invoke(app, ["train", "vision", "--budget", budget])
    assert done.exit_code == 2
    assert "--budget" in done.stderr
    assert "30m" in done.stderr


def test_nothing_else_is_trained_yet():
    done = RUN.invoke(app, ["train", "routing"])
    assert done.exit_code == 2
    assert "nothing of kind 'routing' is trained" in done.stderr


def test_a_floor_that_is_none(tmp_path):
    floor = tmp_path / "floor.yaml"
    floor.write_text("name: x\n", encoding="utf-8")
    done = RUN.invoke(app, ["train", "vision", "--floor", str(floor), "--steps", "1"])
    assert done.exit_code == 2
    assert str(floor) in done.stderr


def test_a_missing_package_is_named_with_the_line_that_brings_it(monkeypatch, tmp_path):
    monkeypatch.setattr("labgap.vision_training.missing_packages", lambda: ("timm",))
    done = RUN.invoke(app, ["train", "vision", "--steps", "1", "--work", str(tmp_path)])
    assert done.exit_code == 2
    assert "training needs timm" in done.stderr
    assert "labgap[vision,train]" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_device_that_is_not_there(tmp_path):
    done = RUN.invoke(
        app, ["train", "vision", "--steps", "1", "--device", "cuda", "--work", str(tmp_path)]
    )
    assert done.exit_code == 2
    assert "no CUDA device" in done.stderr


@pytest.mark.parametrize("there", [(), ("detector",)])
def test_a_reader_without_what_it_is_calibrated_behind_is_refused_before_any_work(tmp_path, there):
    out, work = tmp_path / "weights", tmp_path / "work"
    out.mkdir()
    for part in there:
        (out / f"{part}.onnx").write_bytes(b"")
    done = RUN.invoke(
        app,
        f"train vision --part reader --steps 1 --work {work} --out {out}".split(),
    )
    assert done.exit_code == 2
    assert ("locator" if there else "detector") + ".onnx" in done.stderr
    assert "--calibration 0" in done.stderr
    assert not work.exists()


def asked_for(tmp_path):
    first, own = training_floor(None)
    return VisionTraining(
        first,
        own,
        ("locator",),
        recipe="robust",
        size="medium",
        seed=1,
        seconds=None,
        steps=10,
        sheets=2,
        validation=1,
        examples=8,
        calibration=0,
        batch=4,
        learning_rate=None,
        milestones=(),
        rounds=0,
        effort=Effort(),
        device="cpu",
        threads=1,
        jobs=1,
        work=tmp_path,
        out=tmp_path,
    )


def test_checkpoints_belong_to_one_training_and_no_other(tmp_path):
    asked = asked_for(tmp_path)
    others = (
        {"steps": 20},
        {"steps": None, "seconds": 60.0},
        {"sheets": 3},
        {"batch": 8},
        {"learning_rate": 1e-3},
        {"device": "cuda"},
        {"seed": 2},
        {"recipe": "imagenet"},
    )
    names = [replace(asked, **change)._kept_as(tmp_path / "floor", "locator") for change in others]
    names.append(asked._kept_as(tmp_path / "floor", "locator"))
    assert len(set(names)) == len(names)
    again = replace(asked, threads=2, jobs=2, out=tmp_path / "elsewhere")
    assert again._kept_as(tmp_path / "floor", "locator") == names[-1]


@pytest.mark.parametrize("recipe", ["frozen", "scratch"])
@pytest.mark.parametrize("part", ["all", "single_stage", "detector"])
def test_a_recipe_that_means_nothing_for_a_part_is_refused_before_any_work(tmp_path, recipe, part):
    work = tmp_path / "work"
    command = f"train vision --part {part} --recipe {recipe} --steps 1 --work {work}"
    done = RUN.invoke(app, [*command.split(), "--calibration", "0"])
    assert done.exit_code == 2
    assert f"the recipe {recipe} says what a reader starts from" in " ".join(done.stderr.split())
    assert not work.exists()


def test_a_floor_without_a_label_in_view_is_nothing_to_learn_from(tmp_path):
    def lost(*texts):
        nothing = np.zeros(0, np.uint8)
        return Sheet(*([nothing] * 7), texts=list(texts), damage=[])

    asked = asked_for(tmp_path)
    asked._check_labels([lost(("", "")), lost(("7KQ2XA", "123456789014"))])
    with pytest.raises(InvalidUse, match="on none of 16 pictures is a label in view") as told:
        asked._check_labels([lost(("", "")), lost(("", ""))])
    assert "vision_training.yaml" in told.value.where


@pytest.mark.parametrize(("threshold", "told"), [(2.0, True), (0.999, False)])
def test_a_reader_that_will_accept_nothing_says_so(monkeypatch, tmp_path, threshold, told):
    card = {
        "part": "reader",
        "bytes": 1,
        "sha256": "0" * 64,
        "figures": {},
        "calibration": {"thresholds": {"production": threshold}},
    }
    monkeypatch.setattr(VisionTraining, "run", lambda self, reporter: [card])
    done = RUN.invoke(app, f"train vision --steps 1 --work {tmp_path} --out {tmp_path}".split())
    assert done.exit_code == 0
    assert ("none will be accepted" in done.stderr) == told


def test_thresholds_of_a_network_without_a_card_are_refused_before_any_work(tmp_path):
    for name in ("detector", "locator", "reader-mine"):
        (tmp_path / f"{name}.onnx").write_bytes(b"x")
    done = RUN.invoke(app, ["train", "vision", "--part", "thresholds", "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "reader-mine.onnx" in done.stderr
    assert "--param threshold" in done.stderr
    assert not list(tmp_path.glob("*.json"))


def test_a_training_that_goes_astray_is_told_in_words(monkeypatch, tmp_path):
    def astray(self, reporter):
        raise FloatingPointError("the loss of step 3 is nan")

    monkeypatch.setattr(VisionTraining, "run", astray)
    done = RUN.invoke(app, f"train vision --steps 1 --work {tmp_path} --out {tmp_path}".split())
    assert done.exit_code == 2
    assert "the loss of step 3 is nan" in done.stderr


def test_a_stage_that_a_training_is_past_is_said_not_to_be_written(monkeypatch, tmp_path):
    (tmp_path / "reader-imagenet-small-3-at60.onnx").write_bytes(b"x")
    monkeypatch.setattr(VisionTraining, "run", lambda self, reporter: [])
    words = "train vision --part reader --recipe imagenet --size small --seed 3 --steps 100"
    folders = ["--work", str(tmp_path), "--out", str(tmp_path)]
    done = RUN.invoke(app, [*words.split(), "--also-at", "60", "--also-at", "80", *folders])
    assert done.exit_code == 0
    assert "no reader of step 80 was written" in done.stderr
    assert "step 60" not in done.stderr


def test_baselines_are_readers_of_every_other_recipe_one_after_the_other(monkeypatch, tmp_path):
    asked = []

    def heard(self, reporter):
        asked.append((self.recipe, tuple(self.parts), self.steps))
        return [{"part": "reader", "bytes": 1, "sha256": "0" * 64, "figures": {}}]

    monkeypatch.setattr(VisionTraining, "run", heard)
    command = f"train vision --part baselines --steps 9 --work {tmp_path} --out {tmp_path}"
    done = RUN.invoke(app, command.split())
    assert done.exit_code == 0
    recipes = ("imagenet", "augmix", "trivialaugment", "frozen", "scratch")
    assert asked == [(recipe, ("reader",), 9) for recipe in recipes]


def test_a_floor_without_damage_is_not_searched_for_it(tmp_path):
    asked = asked_for(tmp_path)
    scenario = asked.floor.scenario
    calm = scenario.model_copy(
        update={"sorting": scenario.sorting.model_copy(update={"degradations": []})}
    )
    of_calm = replace(asked, floor=replace(asked.floor, scenario=calm), parts=("reader",), rounds=1)
    with pytest.raises(InvalidUse, match="this one has none"):
        of_calm.run(None)
    assert not list(tmp_path.iterdir())


def test_another_training_code_begins_anew(monkeypatch, tmp_path):
    asked = asked_for(tmp_path)
    before = asked._kept_as(tmp_path / "floor", "locator")
    sheets = vision_training.sheet_folder(tmp_path, asked.floor.scenario, degraded=True)
    monkeypatch.setattr(vision_training, "package_hash", lambda packages, *, deep: "edited")
    assert asked._kept_as(tmp_path / "floor", "locator") != before
    # pictures that were drawn are good all the same, unless what cuts them changes
    assert vision_training.sheet_folder(tmp_path, asked.floor.scenario, degraded=True) == sheets
    monkeypatch.setattr(vision_training, "module_hash", lambda *modules: "edited")
    assert vision_training.sheet_folder(tmp_path, asked.floor.scenario, degraded=True) != sheets


def test_doctor_knows_what_training_needs():
    from systems.torch_stack import _PACKAGES

    assert set(_PACKAGES) - {"torchvision"} <= set(health.EXTRAS["train"])


def test_adversarial_rounds_without_damage_are_refused_before_any_work(tmp_path):
    words = f"train vision --part reader --recipe imagenet --rounds 1 --work {tmp_path / 'w'}"
    done = RUN.invoke(app, words.split())
    assert done.exit_code == 2
    assert "--recipe robust" in done.stderr
    assert not (tmp_path / "w").exists()
