"""Pictures on disk."""

from pathlib import Path
from typing import Any

import cv2

from labgap.atomic import write_atomic
from labgap.errors import InvalidUse

__all__ = ["write_png"]


def write_png(path: Path, rgb: Any) -> None:
    """Write an RGB image, shape (height, width, 3), as PNG.

    Raises
    ------
    InvalidUse
        If the name does not end in ``.png`` or its folder does not exist.
    """
    if path.suffix.lower() != ".png":
        raise InvalidUse("a picture's name must end in .png", where=str(path), fix="rename it")
    if not path.resolve().parent.is_dir():
        raise InvalidUse("the folder does not exist", where=str(path.parent), fix="create it")
    encoded, data = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
    if not encoded:
        raise InvalidUse("the picture is too large to encode", where=str(path))
    write_atomic(path, data.tobytes())
