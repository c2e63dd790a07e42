"""What a run kept of photographs, whole or not."""

import json
from types import SimpleNamespace

import pyarrow as pa

from labgap.photo_results import photo_answers
from labgap.photo_story import photo_story

TEXTS = json.dumps([{"text": "7", "kind": "print", "confidence": 0.5}])


def kept(tmp_path, **columns):
    """A run folder with one arm's answer to one photograph, and what was expected of two."""
    part = tmp_path / "photos" / "arm=a" / "part=00000"
    part.mkdir(parents=True)
    (part / "answers.parquet").touch()
    answers = pa.Table.from_pylist([{"sha256": "s", "texts": TEXTS, **columns}])
    photos = [{"file": f"{sha}.png", "sha256": sha, "expected": "7"} for sha in ("s", "later")]

    def read_table(path, filters=()):
        if path.name == "answers.parquet":
            return answers
        return pa.Table.from_pylist(
            [row for row in photos if ("file", "=", row["file"]) in filters]
        )

    return SimpleNamespace(
        path=tmp_path, read_table=read_table, read_manifest=lambda: {"arms": {"a": {}}}
    )


def test_a_photograph_has_what_was_read_and_what_a_lane_would_hear(tmp_path):
    story = photo_story(kept(tmp_path, decision="review"), "s.png")
    (answer,) = story["answers"]
    assert (answer["outcome"], answer["decision"]) == ("right", "review")


def test_a_photograph_that_a_stopped_run_never_asked_about_is_said_to_be_so(tmp_path):
    (answer,) = photo_story(kept(tmp_path, decision="review"), "later.png")["answers"]
    assert (answer["outcome"], answer["decision"]) == ("nothing", "not asked")


def test_answers_of_an_earlier_version_are_not_all_there(tmp_path):
    assert photo_answers(kept(tmp_path), "a") == {}
