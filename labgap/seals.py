"""Seals: a folder of results says in its last file what it holds, so that damage is seen.

A rename makes a folder appear whole or not at all, but a disk that lost power, filled up or was
edited can still hold a short or altered file under its final name.  Each folder of tables
therefore carries the SHA-256 of every file, and what it is an answer to.
"""

import hashlib
import json
import os
import stat
from pathlib import Path
from typing import Any

__all__ = ["SEAL", "damage", "seal", "sealed_for"]

SEAL = "seal.json"
SEAL_SCHEMA_VERSION = 1
MAX_SEAL_BYTES = 1_000_000


def seal(folder: Path, belongs_to: str) -> None:
    """Write the seal of a folder whose files are all there.

    Parameters
    ----------
    folder : Path
    belongs_to : str
        Hash of the question that the files answer.
    """
    files = {path.name: _sha256(path) for path in sorted(folder.iterdir())}
    record = {"schema_version": SEAL_SCHEMA_VERSION, "belongs_to": belongs_to, "files": files}
    (folder / SEAL).write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", "utf-8")


def sealed_for(folder: Path) -> str | None:
    """Say which question a folder's seal names; None where no seal can be read."""
    record = _read(folder)
    return None if record is None else str(record["belongs_to"])


def damage(folder: Path) -> str | None:
    """Say what is wrong with a sealed folder, or None where every byte is as it was written."""
    if folder.is_symlink():
        return "it is a link"
    record = _read(folder)
    if record is None:
        return f"its {SEAL} is missing or torn"
    expected = record["files"]
    present = {entry.name for entry in os.scandir(folder)} - {SEAL}
    if missing := sorted(expected.keys() - present):
        return f"{missing[0]} is missing"
    if strange := sorted(present - expected.keys()):
        return f"{strange[0]} was added"
    for name, sha256 in expected.items():
        try:
            if _sha256(folder / name) != sha256:
                return f"{name} is not what was written"
        except OSError as error:
            return f"{name} cannot be read ({error.strerror})"
    return None


def _read(folder: Path) -> dict[str, Any] | None:
    try:
        with _regular(folder / SEAL) as stream:
            text = stream.read(MAX_SEAL_BYTES)
        record = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or record.get("schema_version") != SEAL_SCHEMA_VERSION:
        return None
    files = record.get("files")
    if not isinstance(files, dict) or not isinstance(record.get("belongs_to"), str):
        return None
    return record


def _sha256(path: Path) -> str:
    with _regular(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _regular(path: Path) -> Any:
    # A link would let a run folder somebody sent read other files; a pipe would wait for ever.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(f"{path} is no regular file")
    return os.fdopen(handle, "rb")
