"""The physics engine: pybullet, which only the extra ``train`` installs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

__all__ = ["load_engine"]


@contextmanager
def _silent() -> Iterator[None]:
    """The engine greets on standard output, which belongs to the command's results."""
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


@lru_cache(maxsize=1)
def load_engine() -> Any:
    """Import pybullet.

    Raises
    ------
    ModuleNotFoundError
        If it is not installed.
    """
    with _silent():
        import pybullet
    return pybullet
