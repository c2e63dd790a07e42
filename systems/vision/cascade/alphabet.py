"""What a line reader can spell."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["BLANK", "CLASSES", "SYMBOLS_OF"]

BLANK = 0
CLASSES = "\0" + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Class by index; the first is CTC's blank."""

SYMBOLS_OF: Mapping[str, str] = MappingProxyType(
    {"sort_code": "0123456789ABCDEFGHJKMNPQRSTVWXYZ", "tracking_id": "0123456789"}
)
"""Symbols that the label standard allows in each line."""
