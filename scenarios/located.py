"""Values that remember the file and line they came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Located", "Place", "Scalar", "key_path", "merged", "nearest", "plain"]

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Place:
    """A file and its line (from 1), or an option of the command line without one."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Located:
    """A parsed value.

    Attributes
    ----------
    value : scalar, mapping of str to Located, or tuple of Located
    place : Place
        Of the key, where the value belongs to one, otherwise of the value itself.
    refused : bool
        True where the value was reported already and is a stand-in.
    """

    value: "Scalar | Mapping[str, Located] | tuple[Located, ...]"
    place: Place
    refused: bool = False


def key_path(parts: Sequence[str | int]) -> str:
    """Render a path for people: ``arms.0.vision.name``."""
    return ".".join(str(part) for part in parts)


def plain(located: Located) -> Any:
    """Strip the places: the value as dicts, lists and scalars."""
    value = located.value
    if isinstance(value, Mapping):
        return {key: plain(child) for key, child in value.items()}
    if isinstance(value, tuple):
        return [plain(child) for child in value]
    return value


def nearest(root: Located, path: Sequence[str | int]) -> Located:
    """Return the node at `path`, or the deepest one on the way to it."""
    node = root
    for part in path:
        value = node.value
        if isinstance(value, Mapping) and part in value:
            node = value[str(part)]
        elif isinstance(value, tuple) and isinstance(part, int) and 0 <= part < len(value):
            node = value[part]
        else:
            break
    return node


def merged(base: Located, over: Located) -> Located:
    """Lay `over` upon `base`.

    Mappings are merged key by key; lists and scalars are replaced; null clears.  A mapping that
    changes ``kind`` is another thing altogether, so it replaces the one beneath.
    """
    below, above = base.value, over.value
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return over
    if "kind" in above and "kind" in below and above["kind"].value != below["kind"].value:
        return over
    value = dict(below)
    for key, child in above.items():
        value[key] = merged(below[key], child) if key in below else child
    return Located(value, over.place)
