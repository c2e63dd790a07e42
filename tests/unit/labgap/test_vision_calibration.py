"""Thresholds for the reader's card."""

import hashlib
import json
from concurrent.futures import Future
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from labgap import vision_calibration
from labgap.progress import progress_reporter
from labgap.vision_calibration import (
    CALIBRATION_SEED,
    TARGET,
    UNSCALED,
    Answers,
    Front,
    calibrate_single_stage,
    calibrated,
    calibration_floor,
)
from scenarios import library
from scenarios.loading import load_scenario
from systems.vision.cascade.detector import CentreCrop
from systems.vision.cascade.odds_scale import AS_THEY_ARE, OddsScale
from systems.vision.single_stage import SingleStage
from tests.unit.systems.vision.test_single_stage import answer
from tests.unit.systems.vision.tiny_models import write_constant

FLOOR = calibration_floor(None)
SCALES = (OddsScale(1.5), OddsScale(0.8, 3.0))


@pytest.fixture
def front(tmp_path):
    front = Front(tmp_path / "locator.onnx", tmp_path / "detector.onnx")
    for file in (front.locator, front.detector):
        file.write_bytes(file.name.encode())
    return front


def answers(seed, n, wrong_below):
    rng = np.random.default_rng(seed)
    confidence = rng.random(n)
    right = (confidence > wrong_below) | (rng.random(n) < 0.5)
    return Answers([], confidence.tolist(), right.tolist())


def test_each_world_gets_the_threshold_that_its_own_pictures_bear(front):
    found = calibrated(
        front, SCALES, {"lab": answers(1, 8000, 0.0), "production": answers(2, 8000, 0.4)}, FLOOR
    )
    assert found["temperature"] == {"sort_code": 1.5, "tracking_id": 0.8}
    assert found["offset"] == {"sort_code": 0.0, "tracking_id": 3.0}
    assert found["thresholds"]["lab"] < 0.05
    assert 0.35 < found["thresholds"]["production"] < 0.5
    assert found["found"]["production"]["bound"] <= TARGET
    assert found["forced_accuracy"]["lab"] == 1.0


def test_where_nothing_can_be_promised_nothing_is_accepted(front):
    found = calibrated(
        front, SCALES, {"lab": answers(1, 40, 0.0), "production": answers(2, 40, 0.9)}, FLOOR
    )
    assert found["thresholds"]["lab"] > 1.0


def test_the_card_says_behind_which_networks(front):
    found = calibrated(front, SCALES, {"lab": answers(1, 40, 0.0)}, FLOOR)
    assert found["behind"] == {
        part: hashlib.sha256(f"{part}.onnx".encode()).hexdigest()
        for part in ("detector", "locator")
    }
    without = calibrated(Front(front.locator, None), SCALES, {"lab": answers(1, 40, 0.0)}, FLOOR)
    assert without["behind"] == found["behind"] | {"detector": CentreCrop.sha256}


def test_a_single_stage_is_calibrated_with_nothing_before_it(tmp_path):
    file = write_constant(tmp_path / "single_stage.onnx", (1, 320, 416), [answer()])
    told = {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    file.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")
    with progress_reporter(True) as reporter:
        card = calibrate_single_stage(file, 4, 1, reporter)
    assert card == json.loads(file.with_suffix(".json").read_text("utf-8"))
    chosen = card["calibration"]
    assert chosen["behind"] == {}
    # it says the same whatever it is shown: that is never right, and nothing can be promised
    assert chosen["forced_accuracy"] == {"lab": 0.0, "production": 0.0}
    assert min(chosen["thresholds"].values()) > 1.0
    SingleStage(str(file))


def test_no_scenario_is_calibrated_on_its_own_parcels():
    training = library.path("quickstart").parent / "training" / "vision_training.yaml"
    seeds = {load_scenario(name).scenario.seed for name in library.names() if "network" not in name}
    assert CALIBRATION_SEED not in seeds | {load_scenario(training).scenario.seed}


def test_a_floor_of_ones_own_is_what_a_threshold_promises_for():
    own = load_scenario("glare").scenario
    floor = calibration_floor(own)
    assert floor.sorting == own.sorting
    assert floor.seed == CALIBRATION_SEED != own.seed
    # nor on parcels that it was trained on, whatever seed they had
    again = calibration_floor(own.model_copy(update={"seed": CALIBRATION_SEED}))
    assert again.seed not in {CALIBRATION_SEED, own.seed}
    found = calibrated(None, SCALES, {"lab": answers(1, 40, 0.0)}, floor)
    assert (found["floor"], found["seed"]) == ("glare", CALIBRATION_SEED)


def test_every_line_of_a_reader_has_a_scale_fitted_on_other_pictures_than_its_thresholds(
    monkeypatch,
):
    asked = []

    def looked(chains, scenario, degraded, block):
        asked.extend(
            (degraded, reader, at, n)
            for chain in chains
            if chain is not None
            for _, reader, at in [chain]
            for n in block
        )
        return [
            Answers(
                [("sort_code", odds, right) for right in (True, True, True, False)],
                [0.5] * len(block),
                [True] * len(block),
            )
            for odds in (1.0, 9.0)
        ]

    class Here:
        """A pool that works in this process."""

        def submit(self, do, *given):
            done = Future()
            done.set_result(do(*given))
            return done

    monkeypatch.setattr(vision_calibration, "spawned_pool", lambda jobs: nullcontext(Here()))
    monkeypatch.setattr(vision_calibration, "_asked", looked)
    monkeypatch.setattr(vision_calibration, "calibrated", lambda *given: given)
    monkeypatch.setattr(vision_calibration, "BLIND_PICTURES", 32)
    readers = [Path("one"), Path("two")]
    fronts = [Front(Path(), Path()), Front(Path(), None)]
    with progress_reporter(quiet=True) as reporter:
        found = vision_calibration.calibrate_cascade(
            list(zip(fronts, readers, strict=True)), 40, 1, reporter
        )
    for reader, (_, scales, _, _floor) in zip(readers, found, strict=True):
        fitted = {n for _, who, at, n in asked if who == reader and at == UNSCALED}
        chosen = {(on, n) for on, who, at, n in asked if who == reader and at == scales}
        assert fitted == set(range(40, 50))
        # without a detector on no more pictures of production than are worth it
        shown = {readers[0]: 40, readers[1]: 32}[reader]
        assert chosen == {(True, n) for n in range(shown)} | {(False, n) for n in range(shown)}
        sort_code, tracking_id = scales
        assert sort_code != tracking_id == AS_THEY_ARE
    assert found[0][1] != found[1][1]
