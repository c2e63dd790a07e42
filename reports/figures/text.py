"""Text that must fit a place."""

from reports.escaping import visible

__all__ = ["fitted"]

_WIDE = 0.61
"""Mean advance of DejaVu Sans in ems, on the safe side; page fonts are narrower."""


def fitted(text: str, pixels: float, size: float) -> str:
    """Shorten `text` with an ellipsis so that it fits `pixels` at font size `size`."""
    most = max(int(pixels / (_WIDE * size)), 2)
    shown = visible(text)
    return shown if len(shown) <= most else shown[: most - 1] + "\u2026"
