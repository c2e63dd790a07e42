"""What was made of the last pictures, kept for a reader that shares networks and is shown them too.

Arms of a run often differ in their reader or its threshold alone; each is shown the same batch of
pictures, one after the other.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from systems.contracts.vision import Capture

__all__ = ["LastBatches", "batch_digest", "sharing"]

Made = TypeVar("Made")
_SHARING: list[bool] = []
_ALL: "list[LastBatches[Any]]" = []


class LastBatches(Generic[Made]):
    """Results by the networks and the whole batch that they were made of.

    A batch is kept as a whole, since its composition can change a network's last digits: what is
    given again is what the same call would give.

    Parameters
    ----------
    most : int
        Batches kept, the latest.
    """

    def __init__(self, most: int = 2) -> None:
        _ALL.append(self)
        self._most = most
        self._kept: OrderedDict[Hashable, Made] = OrderedDict()

    def get(self, key_of: Callable[[], Hashable], make: Callable[[], Made]) -> Made:
        """Give what was kept under a key, or make and keep it; only make it outside `sharing`."""
        if not _SHARING:
            return make()
        key = key_of()
        if key not in self._kept:
            self._kept[key] = make()
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return self._kept[key]

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()


@contextmanager
def sharing() -> Iterator[None]:
    """Keep what is made while one batch is shown to several readers, and forget it afterwards.

    Outside, every question is answered anew: checks and stopwatches ask the same one again.
    """
    _SHARING.append(True)
    try:
        yield
    finally:
        _SHARING.pop()
        for kept in _ALL:
            kept.clear()


def batch_digest(captures: Sequence[Capture]) -> str:
    """Hash of what a batch shows: every view's overview, and whose it is."""
    digest = hashlib.blake2b(digest_size=16)
    for capture in captures:
        for view in capture.views:
            overview = view.overview
            digest.update(f"{capture.capture_id}\0{view.name}\0{overview.shape}\0".encode())
            digest.update(overview.tobytes())
    return digest.hexdigest()
