"""The nearest known word to a mistyped one."""

import difflib
from collections.abc import Iterable

__all__ = ["did_you_mean"]


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the closest of `known` to `word`, ignoring case, or None if nothing is near."""
    names = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower()[:128], names, n=1, cutoff=0.6)
    if close:
        return names[close[0]]
    # A right name with the unit left off or added is further away than difflib looks.
    stem = word.lower()
    starts = [name for name in names if len(stem) >= 4 and name.startswith(stem)]
    return names[starts[0]] if len(starts) == 1 else None
