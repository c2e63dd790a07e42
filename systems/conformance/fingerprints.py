"""A digest of what a request says, to see whether a system wrote to it."""

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["digest"]


def digest(value: Any) -> str:
    """Sixteen hexadecimal digits over everything reachable from a request."""
    state = hashlib.sha256()
    _feed(value, state)
    return state.hexdigest()[:16]


def _feed(value: Any, state: Any) -> None:
    state.update(f"<{type(value).__name__}".encode())
    if dataclasses.is_dataclass(value):
        for entry in dataclasses.fields(value):
            _feed(getattr(value, entry.name), state)
    elif isinstance(value, np.ndarray):
        state.update(f"{value.dtype}{value.shape}".encode() + value.tobytes())
    elif isinstance(value, Mapping):
        for key in sorted(value):
            _feed(key, state)
            _feed(value[key], state)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            _feed(entry, state)
    elif hasattr(value, "overview"):
        _feed((value.name, value.sensor_scale, value.overview), state)
    else:
        state.update(repr(value).encode("utf-8", "backslashreplace"))
    state.update(b">")
