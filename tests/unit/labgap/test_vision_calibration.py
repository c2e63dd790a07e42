"""Thresholds for the reader's card."""

import hashlib

import numpy as np
import pytest

from labgap.vision_calibration import CALIBRATION_SEED, TARGET, Answers, calibrated
from scenarios import library
from scenarios.loading import load_scenario


@pytest.fixture
def weights(tmp_path):
    files = tuple(tmp_path / f"{part}.onnx" for part in ("detector", "locator", "reader"))
    for file in files:
        file.write_bytes(file.name.encode())
    return files


def answers(seed, n, wrong_below):
    rng = np.random.default_rng(seed)
    confidence = rng.random(n)
    right = (confidence > wrong_below) | (rng.random(n) < 0.5)
    return Answers([], [], confidence.tolist(), right.tolist())


def test_each_world_gets_the_threshold_that_its_own_pictures_bear(weights):
    found = calibrated(
        weights, 1.5, {"lab": answers(1, 8000, 0.0), "production": answers(2, 8000, 0.4)}
    )
    assert found["temperature"] == 1.5
    assert found["thresholds"]["lab"] < 0.05
    assert 0.35 < found["thresholds"]["production"] < 0.5
    assert found["found"]["production"]["bound"] <= TARGET
    assert found["forced_accuracy"]["lab"] == 1.0


def test_where_nothing_can_be_promised_nothing_is_accepted(weights):
    found = calibrated(
        weights, 1.0, {"lab": answers(1, 40, 0.0), "production": answers(2, 40, 0.9)}
    )
    assert found["thresholds"]["lab"] > 1.0


def test_the_card_says_behind_which_networks(weights):
    found = calibrated(weights, 1.0, {"lab": answers(1, 40, 0.0)})
    assert found["behind"] == {
        part: hashlib.sha256(f"{part}.onnx".encode()).hexdigest()
        for part in ("detector", "locator")
    }


def test_no_scenario_is_calibrated_on_its_own_parcels():
    training = library.path("quickstart").parent / "training" / "vision_training.yaml"
    seeds = {load_scenario(name).scenario.seed for name in library.names() if "network" not in name}
    assert CALIBRATION_SEED not in seeds | {load_scenario(training).scenario.seed}
