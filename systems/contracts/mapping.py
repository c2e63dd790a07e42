"""A mapping that cannot be written to and, unlike a mapping proxy, can travel between processes."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

__all__ = ["SealedMapping"]

Value = TypeVar("Value")


class SealedMapping(Mapping[str, Value]):
    """A read-only copy of a mapping with text keys.

    Examples
    --------
    >>> SealedMapping({"colour": "red"})["colour"]
    'red'
    """

    __slots__ = ("_held",)

    def __init__(self, held: Mapping[str, Value]) -> None:
        self._held = dict(held)

    def __getitem__(self, key: str) -> Value:
        return self._held[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return f"SealedMapping({self._held!r})"
