import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.flow.pose_library import (
    CARD_SUFFIX,
    POSE,
    PoseFileError,
    library_bytes,
    load_poses,
    shipped_poses,
)
from sim.sorting.parcel import MATERIALS


def written(folder: Path, data: bytes, card: Any) -> Path:
    path = folder / "poses.npy"
    path.write_bytes(data)
    path.with_name(path.name + CARD_SUFFIX).write_text(
        card if isinstance(card, str) else json.dumps(card)
    )
    return path


def sha256(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def test_shipped_poses_are_small_many_and_what_their_card_says() -> None:
    library = shipped_poses()
    assert sha256(library_bytes(library.poses)) == library.sha256 == library.card["sha256"]
    assert 2_000 <= len(library.poses) == library.card["poses"]
    assert len(library_bytes(library.poses)) < 300_000
    counts = np.bincount(library.poses["material"] * 2 + library.poses["tipped"])
    assert len(counts) == 2 * len(MATERIALS)
    assert counts.min() >= 64


def test_shipped_poses_lie_as_parcels_do() -> None:
    poses = shipped_poses().poses
    laid, tipped = poses[poses["tipped"] == 0], poses[poses["tipped"] == 1]
    assert (laid["up"] == 0).mean() > 0.9
    # large flat ones lie on their label or its opposite, whichever way they were tipped
    flat = tipped[(tipped["height_mm"] < 0.35 * tipped["width_mm"])]
    assert len(flat) > 300
    assert (flat["up"] < 2).mean() > 0.97
    # a face comes up as easily as the opposite one
    assert 0.8 < (flat["up"] == 0).sum() / (flat["up"] == 1).sum() < 1.25
    # high ones tumble: all six faces come up
    cubes = tipped[tipped["height_mm"] > 0.8 * tipped["width_mm"]]
    assert set(cubes["up"]) == set(range(6))
    # nothing is wider than the belt between its rails, nothing lies higher than a heap
    assert np.abs(poses["across_mm"]).max() < 400.0
    assert 3.0 < poses["lift_mm"].max() < 400.0
    # what rides up leans or is lifted, and hides something of what is below it
    assert 0.005 < (tipped["hidden_share"] > 0.01).mean() < 0.2
    assert (laid["hidden_share"] > 0.01).mean() < (tipped["hidden_share"] > 0.01).mean()


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    poses = shipped_poses().poses[:40]
    data = library_bytes(poses)
    library = load_poses(written(tmp_path, data, {"sha256": sha256(data)}))
    assert library.poses.tobytes() == poses.tobytes()
    with pytest.raises(ValueError, match="read-only"):
        library.poses["up"][0] = 1


def test_a_changed_byte_is_refused(tmp_path: Path) -> None:
    data = library_bytes(shipped_poses().poses[:40])
    changed = data[:-1] + bytes([data[-1] ^ 1])
    with pytest.raises(PoseFileError, match="sha256"):
        load_poses(written(tmp_path, changed, {"sha256": sha256(data)}))


@pytest.mark.parametrize("card", ["", "[]", "{}", "null", "[" * 5000])
def test_a_card_without_a_hash_is_refused(tmp_path: Path, card: str) -> None:
    data = library_bytes(shipped_poses().poses[:40])
    with pytest.raises(PoseFileError, match="names no sha256"):
        load_poses(written(tmp_path, data, card))


def test_a_missing_file_or_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PoseFileError, match="cannot be read"):
        load_poses(tmp_path / "none.npy")
    (tmp_path / "bare.npy").write_bytes(b"")
    with pytest.raises(PoseFileError, match="cannot be read"):
        load_poses(tmp_path / "bare.npy")


class Trap:
    def __reduce__(self) -> Any:
        return (Path.touch, (Path("sprung"),))


def test_pickles_and_other_tables_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    trap = tmp_path / "trap.npy"
    np.save(trap, np.array([Trap()], dtype=object), allow_pickle=True)
    poses = shipped_poses().poses[:40]
    for name, data in {
        "pickle": trap.read_bytes(),
        "text": b"yaw,pitch,roll",
        "empty": b"",
        "cut off": library_bytes(poses)[:-7],
        "other columns": _saved(tmp_path, np.zeros(4)),
        "no poses": library_bytes(poses[:0]),
        "table of tables": _saved(tmp_path, poses.reshape(4, 10)),
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        with pytest.raises(PoseFileError):
            load_poses(written(folder, data, {"sha256": sha256(data)}))
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("column", "value"),
    [("up", 6), ("tipped", 2), ("yaw_deg", np.nan), ("length_mm", 0.0), ("hidden_share", 1.5),
     ("lift_mm", -1.0), ("gap_mm", np.nan), ("pitch_deg", 120.0), ("weight_g", np.inf),
     ("material", 6)],
)  # fmt: skip
def test_values_that_no_parcel_has_are_refused(tmp_path: Path, column: str, value: float) -> None:
    poses = shipped_poses().poses[:40].copy()
    poses[column][7] = value
    data = library_bytes(poses)
    with pytest.raises(PoseFileError, match="no parcel on a belt"):
        load_poses(written(tmp_path, data, {"sha256": sha256(data)}))


def _saved(folder: Path, array: np.ndarray) -> bytes:
    np.save(folder / "scratch.npy", array)
    return (folder / "scratch.npy").read_bytes()


def test_columns_fit_what_they_hold() -> None:
    assert POSE.itemsize * 4000 < 300_000
