"""Which code made a result: hashes over packages, so that results of two codes are never mixed."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

__all__ = ["package_hash", "played_code_hash"]

PLAYED_PACKAGES = ("sim", "scenarios", "systems")
"""Packages whose code, with labgap's own modules, decides what is in a run's tables."""


def package_hash(packages: Iterable[str], *, deep: bool) -> str:
    """Hash the Python and JSON files of packages, subpackages included where `deep`."""
    digest = hashlib.sha256()
    for package in packages:
        for name, entry in _sources(resources.files(package), package, deep):
            digest.update(name.encode() + b"\0" + entry.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def played_code_hash() -> str:
    """Hash of all code that draws, asks, plays and writes tables; a resume must have the same."""
    deep = package_hash(PLAYED_PACKAGES, deep=True)
    own = package_hash(("labgap",), deep=False)
    return hashlib.sha256(f"{deep}{own}".encode()).hexdigest()


def _sources(folder: Traversable, name: str, deep: bool) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        path = f"{name}/{entry.name}"
        if entry.is_dir():
            if deep and entry.name != "__pycache__":
                yield from _sources(entry, path, deep)
        elif entry.name.endswith((".py", ".json")):
            yield path, entry
