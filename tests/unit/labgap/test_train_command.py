"""``labgap train``: what it refuses, and that it says how to mend it."""

import pytest
from typer.testing import CliRunner

from labgap import health
from labgap.cli import app

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


def test_doctor_knows_what_training_needs():
    from systems.torch_stack import _PACKAGES

    assert set(_PACKAGES) - {"torchvision"} <= set(health.EXTRAS["train"])
