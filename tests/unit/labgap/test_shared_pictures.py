"""Several readers of ours are shown the same pictures, which are drawn once."""

from pathlib import Path

import pytest

from labgap import code_identity, reader_host
from labgap.arms import ArmSpec
from labgap.engine import remaining_work
from labgap.replication import Replication
from labgap.smoke import SMOKE_OVERRIDES
from labgap.tasks import BlockTask, RunSpec
from scenarios.loading import load_scenario

SCENARIO = load_scenario("quickstart", SMOKE_OVERRIDES).scenario


def spec(folder: Path, *arms: ArmSpec) -> RunSpec:
    return RunSpec(SCENARIO, arms, "run", folder / "run", folder / "cache", "nonce")


def arm(name: str, system: str, **more: object) -> ArmSpec:
    return ArmSpec(name, system, **more)  # type: ignore[arg-type]


def test_only_our_own_readers_with_the_same_cameras_are_asked_in_one_task(tmp_path: Path) -> None:
    arms = (
        arm("none", "no_read"),
        arm("mine", "systems.vision.no_read:NoRead", from_command_line=True),
        arm("bars", "barcode"),
        arm("served", "http://127.0.0.1:9/v2/models/reader", from_command_line=True),
        arm("around", "no_read", views=("top", "left")),
    )
    asked = {tuple(each.name for each in task.arms) for task in _blocks(tmp_path, *arms)}
    assert asked == {("none", "bars"), ("mine",), ("served",), ("around",)}


def test_a_block_is_drawn_once_and_answered_by_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    draw = Replication.capture

    def counted(self: Replication, parcel, *more):  # type: ignore[no-untyped-def]
        drawn.append(parcel.number)
        return draw(self, parcel, *more)

    monkeypatch.setattr(Replication, "capture", counted)
    task = _blocks(tmp_path, arm("none", "no_read"), arm("bars", "barcode"))[0]
    assert task.run() is None
    assert len(drawn) == task.parcels == len(set(drawn))
    assert task.readings == 2 * task.parcels
    assert len(list((tmp_path / "cache").rglob("*.parquet"))) == 2
    assert task.run() is None  # answered from the cache
    assert len(drawn) == task.parcels


def test_our_own_readers_are_asked_again_when_their_code_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> int:
        return len(list((tmp_path / "cache").rglob("*.parquet")))

    own = _blocks(tmp_path, arm("bars", "barcode"))[0]
    mine = _blocks(tmp_path, arm("mine", "systems.vision.no_read:NoRead", from_command_line=True))[
        0
    ]
    for task in (own, mine):
        task.run()
    assert kept() == 2
    # a fingerprint that was kept by hand and forgotten
    monkeypatch.setattr(reader_host, "answering_code_hash", lambda: "edited")
    for task in (own, mine):
        task.run()
    assert kept() == 3


def test_the_code_of_our_readers_tells_their_runtime_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    code_identity.answering_code_hash.cache_clear()
    now = code_identity.answering_code_hash()
    code_identity.answering_code_hash.cache_clear()
    version = code_identity.importlib.metadata.version
    monkeypatch.setattr(
        code_identity.importlib.metadata,
        "version",
        lambda name: "99" if name == "onnxruntime" else version(name),
    )
    assert code_identity.answering_code_hash() != now
    code_identity.answering_code_hash.cache_clear()


def test_answers_are_those_of_each_reader_alone(tmp_path: Path) -> None:
    together, alone = tmp_path / "together", tmp_path / "alone"
    for task in _blocks(together, arm("none", "no_read"), arm("bars", "barcode"))[:1]:
        task.run()
    for only in (arm("none", "no_read"), arm("bars", "barcode")):
        _blocks(alone, only)[0].run()
    kept = [
        {path.name: path.read_bytes() for path in (root / "cache").rglob("*.parquet")}
        for root in (together, alone)
    ]
    assert kept[0] == kept[1]


def _blocks(folder: Path, *arms: ArmSpec) -> tuple[BlockTask, ...]:
    return remaining_work(spec(folder, *arms)).blocks
