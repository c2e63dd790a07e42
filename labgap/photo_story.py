"""One real photograph of a run: what it shows, and what every arm read of it."""

from typing import Any

from labgap.errors import InvalidUse
from labgap.photo_results import photo_answers, photos_path
from labgap.run_folder import RunFolder
from metrics.photos import is_same

__all__ = ["is_photo", "photo_lines", "photo_story"]

MOST_SHOWN = 200
"""Characters of a text that are shown on one line."""


def is_photo(folder: RunFolder, name: str) -> bool:
    """Whether a name is meant for a photograph: the run was shown some, and it has a suffix."""
    return photos_path(folder).is_dir() and "." in name


def photo_story(folder: RunFolder, name: str) -> dict[str, Any]:
    """Gather what a run knows of a photograph.

    Raises
    ------
    InvalidUse
        If the run was shown no photograph of that name.
    """
    path = photos_path(folder) / "expected" / "photos.parquet"
    for row in folder.read_table(path, [("file", "=", name)]).to_pylist():
        answers = []
        for arm in folder.read_manifest()["arms"]:
            texts, decision = photo_answers(folder, arm).get(row["sha256"], ([], "not asked"))
            same = [is_same(one["text"], one["kind"], row["expected"]) for one in texts]
            outcome = "nothing" if not same else "right" if same[0] else "wrong"
            told = {"arm": arm, "outcome": outcome, "decision": decision, "texts": texts}
            answers.append(told)
        return {**row, "answers": answers}
    raise InvalidUse(
        "the run was shown no such photograph",
        where=name,
        fix="names are those within the folder given with --photos, as in ean13-3/07.webp",
    )


def photo_lines(story: dict[str, Any]) -> list[str]:
    """Tell it in lines of text."""
    lines = [
        f"{story['file']} (sha256 {story['sha256'][:12]}): {_shown(story['expected'])}",
    ]
    for answer in story["answers"]:
        decision = answer["decision"].replace("_", " ")
        lines.append(f"  {answer['arm']:<14} {answer['outcome']} (in a lane: {decision})")
        lines += [
            f"    {one['kind']:<12} {one['confidence']:.2f} {_shown(one['text'])}"
            for one in answer["texts"]
        ]
    return lines


def _shown(text: str) -> str:
    return ascii(text)[:MOST_SHOWN]
