"""A folder of real photographs with expected texts: what is fit to be asked, and what is not.

Pictures lie anywhere below the folder, each beside a text of the same name: ``ean13/07.jpg`` and
``ean13/07.txt``, the extensions in small letters or capitals.  Whatever cannot be used is named
with the reason, and never ends a run.
"""

import hashlib
import json
import os
import stat
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from labgap.errors import InvalidUse

__all__ = ["Photo", "PhotoFolder", "RefusedPhoto", "decoded_photo", "scan_photos"]

PICTURES = (".png", ".jpg", ".jpeg", ".webp")
FORMATS = ("PNG", "JPEG", "WEBP")
MAX_SIDE_PX = 8192
MAX_PIXELS = 2**25
"""What a window on a camera's sensor may be; also a bound on decompression bombs."""
MAX_PICTURE_BYTES = 64_000_000
MAX_TEXT_BYTES = 16_384
MOST_FILES = 50_000


@dataclass(frozen=True)
class Photo:
    """A photograph that can be asked about.

    Attributes
    ----------
    file : str
        Its path within the folder, with slashes.
    sha256 : str
        Of the picture's bytes.
    expected : str
        What it is known to show; line ends at the end are not part of it.
    """

    file: str
    sha256: str
    expected: str

    @property
    def group(self) -> str:
        """Sub-folder it lies in; ``.`` for the folder itself."""
        return self.file.rpartition("/")[0] or "."


@dataclass(frozen=True)
class RefusedPhoto:
    """A file that cannot be used, and why."""

    file: str
    why: str


@dataclass(frozen=True)
class PhotoFolder:
    """Photographs of one folder.

    Attributes
    ----------
    path : Path
        Where it lies; never written down in a run.
    photos : tuple of Photo
        In the order of their names.
    refused : tuple of RefusedPhoto
    """

    path: Path
    photos: tuple[Photo, ...]
    refused: tuple[RefusedPhoto, ...]

    @property
    def sha256(self) -> str:
        """Hash of all pictures, texts and refusals."""
        said = [[asdict(photo) for photo in self.photos], [asdict(one) for one in self.refused]]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


class _Unfit(Exception):
    """Why a file cannot be used."""


def scan_photos(path: Path) -> PhotoFolder:
    """Look through a folder; every picture is decoded once, so that broken ones are known.

    Raises
    ------
    InvalidUse
        If there is no such folder or nothing in it can be used.
    """
    if not path.is_dir():
        raise InvalidUse(
            "there is no such folder of photographs",
            where=str(path),
            fix="give a folder with pictures (PNG, JPEG, WebP) beside texts of the same name",
        )
    photos: list[Photo] = []
    refused: list[RefusedPhoto] = []
    pictures: list[str] = []
    texts: dict[str, list[str]] = {}
    for name, why in _files(path):
        stem, suffix = os.path.splitext(name)
        if why is not None:
            refused.append(RefusedPhoto(_shown(name), why))
        elif suffix.lower() in PICTURES:
            pictures.append(name)
        elif suffix.lower() == ".txt":
            texts.setdefault(stem, []).append(name)
    for name in pictures:
        try:
            photos.append(_photo(path, name, texts.get(os.path.splitext(name)[0], ())))
        except _Unfit as unfit:
            refused.append(RefusedPhoto(_shown(name), str(unfit)))
    photos, again = _once(photos)
    refused += again
    used = {os.path.splitext(name)[0] for name in pictures}
    lonely = [
        RefusedPhoto(_shown(name), "no picture beside it")
        for stem, names in texts.items()
        if stem not in used
        for name in names
    ]
    refused = sorted([*refused, *lonely], key=lambda one: one.file)
    if not photos:
        found = f"; {refused[0].file}: {refused[0].why}" if refused else ""
        raise InvalidUse(
            f"no photograph here can be used ({len(refused)} files were looked at{found})",
            where=str(path),
            fix="put each picture (PNG, JPEG, WebP) beside a text of the same name, as in "
            "01.jpg and 01.txt",
        )
    return PhotoFolder(path, tuple(photos), tuple(refused))


def _once(photos: Sequence[Photo]) -> tuple[list[Photo], list[RefusedPhoto]]:
    """Keep one of those with the same bytes, and none of those that say different things."""
    alike: dict[str, list[Photo]] = {}
    for photo in photos:
        alike.setdefault(photo.sha256, []).append(photo)
    kept: list[Photo] = []
    again: list[RefusedPhoto] = []
    for first, *others in alike.values():
        if all(other.expected == first.expected for other in others):
            kept.append(first)
            why = f"the same picture as {first.file}, which is counted"
            again += [RefusedPhoto(other.file, why) for other in others]
        else:
            why = "the same picture lies here with another text; which one is meant?"
            again += [RefusedPhoto(photo.file, why) for photo in (first, *others)]
    return kept, again


def decoded_photo(folder: Path, photo: Photo) -> NDArray[np.uint8]:
    """Pixels of a photograph, upright as its camera said, RGB, shape (height, width, 3).

    What is transparent is shown on white, as labels are printed.

    Raises
    ------
    ValueError
        If the file is not what it was when the folder was looked through.
    """
    try:
        content = _content(folder / photo.file, MAX_PICTURE_BYTES)
        if hashlib.sha256(content).hexdigest() == photo.sha256:
            return _pixels(content)
    except _Unfit:
        pass
    raise ValueError(f"{photo.file} changed while the run was going on")


def _files(path: Path) -> Iterator[tuple[str, str | None]]:
    """Names of regular files below a folder in order, and why others are not followed."""
    seen = 0
    for folder, below, names in os.walk(path, followlinks=False):
        below.sort()
        prefix = os.path.relpath(folder, path).replace(os.sep, "/")
        prefix = "" if prefix == "." else f"{prefix}/"
        for name in [*below, *sorted(names)]:
            place = Path(folder) / name
            mode = place.lstat().st_mode
            if stat.S_ISLNK(mode):
                yield f"{prefix}{name}", "it is a link, which may lead out of the folder"
            elif stat.S_ISREG(mode):
                seen += 1
                if seen > MOST_FILES:
                    raise InvalidUse(
                        f"there are more than {MOST_FILES:,} files",
                        where=str(path),
                        fix="give a smaller folder",
                    )
                yield f"{prefix}{name}", None
            elif not stat.S_ISDIR(mode):
                yield f"{prefix}{name}", "it is no regular file"


def _photo(path: Path, name: str, texts: Sequence[str]) -> Photo:
    if _shown(name) != name:
        raise _Unfit("its name is not UTF-8")
    if not texts:
        raise _Unfit("no text of the same name beside it")
    if len(texts) > 1:
        raise _Unfit("two texts of the same name lie beside it; which one is meant?")
    try:
        # Editors on Windows begin a text with a byte-order mark, which no reader can see.
        content = _content(path / texts[0], MAX_TEXT_BYTES).decode("utf-8-sig")
        expected = content.rstrip("\r\n")
    except UnicodeDecodeError:
        raise _Unfit("the text beside it is not UTF-8") from None
    if not expected.strip():
        raise _Unfit("unlabelled: the text beside it is empty or blank")
    picture = _content(path / name, MAX_PICTURE_BYTES)
    _pixels(picture)
    return Photo(name, hashlib.sha256(picture).hexdigest(), expected)


def _content(path: Path, most: int) -> bytes:
    try:
        # A file that was swapped for a link since it was listed is not followed.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        raise _Unfit(f"it cannot be read ({error.strerror})") from None
    if len(content) > most:
        raise _Unfit(f"it has more than {most:,} bytes")
    return content


def _pixels(content: bytes) -> NDArray[np.uint8]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(content), formats=FORMATS) as picture:
                width, height = picture.size
                if max(width, height) > MAX_SIDE_PX or width * height > MAX_PIXELS:
                    raise _Unfit(
                        f"it has {width:,} x {height:,} pixels; at most {MAX_SIDE_PX:,} a side and "
                        f"{MAX_PIXELS:,} in all are taken"
                    )
                upright = ImageOps.exif_transpose(picture)
                return np.asarray(_on_white(upright), np.uint8)
    except Image.DecompressionBombError:
        raise _Unfit("it has far too many pixels") from None
    except UnidentifiedImageError:
        raise _Unfit("it is no PNG, JPEG or WebP picture") from None
    except (OSError, ValueError, SyntaxError, MemoryError, EOFError, IndexError) as error:
        raise _Unfit(f"the picture is damaged ({' '.join(str(error).split())[:100]})") from None


def _on_white(picture: Image.Image) -> Image.Image:
    """Without its transparency: the colours beneath it are mostly black, and nobody saw them."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")


def _shown(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
