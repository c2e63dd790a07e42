from pathlib import Path

import pytest

from labgap.atomic import atomic_folder, write_atomic


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "metrics.json"
    write_atomic(path, "old")
    write_atomic(path, "new")
    assert path.read_text() == "new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["metrics.json"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "metrics.json"
    write_atomic(path, "old")

    def disk_full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("labgap.atomic.os.fsync", disk_full)
    with pytest.raises(OSError, match="No space"):
        write_atomic(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["metrics.json"]


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "events" / "arm=a"
    with atomic_folder(target) as folder:
        (folder / "one.txt").write_text("1")
        assert not target.exists()
    assert (target / "one.txt").read_text() == "1"


def test_a_folder_that_fails_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "events"

    def fail() -> None:
        with atomic_folder(target) as folder:
            (folder / "one.txt").write_text("1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_replaces_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "gallery"
    for name in ("old", "new"):
        with atomic_folder(target) as folder:
            (folder / name).touch()
    assert [entry.name for entry in target.iterdir()] == ["new"]
