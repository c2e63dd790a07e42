"""Tables of a network run: a row a centre and world, and the load hour by hour."""

from typing import Any

import pyarrow as pa

__all__ = ["CENTRES", "HOURS", "NETWORK_STATIONS", "SPREAD", "WORLDS"]

NETWORK_STATIONS = ("docks", "induction", "review_desk", "exception_desk")
"""In the order a parcel may meet them."""

WORLDS = {"lab": (False, False), "production": (True, True)}
"""World -> (degraded outcomes, full load)."""

SPREAD = ("mean", "p50", "p95", "p99", "max")
"""How a centre's times are told; null where nobody came."""


def _field(name: str, kind: pa.DataType, nullable: bool = False) -> "pa.Field[Any]":
    return pa.field(name, kind, nullable=nullable)


def _spread(name: str) -> "list[pa.Field[Any]]":
    return [_field(f"{name}_{word}_s", pa.float64(), nullable=True) for word in SPREAD]


def _station(name: str) -> "list[pa.Field[Any]]":
    return [
        _field(f"{name}_servers", pa.int32()),
        _field(f"{name}_parcels", pa.int64()),
        _field(f"{name}_busy_s", pa.float64()),
        _field(f"{name}_longest_queue", pa.int64()),
        *_spread(f"{name}_wait"),
    ]


CENTRES = pa.schema(
    [
        _field("world", pa.string()),
        _field("centre", pa.int32()),
        _field("rate_per_h", pa.float64()),
        _field("parcels", pa.int64()),
        _field("base_parcels", pa.int64()),
        _field("late_base_parcels", pa.int64()),
        _field("backlog_peak", pa.int64()),
        *_spread("time_in_centre"),
        *(field for name in NETWORK_STATIONS for field in _station(name)),
    ]
)
"""One centre in one world of one replication.

``time_in_centre`` and ``late_base_parcels`` are of base parcels, which both worlds share;
``backlog_peak`` is the most parcels inside at a full hour; ``busy_s`` is server-seconds of service
within the arrival period.
"""

HOURS = pa.schema(
    [
        _field("world", pa.string()),
        _field("hour", pa.int32()),
        _field("arrived", pa.int64()),
        _field("inside", pa.int64()),
    ]
)
"""Over the centres of one part: parcels that had arrived, and that were inside, at a full hour."""
