import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from labgap.errors import InvalidUse
from labgap.run_folder import RunFolder, new_run_path


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    first = new_run_path(tmp_path, "quickstart", now)
    assert first.name == "quickstart-20260102-030405"
    first.mkdir()
    assert new_run_path(tmp_path, "quickstart", now).name == "quickstart-20260102-030405-2"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no manifest.json"),
        ("{", "cannot be read"),
        ("[]", "schema None"),
        (json.dumps({"schema_version": 999}), "schema 999"),
    ],
)
def test_what_is_no_run_is_refused_with_a_sentence(
    tmp_path: Path, content: str | None, words: str
) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(InvalidUse, match=words) as caught:
        RunFolder(tmp_path).read_manifest()
    assert caught.value.fix


def test_two_writers_cannot_hold_one_run(tmp_path: Path) -> None:
    with (
        RunFolder(tmp_path).locked(),
        pytest.raises(InvalidUse, match="another labgap process"),
        RunFolder(tmp_path).locked(),
    ):
        pass
    with RunFolder(tmp_path).locked():
        pass
