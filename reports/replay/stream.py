"""The events of a night as one compressed text."""

import base64
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reports.replay.columns import Texts, deltas, field_numbers, varints, zigzag
from reports.replay.inputs import ReplayInputs

__all__ = ["Stream", "stream"]

_LEADING = ("at_s", "parcel_id", "lane")
"""Kept once for all topics; the lane is the parcel's, except where there is no parcel."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What the page unpacks.

    Attributes
    ----------
    text : str
        Base64 of a zlib stream: length of the header (4 bytes, little end first), the header in
        JSON, then its columns one after the other.
    events : int
        How many it holds.
    end_s : float
        Time of the last of them.
    """

    text: str
    events: int
    end_s: float


def stream(inputs: ReplayInputs, share: float = 1.0) -> Stream:
    """Pack the first `share` of the events, and the parcels.

    Parameters
    ----------
    inputs : ReplayInputs
    share : float
        In (0, 1].
    """
    texts = Texts()
    names: list[str] = list(map(str, inputs.parcels.column("parcel_id").to_pylist()))
    numbers = {name: number for number, name in enumerate(names)}
    topics = sorted(topic for topic, table in inputs.events.items() if len(table))
    order, times = _order([inputs.events[topic] for topic in topics], share)
    topic_of = np.concatenate(
        [np.full(len(inputs.events[topic]), k, np.int64) for k, topic in enumerate(topics)]
        or [np.zeros(0, np.int64)]
    )
    places = [_places(inputs.events[topic], numbers) for topic in topics]
    parcel_of = np.concatenate(places or [np.zeros(0, np.int64)])
    columns = [
        ("topic", topic_of[order]),
        ("time", zigzag(deltas(times))),
        ("parcel", zigzag(deltas(parcel_of[order]))),
    ]
    described = []
    start = 0
    for k, topic in enumerate(topics):
        table = inputs.events[topic]
        kept = order[topic_of[order] == k] - start
        start += len(table)
        # a topic without parcels says on which lane it was, where it was on one
        leading = _LEADING if "parcel_id" in table.schema.names else _LEADING[:1]
        fields = []
        for name in table.schema.names:
            if name in leading:
                continue
            kind, values = field_numbers(table.column(name).take(pa.array(kept)), texts)
            fields.append([name, kind])
            columns.append((f"{topic}.{name}", values))
        described.append({"name": topic, "fields": fields, "count": len(kept)})
    columns += _parcel_columns(inputs, names, texts)
    packed = [(name, varints(values)) for name, values in columns]
    header = {
        "columns": [[name, len(part)] for name, part in packed],
        "topics": described,
        "events": len(order),
        "parcels": len(names),
        "names": _names(names),
        "texts": texts.all(),
    }
    text = json.dumps(header, ensure_ascii=True, separators=(",", ":")).encode()
    body = len(text).to_bytes(4, "little") + text + b"".join(part for _, part in packed)
    end_s = float(times[-1]) / 1000.0 if len(times) else 0.0
    return Stream(base64.b64encode(zlib.compress(body, 9)).decode("ascii"), len(order), end_s)


def _order(tables: Iterable[pa.Table], share: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Events of all tables in order of time, and their times in ms; the tables' order in ties."""
    parts = [table.column("at_s").to_numpy() for table in tables] or [np.zeros(0)]
    times = np.concatenate(parts)
    order = np.argsort(times, kind="stable")[: int(np.ceil(share * len(times)))]
    return order.astype(np.int64), np.round(times[order] * 1000.0).astype(np.int64)


def _places(table: pa.Table, numbers: dict[str, int]) -> NDArray[np.int64]:
    if "parcel_id" not in table.schema.names:
        return np.full(len(table), -1, np.int64)
    ids = map(str, table.column("parcel_id").to_pylist())
    return np.array([numbers[name] for name in ids], np.int64)


def _parcel_columns(
    inputs: ReplayInputs, names: list[str], texts: Texts
) -> list[tuple[str, NDArray[np.int64]]]:
    hits: dict[str, list[str]] = {}
    if inputs.cell in ("degraded", "production"):
        rows: list[dict[str, Any]] = inputs.conditions.to_pylist()
        for row in rows:
            if row["lap"] == 1:
                hits.setdefault(row["parcel_id"], []).append(f"{row['kind']} {row['severity']}")
    conditions = [texts.number(", ".join(hits[name]) if name in hits else None) for name in names]
    found = [("conditions", np.array(conditions, np.int64))]
    for name in ("lane", "chute"):
        found.append((name, inputs.parcels.column(name).to_numpy().astype(np.int64)))
    for name in ("sort_code", "population"):
        _, values = field_numbers(inputs.parcels.column(name), texts)
        found.append((name, values))
    return found


def _names(names: list[str]) -> str | list[str]:
    """Ids as their common pattern, or one by one where they have none."""
    head = names[0][: names[0].rfind("-") + 1] if names else ""
    if all(name == f"{head}{number:06d}" for number, name in enumerate(names)):
        return head
    return names
