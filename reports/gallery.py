"""Failure thumbnails: pictures the run drew, with captions nobody may trust."""

import base64
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image

__all__ = ["GALLERY_INDEX", "MOST_ITEMS", "GalleryItem", "Thumbnail", "load_gallery", "thumbnails"]

MOST_ITEMS = 24
GALLERY_INDEX = "index.json"
MOST_BYTES = 5_000_000
"""Largest file of a picture, and of the index, that is read."""
MOST_PIXELS = 4_000_000
"""Largest picture that is handed to a browser: a small file can unpack to gigabytes."""
_SIGNATURES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


@dataclass(frozen=True, slots=True)
class GalleryItem:
    """One failure.

    Attributes
    ----------
    parcel_id, arm : str
    condition : str
        ``lab`` or ``production``.
    outcome : str
        What became of the first pass: ``misread``, ``no_read``, ...
    image : bytes
        PNG or JPEG.
    truth, read : mapping of str to str
        Texts by field name: as printed on the label, and as the arm read them.
    conditions : sequence of str
        What had befallen the parcel, as ``torn 4``.
    command : str
        The line that draws the parcel again.
    lap : int
    file : str
        Name of the picture in the gallery folder.
    """

    parcel_id: str
    arm: str
    condition: str
    outcome: str
    image: bytes
    truth: Mapping[str, str] = field(default_factory=dict)
    read: Mapping[str, str] = field(default_factory=dict)
    conditions: Sequence[str] = ()
    command: str = ""
    lap: int = 1
    file: str = ""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A gallery item ready to show: `source` is a data URI, or empty where no picture fits."""

    item: GalleryItem
    source: str


def thumbnails(items: Sequence[GalleryItem], budget: int) -> tuple[Thumbnail, ...]:
    """Embed the pictures of the first `MOST_ITEMS` items, as far as `budget` bytes of page reach.

    A picture that would not fit, or that is neither PNG nor JPEG by its first bytes, is left out;
    its caption stays.
    """
    shown = []
    left = budget
    for item in items[:MOST_ITEMS]:
        source = _data_uri(item.image)
        if len(source) > left:
            source = ""
        left -= len(source)
        shown.append(Thumbnail(item, source))
    return tuple(shown)


def _data_uri(image: bytes) -> str:
    for signature, media_type in _SIGNATURES:
        if image.startswith(signature) and not _swells(image):
            return f"data:{media_type};base64,{base64.b64encode(image).decode('ascii')}"
    return ""


def _swells(image: bytes) -> bool:
    """Say whether a picture would unpack to more than `MOST_PIXELS`; only its header is read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(image)) as opened:
                width, height = opened.size
    except Image.DecompressionBombError:
        return True
    except (OSError, ValueError, SyntaxError):
        return False  # no viewer unpacks what has no header
    return bool(width * height > MOST_PIXELS)


def load_gallery(folder: Path) -> tuple[GalleryItem, ...]:
    """Read ``index.json`` of a gallery folder and the pictures it names.

    The index is ``{"items": [{"file": ..., "parcel_id": ..., "arm": ..., "condition": ...,
    "outcome": ..., "truth": {...}, "read": {...}, "conditions": [...], "command": ...,
    "lap": 1}, ...]}``.  A folder without an index is an empty gallery.

    Raises
    ------
    ValueError
        If the index is malformed or names a file outside the folder.
    """
    index = folder / GALLERY_INDEX
    if not index.exists():
        return ()
    if index.stat().st_size > MOST_BYTES:
        raise ValueError(f"{index}: larger than {MOST_BYTES:,} bytes")
    try:
        rows = json.loads(index.read_text(encoding="utf-8"))["items"]
        return tuple(_item(folder, row) for row in rows[:MOST_ITEMS])
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{index}: not a gallery index: {error!r}") from error


def _item(folder: Path, row: Mapping[str, object]) -> GalleryItem:
    file = str(row["file"])
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"{folder / GALLERY_INDEX}: {file!r} lies outside the gallery")
    return GalleryItem(
        parcel_id=str(row["parcel_id"]),
        arm=str(row["arm"]),
        condition=str(row["condition"]),
        outcome=str(row["outcome"]),
        image=_picture(path),
        truth=_texts(row.get("truth")),
        read=_texts(row.get("read")),
        conditions=_names(row.get("conditions")),
        command=str(row.get("command", "")),
        lap=_lap(row.get("lap", 1)),
        file=file,
    )


def _picture(path: Path) -> bytes:
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        return b""
    return path.read_bytes()


def _lap(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"expected a lap number, got {type(value).__name__}")
    return value


def _texts(value: object) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(f"expected a mapping of texts, got {type(value).__name__}")
    return {str(key): "" if text is None else str(text) for key, text in value.items()}


def _names(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise TypeError(f"expected a list of conditions, got {type(value).__name__}")
    return tuple(str(name) for name in value)
