"""Words every kind of system answers with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Stage"]


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage of a system proposed, so that stages can be scored one by one.

    Attributes
    ----------
    name : str
        ``detector``, ``reader``, ``reality_check``, ...
    proposed : mapping of str to str
        The stage's output as named texts.
    confidence : float or None
        In [0, 1], where the stage has one.
    """

    name: str
    proposed: Mapping[str, str] = field(default_factory=dict)
    confidence: float | None = None
