"""Real photographs beside a run: figures, reports, resume, and nothing that leads back to them."""

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Labgap
from tests.photo_specimen import draw_photo, photo_folder

COMMAND = ("run", "quickstart", "--smoke", "--jobs", "1", "--arm", "barcode", "--out", "run")


@pytest.fixture(scope="module")
def shown(labgap: Labgap, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with photographs in `secret/pictures` and a run that was shown them."""
    place = tmp_path_factory.mktemp("shown")
    pictures = photo_folder(place / "secret" / "pictures")
    (pictures / "broken.png").write_bytes(b"\x89PNG")
    (pictures / "broken.txt").write_text("x", "utf-8")
    done = labgap(*COMMAND, "--photos", "secret/pictures", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "real photographs, barcode: 3 of 5 read right = 60.0 % [23.1, 88.2]" in done.stdout
    assert "1 wrong, 1 not read" in done.stdout
    assert "not used: broken.png: it is no PNG, JPEG or WebP picture" in done.stdout
    return place


def test_figures_stand_under_their_own_key_and_in_both_reports(shown: Path) -> None:
    document = json.loads((shown / "run" / "metrics.json").read_text("utf-8"))
    (whole,) = (row for row in document["photos"]["records"] if row["group"] == "all")
    assert (whole["photos"], whole["right"], whole["wrong"], whole["nothing"]) == (5, 3, 1, 1)
    # none of those codes is a label of this centre: a lane reads none of them
    assert (whole["accepted"], whole["reviewed"], whole["unread"]) == (0, 0, 5)
    assert not any("photo" in row["metric"] for row in document["records"])
    page = (shown / "run" / "report.html").read_text("utf-8")
    assert 'id="photographs"' in page
    assert "broken.png" in page
    assert "### Real photographs" in (shown / "run" / "report.md").read_text("utf-8")


def test_nothing_in_the_run_says_where_the_photographs_lie(shown: Path) -> None:
    for path in (shown / "run").rglob("*"):
        if path.is_file():
            assert b"secret" not in path.read_bytes(), path


def test_a_photograph_s_story_is_told_by_its_name(shown: Path, labgap: Labgap) -> None:
    done = labgap("show", "run", "code128-1/02.webp", cwd=shown)
    assert done.returncode == 0, done.stderr
    assert "'ABC-999'" in done.stdout
    assert "wrong" in done.stdout
    assert "'ABC-124'" in done.stdout
    missing = labgap("show", "run", "code128-1/99.webp", cwd=shown)
    assert missing.returncode == 2
    assert "no such photograph" in missing.stderr


def test_lost_answers_are_asked_again_and_other_photographs_are_refused(
    shown: Path, labgap: Labgap
) -> None:
    before = (shown / "run" / "metrics.json").read_bytes()
    shutil.rmtree(shown / "run" / "photos" / "arm=barcode")
    again = labgap(*COMMAND, "--photos", "secret/pictures", "--resume", cwd=shown)
    assert again.returncode == 0, again.stderr
    assert (shown / "run" / "metrics.json").read_bytes() == before
    draw_photo(shown / "more" / "01.png", "QRCode", "new")
    other = labgap(*COMMAND, "--photos", "more", "--resume", cwd=shown)
    assert other.returncode == 2
    assert "the folder of photographs" in other.stderr


def test_an_empty_folder_ends_in_a_sentence(labgap: Labgap, tmp_path: Path) -> None:
    done = labgap("run", "quickstart", "--smoke", "--photos", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert "no photograph here can be used" in done.stderr
    assert "Traceback" not in done.stderr
