"""Reading scenario files: regular files of modest size, in UTF-8."""

import os
import stat
from pathlib import Path

from scenarios.did_you_mean import did_you_mean
from scenarios.errors import InvalidScenario, Problem, printable
from scenarios.located import Place

__all__ = ["MAX_BYTES", "decode", "read_text"]

MAX_BYTES = 1_000_000
"""Largest scenario file."""
LISTED = 2000
"""Files of a folder looked through for a similar name."""


def read_text(path: Path, shown: str) -> str:
    """Read a scenario file.

    Parameters
    ----------
    path : Path
    shown : str
        How messages name it.

    Raises
    ------
    InvalidScenario
        If it is missing, no regular file, too large or not UTF-8.
    """
    return decode(_read_bytes(path, shown), shown)


def _read_bytes(path: Path, shown: str) -> bytes:
    # Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags)
    except FileNotFoundError:
        raise _invalid("does not exist", shown, _similar(path) or "check the path") from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise _invalid(f"cannot be opened: {reason}", shown, "check path and permissions") from None
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            raise _invalid("is a folder", shown, "name a file in it")
        if not stat.S_ISREG(status.st_mode):
            raise _invalid("is a device or pipe", shown, "name a regular file")
        with os.fdopen(handle, "rb", closefd=False) as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _invalid(f"cannot be read: {error.strerror}", shown, "check the disk") from None
    finally:
        os.close(handle)
    if len(data) > MAX_BYTES:
        raise _invalid(
            f"is larger than {MAX_BYTES / 1e6:g} MB", shown, "split it with `extends`, or trim it"
        )
    return data


def _similar(path: Path) -> str | None:
    try:
        names = [entry.name for entry in path.parent.iterdir()][:LISTED]
    except (OSError, ValueError):
        return None
    close = did_you_mean(path.name, [name for name in names if name.endswith((".yaml", ".yml"))])
    return f"did you mean {close}?" if close and close.isprintable() else None


def decode(data: bytes, shown: str) -> str:
    """Decode UTF-8 without a byte order mark.

    Raises
    ------
    InvalidScenario
    """
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise _invalid(
            "begins with a byte order mark", shown, "save it as UTF-8 without one (BOM)", 1
        )
    if b"\x00" in data:
        line = data.count(b"\n", 0, data.index(b"\x00")) + 1
        raise _invalid("holds a NUL byte, so it is no text", shown, "save it as UTF-8 text", line)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"is not UTF-8: byte {printable(data[error.start : error.start + 1])[1:]}"
        raise _invalid(what, shown, "save it as UTF-8", line) from None


def _invalid(what: str, shown: str, fix: str, line: int | None = None) -> InvalidScenario:
    return InvalidScenario([Problem(f"the file {what}", str(Place(shown, line)), "", fix)])
