"""The weights that come with labgap are what their cards say, and fit together."""

import hashlib
import json
from pathlib import Path

import pytest

import systems.vision
from scenarios.vision_protocol import FROZEN, FROZEN_SEEDS
from systems.builtin import BUILT_IN
from systems.errors import SystemLoadError
from systems.registry import resolve
from systems.vision.cascade.detector import CentreCrop
from systems.weights import open_weights

FOLDER = Path(systems.vision.__file__).parent / "weights"
FILES = sorted(FOLDER.glob("*.onnx"))
MOST_BYTES = 40_000_000
READERS = [file for file in FILES if file.name.startswith("reader-")]


def card(file: Path) -> dict[str, object]:
    return json.loads(file.with_suffix(".json").read_text("utf-8"))


def test_they_are_there_and_small() -> None:
    assert {"detector", "locator", "reader-robust-medium-1", "reader-imagenet-medium-1"} <= {
        file.stem for file in FILES
    }
    assert sum(file.stat().st_size for file in FILES) < MOST_BYTES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_card_tells_hash_data_seed_and_figures(file: Path) -> None:
    told = card(file)
    assert told["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert {"seed", "steps", "recipe", "figures", "made_with", "licence"} <= told.keys()
    data = told["data"]
    assert data["frozen_before"] == dict(FROZEN)
    assert data["own_floor"] is False
    assert data["pictures"] > 8_000
    open_weights(f"shipped:{file.stem}")


@pytest.mark.parametrize("name", ["detector", "single_stage"])
def test_the_licence_of_what_ultralytics_trained_lies_beside_it(name: str) -> None:
    assert "AGPL-3.0" in str(card(FOLDER / f"{name}.onnx")["licence"])
    text = (FOLDER / "AGPL-3.0.LICENSE.txt").read_text("utf-8")
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text


CALIBRATED = [
    (file, key)
    for file in READERS
    for key in ("calibration", "calibration_without_detector")
    if key in card(file)
]


def test_what_systems_read_with_by_default_is_calibrated_for_every_use() -> None:
    both = {"calibration", "calibration_without_detector"}
    for name in ("reader-robust-medium-1", "reader-imagenet-medium-1"):
        assert {key for file, key in CALIBRATED if file.stem == name} == both
    for name, system in BUILT_IN["vision"].items():
        # a default that asks for a threshold nobody chose would be refused
        if "rapidocr" not in system.needs:
            resolve("vision", name, {}, allow_dotted=False)


@pytest.mark.parametrize(("file", "key"), CALIBRATED, ids=lambda each: getattr(each, "stem", each))
def test_a_readers_thresholds_were_chosen_behind_the_shipped_networks(file: Path, key: str) -> None:
    calibration = card(file)[key]
    found_by = card(FOLDER / "detector.onnx")["sha256"]
    assert calibration["behind"] == {
        "detector": found_by if key == "calibration" else CentreCrop.sha256,
        "locator": card(FOLDER / "locator.onnx")["sha256"],
    }
    assert calibration["seed"] not in FROZEN_SEEDS
    assert set(calibration["thresholds"]) == {"lab", "production"}
    for found in calibration["found"].values():
        assert found["bound"] <= calibration["target"] or found["accepted"] == 0


def test_the_single_stage_is_calibrated_with_nothing_before_it() -> None:
    calibration = card(FOLDER / "single_stage.onnx")["calibration"]
    assert calibration["behind"] == {}
    assert calibration["seed"] not in FROZEN_SEEDS
    for found in calibration["found"].values():
        assert found["bound"] <= calibration["target"] or found["accepted"] == 0


def test_the_baseline_had_as_many_pictures_and_steps() -> None:
    ours, theirs = (
        card(FOLDER / f"reader-{recipe}-medium-1.onnx") for recipe in ("robust", "imagenet")
    )
    for key in ("steps", "pictures_a_step", "size"):
        assert ours[key] == theirs[key]
    assert ours["data"]["pictures"] == theirs["data"]["pictures"]


def test_a_changed_byte_is_refused(tmp_path: Path) -> None:
    content = bytearray((FOLDER / "locator.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "locator.onnx").write_bytes(content)
    (tmp_path / "locator.json").write_bytes((FOLDER / "locator.json").read_bytes())
    with pytest.raises(SystemLoadError, match="sha256"):
        open_weights(tmp_path / "locator.onnx")
