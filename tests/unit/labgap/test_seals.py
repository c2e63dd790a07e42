import json
import os
from pathlib import Path

import pytest

from labgap.seals import SEAL, damage, seal, sealed_for


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "rep=0000"
    folder.mkdir()
    (folder / "a.parquet").write_bytes(b"PAR1 one PAR1")
    (folder / "b.parquet").write_bytes(b"PAR1 two PAR1")
    seal(folder, "question")
    return folder


def test_a_sealed_folder_is_whole_and_says_what_it_answers(folder: Path) -> None:
    assert damage(folder) is None
    assert sealed_for(folder) == "question"


@pytest.mark.parametrize("name", ["a.parquet", "b.parquet", SEAL])
def test_a_file_cut_at_any_byte_is_seen(folder: Path, name: str) -> None:
    whole = (folder / name).read_bytes()
    for length in range(len(whole) - (name == SEAL)):  # the seal's last byte is a line's end
        (folder / name).write_bytes(whole[:length])
        assert damage(folder) is not None, length
    (folder / name).write_bytes(whole)
    assert damage(folder) is None


def test_a_changed_byte_is_seen(folder: Path) -> None:
    (folder / "a.parquet").write_bytes(b"PAR1 onE PAR1")
    assert damage(folder) == "a.parquet is not what was written"


def test_missing_and_strange_files_are_seen(folder: Path) -> None:
    (folder / "c.parquet").touch()
    assert damage(folder) == "c.parquet was added"
    (folder / "c.parquet").rename(folder / "b.parquet")
    assert damage(folder) == "b.parquet is not what was written"
    (folder / "b.parquet").unlink()
    assert damage(folder) == "b.parquet is missing"


def test_links_and_pipes_are_not_followed(folder: Path, tmp_path: Path) -> None:
    same = tmp_path / "same"
    (folder / "a.parquet").rename(same)
    (folder / "a.parquet").symlink_to(same)
    assert "a.parquet cannot be read" in (damage(folder) or "")
    (folder / "a.parquet").unlink()
    os.mkfifo(folder / "a.parquet")
    assert "a.parquet cannot be read" in (damage(folder) or "")
    (tmp_path / "rep=0001").symlink_to(folder)
    assert damage(tmp_path / "rep=0001") == "it is a link"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "[" * 100_000, '{"schema_version": 2}',
     '{"schema_version": 1, "belongs_to": 3, "files": {}}',
     '{"schema_version": 1, "belongs_to": "q", "files": []}',
     '{"schema_version": 1, "belongs_to": "q", "files": {"../../x": "00"}}'],
)  # fmt: skip
def test_no_seal_of_ours_seals_nothing(folder: Path, text: str) -> None:
    (folder / SEAL).write_text(text)
    assert damage(folder) is not None


def test_a_seal_names_what_it_holds(folder: Path) -> None:
    assert set(json.loads((folder / SEAL).read_text())["files"]) == {"a.parquet", "b.parquet"}
