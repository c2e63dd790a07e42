"""Folders of photographs as people have them: whatever is wrong is named, nothing is fatal."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from labgap.errors import InvalidUse
from labgap.photo_folder import decoded_photo, scan_photos
from tests.photo_specimen import draw_photo, photo_folder


def bomb(side: int) -> bytes:
    """A PNG of some kilobytes that says it has side x side pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def why(root: Path) -> dict[str, str]:
    return {one.file: one.why for one in scan_photos(root).refused}


def test_photographs_are_found_below_in_order_with_their_texts(tmp_path: Path) -> None:
    found = scan_photos(photo_folder(tmp_path))
    names = ["code128-1/01.jpg", "code128-1/02.webp", "code128-1/03.png", "ean13-1/01.png"]
    assert [photo.file for photo in found.photos] == [*names, "qrcode-1/01.png"]
    assert found.refused == ()
    assert found.photos[-1].expected == "parcel 7\r\nroute A"
    assert {photo.group for photo in found.photos} == {"code128-1", "ean13-1", "qrcode-1"}
    assert scan_photos(tmp_path).sha256 == found.sha256


def test_what_cannot_be_used_is_named_with_its_reason(tmp_path: Path) -> None:
    root = tmp_path / "photos"
    draw_photo(root / "good.png", "QRCode", "fine")
    whole = (root / "good.png").read_bytes()
    for stem, content in {
        "truncated": whole[: len(whole) // 2],
        "empty": b"",
        "bomb": bomb(100_000),
        "wide": bomb(9_000),
        "html": b"<html>no picture</html>",
    }.items():
        (root / f"{stem}.png").write_bytes(content)
        (root / f"{stem}.txt").write_text("x", "utf-8")
    (root / "alone.png").write_bytes(whole)
    (root / "words.txt").write_text("no picture", "utf-8")
    (root / "latin.png").write_bytes(whole)
    (root / "latin.txt").write_bytes(b"caf\xe9")
    (root / "blank.png").write_bytes(whole)
    (root / "blank.txt").write_text("\n", "utf-8")
    (root / "novel.png").write_bytes(whole)
    (root / "novel.txt").write_text("x" * 20_000, "utf-8")
    found = scan_photos(root)
    assert [photo.file for photo in found.photos] == ["good.png"]
    said = why(root)
    for name, part in {
        "truncated.png": "damaged",
        "empty.png": "no PNG",
        "bomb.png": "pixels",
        "wide.png": "9,000 x 9,000 pixels",
        "html.png": "no PNG",
        "alone.png": "no text",
        "words.txt": "no picture beside it",
        "latin.png": "not UTF-8",
        "blank.png": "empty",
        "novel.png": "16,384 bytes",
    }.items():
        assert part in said.pop(name)
    assert said == {}


def test_a_text_with_a_byte_order_mark_is_read_without_it(tmp_path: Path) -> None:
    draw_photo(tmp_path / "a.png", "QRCode", "fine")
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbffine\r\n")
    assert scan_photos(tmp_path).photos[0].expected == "fine"


def test_a_text_of_blanks_is_no_label(tmp_path: Path) -> None:
    draw_photo(tmp_path / "good.png", "QRCode", "fine")
    for stem, text in {"blank": b" \t ", "mark": b"\xef\xbb\xbf", "wide": b"\xc2\xa0\n"}.items():
        draw_photo(tmp_path / f"{stem}.png", "QRCode", "fine")
        (tmp_path / f"{stem}.txt").write_bytes(text)
    assert [photo.file for photo in scan_photos(tmp_path).photos] == ["good.png"]
    said = why(tmp_path)
    assert set(said) == {"blank.png", "mark.png", "wide.png"}
    assert all("unlabelled" in reason for reason in said.values())


def test_extensions_are_the_same_in_capitals(tmp_path: Path) -> None:
    draw_photo(tmp_path / "UP.png", "QRCode", "fine")
    (tmp_path / "UP.png").rename(tmp_path / "UP.PNG")
    (tmp_path / "UP.txt").rename(tmp_path / "UP.TXT")
    draw_photo(tmp_path / "two.png", "QRCode", "fine")
    (tmp_path / "two.TXT").write_text("other", "utf-8")
    (tmp_path / "LONE.Txt").write_text("x", "utf-8")
    found = scan_photos(tmp_path)
    assert [(photo.file, photo.expected) for photo in found.photos] == [("UP.PNG", "fine")]
    said = why(tmp_path)
    assert "no picture beside it" in said.pop("LONE.Txt")
    assert "two texts" in said.pop("two.png")
    assert said == {}


def test_links_and_odd_files_are_never_followed(tmp_path: Path) -> None:
    root = tmp_path / "photos"
    draw_photo(root / "good.png", "QRCode", "fine")
    draw_photo(tmp_path / "secret" / "plan.png", "QRCode", "secret")
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "plan.png").symlink_to(tmp_path / "secret" / "plan.png")
    (root / "stolen.png").write_bytes((root / "good.png").read_bytes())
    (root / "stolen.txt").symlink_to(tmp_path / "secret" / "plan.txt")
    os.mkfifo(root / "pipe.png")
    found = scan_photos(root)
    assert [photo.file for photo in found.photos] == ["good.png"]
    said = why(root)
    assert all("link" in said[name] for name in ("out", "plan.png", "stolen.txt"))
    assert "no text" in said["stolen.png"]
    assert "no regular file" in said["pipe.png"]


@pytest.mark.parametrize("content", [{}, {"a.txt": b"x"}, {"a.png": b"no", "a.txt": b"x"}])
def test_a_folder_with_nothing_usable_is_refused(tmp_path: Path, content: dict[str, bytes]) -> None:
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InvalidUse, match="no photograph here can be used"):
        scan_photos(tmp_path)
    with pytest.raises(InvalidUse, match="no such folder"):
        scan_photos(tmp_path / "absent")


def test_a_photograph_is_turned_as_its_camera_said(tmp_path: Path) -> None:
    picture = Image.new("RGB", (60, 20), (200, 10, 10))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "a.jpg", exif=exif)
    (tmp_path / "a.txt").write_text("x", "utf-8")
    found = scan_photos(tmp_path)
    assert decoded_photo(tmp_path, found.photos[0]).shape == (60, 20, 3)


def test_a_photograph_that_changed_since_is_seen(tmp_path: Path) -> None:
    draw_photo(tmp_path / "a.png", "QRCode", "fine")
    found = scan_photos(tmp_path)
    before = decoded_photo(tmp_path, found.photos[0])
    draw_photo(tmp_path / "a.png", "QRCode", "other")
    with pytest.raises(ValueError, match="changed"):
        decoded_photo(tmp_path, found.photos[0])
    assert before.dtype == np.uint8
    assert scan_photos(tmp_path).sha256 != found.sha256


def test_the_same_photograph_counts_once_and_the_others_are_named(tmp_path: Path) -> None:
    draw_photo(tmp_path / "b.png", "QRCode", "fine")
    for name in ("a/copy", "c"):
        place = tmp_path / f"{name}.png"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes((tmp_path / "b.png").read_bytes())
        place.with_suffix(".txt").write_text("fine\n", "utf-8")
    draw_photo(tmp_path / "other.png", "QRCode", "other")
    found = scan_photos(tmp_path)
    assert [photo.file for photo in found.photos] == ["b.png", "other.png"]
    same = "the same picture as b.png, which is counted"
    assert why(tmp_path) == {"a/copy.png": same, "c.png": same}


def test_the_same_photograph_under_two_texts_is_not_used(tmp_path: Path) -> None:
    draw_photo(tmp_path / "good.png", "QRCode", "fine")
    draw_photo(tmp_path / "a.png", "QRCode", "one")
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes())
    (tmp_path / "b.txt").write_text("two", "utf-8")
    assert [photo.file for photo in scan_photos(tmp_path).photos] == ["good.png"]
    said = why(tmp_path)
    assert set(said) == {"a.png", "b.png"}
    assert all("another text" in reason for reason in said.values())


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_seen_on_white(tmp_path: Path, mode: str) -> None:
    # Black all over; only the left half is there to be seen, the middle half so.
    alpha = Image.fromarray(np.repeat([[255, 255, 128, 0]], 4, axis=0).astype(np.uint8))
    picture = Image.new("RGBA", (4, 4), (0, 0, 0, 255))
    picture.putalpha(alpha)
    if mode == "P":
        picture = Image.new("P", (4, 4), 0)
        picture.putpalette([0, 0, 0, 0, 0, 0])
        picture.putdata([0, 0, 1, 1] * 4)
        picture.info["transparency"] = 1
    else:
        picture = picture.convert(mode)
    picture.save(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("x", "utf-8")
    (photo,) = scan_photos(tmp_path).photos
    row = decoded_photo(tmp_path, photo)[0].tolist()
    middle = 127 if mode != "P" else 255
    assert row == [[0] * 3, [0] * 3, [middle] * 3, [255] * 3]
