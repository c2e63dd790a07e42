import os
from pathlib import Path

import pytest

from scenarios.errors import InvalidScenario
from scenarios.source_files import MAX_BYTES, read_text


def refused(path):
    with pytest.raises(InvalidScenario) as caught:
        read_text(path, "shown.yaml")
    (problem,) = caught.value.problems
    return problem


def test_reads_utf8(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("name: Zürich\n", encoding="utf-8")
    assert read_text(file, "a.yaml") == "name: Zürich\n"


@pytest.mark.parametrize(
    ("data", "where", "what"),
    [
        (b"\xef\xbb\xbfa: 1", "shown.yaml:1", "byte order mark"),
        ("a: 1".encode("utf-16"), "shown.yaml:1", "byte order mark"),
        (b"a: 1\nb: \x00", "shown.yaml:2", "NUL"),
        (b"a: 1\n\nb: \xff", "shown.yaml:3", "not UTF-8: byte '\\xff'"),
        (b"a: \xed\xa0\x80", "shown.yaml:1", "not UTF-8"),
    ],
)
def test_refuses_what_is_no_utf8_text(tmp_path, data, where, what):
    file = tmp_path / "a.yaml"
    file.write_bytes(data)
    problem = refused(file)
    assert problem.where == where
    assert what in problem.what
    assert "UTF-8" in problem.fix


def test_the_largest_file_is_read_and_one_byte_more_is_not(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_bytes(b"#" * MAX_BYTES)
    assert len(read_text(file, "a")) == MAX_BYTES
    file.write_bytes(b"#" * (MAX_BYTES + 1))
    assert "larger than 1 MB" in refused(file).what


def test_missing_files_suggest_a_neighbour(tmp_path):
    (tmp_path / "quickstart.yaml").touch()
    problem = refused(tmp_path / "quikstart.yaml")
    assert "does not exist" in problem.what
    assert problem.fix == "did you mean quickstart.yaml?"
    assert refused(tmp_path / "none" / "x.yaml").fix == "check the path"


def test_folders_devices_and_pipes_are_refused_without_waiting(tmp_path):
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    assert "folder" in refused(tmp_path).what
    assert "device or pipe" in refused(pipe).what
    assert "device or pipe" in refused("/dev/zero").what


def test_names_the_system_cannot_open_are_refused(tmp_path):
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    assert "cannot be opened" in refused(loop).what
    assert "cannot be opened" in refused(Path("a\0b.yaml")).what
    assert "cannot be opened" in refused(tmp_path / ("x" * 5000)).what
