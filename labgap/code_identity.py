"""Which code made a result: hashes over packages, so that results of two codes are never mixed."""

import hashlib
import importlib.metadata
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import ModuleType

__all__ = [
    "answering_code_hash",
    "drawing_versions",
    "module_hash",
    "package_hash",
    "played_code_hash",
    "source_hash",
]

PLAYED_PACKAGES = ("sim", "scenarios", "systems")
"""Packages whose code, with labgap's own modules, decides what is in a run's tables."""


def package_hash(packages: Iterable[str], *, deep: bool) -> str:
    """Hash the Python and JSON files of packages, subpackages included where `deep`."""
    digest = hashlib.sha256()
    for package in packages:
        for name, entry in _sources(resources.files(package), package, deep):
            digest.update(name.encode() + b"\0" + entry.read_bytes() + b"\0")
    return digest.hexdigest()


DRAWING_LIBRARIES = ("numpy", "opencv-python-headless", "zxing-cpp", "pillow", "matplotlib")
"""Distributions whose next version may draw another pixel."""


@cache
def drawing_versions() -> str:
    """Versions of the libraries that draw what a system is asked."""
    return _versions(DRAWING_LIBRARIES)


ANSWERING_PACKAGES = ("systems.vision", "systems.vision.cascade")
"""Packages of our own readers; weights and thresholds are in a reader's fingerprint."""
ANSWERING_LIBRARIES = ("onnxruntime", "numba", "rapidocr")
"""Distributions whose next version may give another answer, beside those that draw."""


@cache
def answering_code_hash() -> str:
    """Hash of the code of our own readers, which a fingerprint kept by hand may fall behind."""
    code = package_hash(ANSWERING_PACKAGES, deep=False)
    return hashlib.sha256(f"{code}{_versions(ANSWERING_LIBRARIES)}".encode()).hexdigest()


def source_hash(spec: str) -> str | None:
    """Hash of the file behind a dotted path ``pkg.module:Factory`` that is loaded; else None.

    People edit such a file between two runs and forget its fingerprint.
    """
    # The address of a server is no dotted path, though Python has a module called http.
    dotted = ":" in spec and "://" not in spec
    module = sys.modules.get(spec.partition(":")[0]) if dotted else None
    file = getattr(module, "__file__", None)
    return hashlib.sha256(Path(file).read_bytes()).hexdigest() if file else None


def _versions(distributions: Iterable[str]) -> str:
    found = []
    for name in distributions:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{name} absent")
    return ", ".join(found)


def module_hash(*modules: ModuleType) -> str:
    """Hash the source files of modules."""
    digest = hashlib.sha256()
    for module in modules:
        assert module.__file__ is not None
        digest.update(module.__name__.encode() + b"\0" + Path(module.__file__).read_bytes())
    return digest.hexdigest()


@cache
def played_code_hash() -> str:
    """Hash of all code that draws, asks, plays and writes tables; a resume must have the same."""
    deep = package_hash(PLAYED_PACKAGES, deep=True)
    own = package_hash(("labgap",), deep=False)
    return hashlib.sha256(f"{deep}{own}{drawing_versions()}".encode()).hexdigest()


def _sources(folder: Traversable, name: str, deep: bool) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        path = f"{name}/{entry.name}"
        if entry.is_dir():
            if deep and entry.name != "__pycache__":
                yield from _sources(entry, path, deep)
        elif entry.name.endswith((".py", ".json")):
            yield path, entry
