"""Requests of one kind to try a system on."""

from dataclasses import dataclass, field
from typing import Any

from systems.contracts.live_state import LiveState

__all__ = ["SampleSet"]


@dataclass(frozen=True, slots=True)
class SampleSet:
    """Requests of one kind.

    Attributes
    ----------
    ordinary : tuple
        What any system of the kind must cope with.
    odd : tuple of (str, request, state)
        What the floor sends on a bad day, each with a name, and a state where it needs another.
    state : LiveState or None
        What service systems look things up in.
    """

    ordinary: tuple[Any, ...]
    odd: tuple[tuple[str, Any, LiveState | None], ...]
    state: LiveState | None = field(default=None)
