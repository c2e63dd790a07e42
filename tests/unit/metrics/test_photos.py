"""Figures on photographs: what counts as the same text, and how sure a share is."""

import pytest

from metrics.photos import ALL_PHOTOS, PhotoAnswer, PhotoFigures, is_same, photo_figures
from metrics.records import Metrics
from reports.photographs import photographs
from reports.selection import Selection


@pytest.mark.parametrize(
    ("text", "kind", "expected", "same"),
    [
        ("ABC", "code128", "ABC", True),
        ("ABC", "code128", "abc", False),
        ("ABC ", "code128", "ABC", False),
        ("a\r\nb\r\n", "qrcode", "a\r\nb\n", True),
        ("a\nb", "qrcode", "a\r\nb", False),
        ("0012345", "upca", "12345", True),
        ("0012345", "code128", "12345", False),
        ("0012345", "print", "12345", False),
    ],
)
def test_texts_are_compared_as_documented(text: str, kind: str, expected: str, same: bool) -> None:
    assert is_same(text, kind, expected) is same


def answers() -> list[PhotoAnswer]:
    return [
        PhotoAnswer("a", "x", "1", (("1", "qrcode"), ("2", "qrcode")), "accept"),
        PhotoAnswer("a", "x", "2", (("1", "qrcode"), ("2", "qrcode")), "no_read"),
        PhotoAnswer("a", "y", "3", (), "no_read"),
        PhotoAnswer("a", "y", "4", (("5", "qrcode"),), "review"),
    ]


def test_the_first_text_is_the_answer_and_every_photograph_counts_once() -> None:
    figures = photo_figures(answers(), ["a", "silent"], [("z.png", "broken")])
    whole, x, y = figures.records
    assert (whole.photos, whole.right, whole.wrong, whole.nothing, whole.elsewhere) == (
        4,
        1,
        2,
        1,
        1,
    )
    assert (whole.read_rate, whole.accuracy) == (0.25, pytest.approx(1 / 3))
    assert (whole.accepted, whole.reviewed, whole.unread) == (1, 1, 2)
    assert (x.accepted, x.reviewed, x.unread) == (1, 0, 1)
    assert (x.group, x.right, y.group, y.right) == ("x/", 1, "y/", 0)
    assert figures.files == 4


def test_a_sub_folder_called_all_is_not_the_total() -> None:
    told = [
        PhotoAnswer("a", group, "1", (("1", "qrcode"),), "no_read")
        for group in ("all", "all", ".", "all/x")
    ]
    figures = photo_figures(told, ["a"], [])
    assert figures.files == 4
    assert [(record.group, record.photos) for record in figures.records] == [
        (ALL_PHOTOS, 4),
        ("./", 1),
        ("all/", 2),
        ("all/x/", 1),
    ]
    section = photographs(figures, Selection((), ["a"]))
    assert section is not None
    assert len(section.arms.rows) == 1
    assert len(section.groups.rows) == 3


def test_nothing_answered_has_no_accuracy() -> None:
    (record,) = photo_figures([PhotoAnswer("a", "x", "1", (), "no_read")], ["a"], []).records
    assert (record.read_rate, record.accuracy, record.accuracy_low) == (0.0, None, None)


def test_they_travel_in_metrics_json_under_a_key_of_their_own() -> None:
    figures = photo_figures(answers(), ["a"], [("z.png", "broken")])
    assert Metrics.from_json(Metrics((), (), figures).to_json()).photos == figures
    assert "photos" not in Metrics(()).to_json()
    with pytest.raises(ValueError, match="photos"):
        PhotoFigures.of({"files": 1, "refused": [], "records": [{"arm": "a"}]})
    with pytest.raises(ValueError, match="photos"):
        PhotoFigures.of([])
