"""``labgap degradations``: lists, draws and measures; wrong names are told, not traced."""

import json
from pathlib import Path

import cv2
import pytest

from tests.conftest import Labgap


def test_it_lists_every_kind_with_its_scope_and_unit(labgap: Labgap, tmp_path: Path) -> None:
    rows = json.loads(labgap("degradations", "--json", cwd=tmp_path).stdout)
    assert len(rows) == 21
    assert {row["scope"] for row in rows} == {"item", "pass", "batch", "camera_hour", "site_day"}
    listed = json.loads(labgap("list", "degradations", "--json", cwd=tmp_path).stdout)
    assert listed == rows


def test_it_draws_the_kinds_it_is_asked_for(labgap: Labgap, tmp_path: Path) -> None:
    done = labgap("degradations", "--kind", "skew", "--sheet", "skew.png", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    picture = cv2.imread(str(tmp_path / "skew.png"))
    assert picture.shape[1] > 5 * picture.shape[0] / 2


def test_smoke_measures_a_few_and_leaves_nothing_behind(labgap: Labgap, tmp_path: Path) -> None:
    done = labgap("degradations", "--smoke", "--json", cwd=tmp_path)
    rows = json.loads(done.stdout)
    assert {row["reader"] for row in rows} == {"barcode"}
    assert [row["severity"] for row in rows if row["kind"] == "torn"] == [1, 2, 3, 4, 5]
    assert all(row["low"] <= row["read"] / row["parcels"] <= row["high"] for row in rows)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--kind", "tron"), "did you mean torn"),
        (("--kind", "latency_spike", "--sheet", "a.png"), "change no picture"),
        (("--sheet", "a.bmp", "--kind", "torn"), ".png"),
        (("--anchors", "--reader", "barcod"), "barcode"),
        (("--anchors", "--parcels", "1000000", "--reader", "barcode"), "parcels to show"),
    ],
)
def test_wrong_words_are_told(
    labgap: Labgap, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    done = labgap("degradations", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
