"""Files that are there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

__all__ = ["writing_whole"]


@contextmanager
def writing_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write that takes its name only once all of it is on the disk.

    Parameters
    ----------
    path : Path
        Until then ``NAME.part`` stands beside it; a writer that dies leaves that and no more.
    """
    half = path.with_name(path.name + ".part")
    with half.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
