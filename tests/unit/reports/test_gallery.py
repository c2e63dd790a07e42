import base64
import json
from dataclasses import replace

import pytest

from reports.gallery import MOST_ITEMS, load_gallery, thumbnails
from tests import report_specimen as specimen


def write(folder, rows, pictures=()):
    folder.mkdir(exist_ok=True)
    (folder / "index.json").write_text(json.dumps({"items": rows}), encoding="utf-8")
    for name, data in pictures:
        (folder / name).write_bytes(data)
    return folder


ROW = {
    "file": "a.png",
    "parcel_id": "P000-000001",
    "arm": "barcode",
    "condition": "production",
    "outcome": "misread",
    "truth": {"sort_code": "7KQ4WZ"},
    "read": {"sort_code": None},
    "conditions": ["torn 4"],
    "command": "labgap show runs/x P000-000001",
    "lap": 1,
}


def test_what_was_written_is_read(tmp_path):
    (item,) = load_gallery(write(tmp_path / "g", [ROW], [("a.png", specimen.png())]))
    assert item.parcel_id == "P000-000001"
    assert item.image == specimen.png()
    assert item.truth == {"sort_code": "7KQ4WZ"}
    assert item.read == {"sort_code": ""}
    assert item.conditions == ("torn 4",)


def test_no_index_is_an_empty_gallery(tmp_path):
    assert load_gallery(tmp_path) == ()


def test_a_missing_picture_leaves_its_caption(tmp_path):
    (item,) = load_gallery(write(tmp_path / "g", [ROW]))
    assert item.image == b""


def test_only_as_many_as_are_shown_are_read(tmp_path):
    assert len(load_gallery(write(tmp_path / "g", [ROW] * 40))) == MOST_ITEMS


@pytest.mark.parametrize("file", ["../secret.png", "/etc/hostname"])
def test_files_outside_the_gallery_are_refused(tmp_path, file):
    (tmp_path / "secret.png").write_bytes(specimen.png())
    with pytest.raises(ValueError, match="outside the gallery"):
        load_gallery(write(tmp_path / "g", [ROW | {"file": file}]))


def test_a_link_out_of_the_gallery_is_refused(tmp_path):
    (tmp_path / "secret.png").write_bytes(specimen.png())
    folder = write(tmp_path / "g", [ROW])
    (folder / "a.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(ValueError, match="outside the gallery"):
        load_gallery(folder)


@pytest.mark.parametrize(
    "row", [{}, ROW | {"truth": "text"}, ROW | {"conditions": "torn"}, ROW | {"lap": "x"}, 5]
)
def test_a_malformed_index_is_named(tmp_path, row):
    with pytest.raises(ValueError, match="gallery index"):
        load_gallery(write(tmp_path / "g", [row]))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"items": 3}', "\ufffd"])
def test_an_index_that_is_none_is_named(tmp_path, text):
    (tmp_path / "index.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="gallery index"):
        load_gallery(tmp_path)


def test_pictures_are_embedded_while_the_budget_lasts():
    items = specimen.gallery(6)
    whole = [len(shown.source) for shown in thumbnails(items, 10**7)]
    assert all(whole)
    found = thumbnails(items, sum(whole[:3]))
    assert [bool(shown.source) for shown in found] == [True] * 3 + [False] * 3
    assert len(thumbnails(items * 10, 0)) == MOST_ITEMS


@pytest.mark.parametrize("image", [b"", b"<svg onload=alert(1)>", b"GIF89a", b"\x89PN"])
def test_only_png_and_jpeg_are_embedded(image):
    (shown,) = thumbnails([replace(specimen.gallery(1)[0], image=image)], 10**6)
    assert shown.source == ""


def test_a_data_uri_holds_the_very_bytes():
    jpeg = b"\xff\xd8\xff" + b"rest"
    (shown,) = thumbnails([replace(specimen.gallery(1)[0], image=jpeg)], 10**6)
    kind, _, data = shown.source.partition(",")
    assert kind == "data:image/jpeg;base64"
    assert base64.b64decode(data) == jpeg
