"""Deterministic identifiers, and the opaque names under which systems see them."""

import hashlib

__all__ = ["identifier", "opaque"]

PREFIXES = {"parcel": "P", "order": "O", "item": "I", "stop": "S", "customer": "C", "query": "Q"}


def identifier(kind: str, replication: int, number: int) -> str:
    """Name the `number`-th thing of its kind in a replication.

    Examples
    --------
    >>> identifier("parcel", 3, 42)
    'P003-000042'
    """
    return f"{PREFIXES[kind]}{replication:03d}-{number:06d}"


def opaque(*parts: str | int) -> str:
    """Sixteen hexadecimal digits that tell a system nothing but identity."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:16]
