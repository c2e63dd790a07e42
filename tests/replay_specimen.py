"""A made-up night for the tests of the replay: a few parcels that do all that parcels can."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from reports.replay import ReplayInputs
from scenarios.events import (
    EVENTS,
    TRUTH_CONDITIONS,
    TRUTH_PARCELS,
    DeadlineMissed,
    OperatorCame,
    ParcelArrived,
    ParcelCaptured,
    ParcelDiverted,
    ParcelExcepted,
    ParcelInducted,
    ParcelRead,
    ParcelRecirculated,
    ReviewAnswered,
    ReviewQueued,
    ReviewRequested,
    ReviewStarted,
    event_schema,
    topic,
)
from scenarios.floor_events import BeltStopped, ParcelDoubled, ParcelRefused
from tests.sorting_world import sorting

__all__ = ["inputs", "mishaps", "night", "tables"]

HOSTILE = '</script><img src=x onerror="window.pwned=1">\u202e'


def night(parcels: int, gap_s: float = 3.0) -> list[Any]:
    """Events of parcels that come every `gap_s`; every fifth is read wrong, every seventh keyed."""
    events: list[Any] = [OperatorCame(0.0, 1, 0)]
    for number in range(parcels):
        name, lane, at = f"P000-{number:06d}", number % 2, number * gap_s
        events += [
            ParcelArrived(at, name, lane),
            ParcelInducted(at + 1.0, name, lane, 1.0, 0.0),
            ParcelCaptured(at + 3.0, name, lane, 1),
        ]
        tracking_id = HOSTILE if number == 1 else f"{number * 7919 % 10**12:012d}"
        if number % 7 == 6:
            events += [
                ParcelRead(at + 3.1, name, lane, 1, "no_read", None, None, 0.2, "no_read", "model"),
                ReviewRequested(at + 3.1, name, lane, 1),
                ReviewQueued(at + 3.1, name, lane, 1, 0),
                ReviewStarted(at + 3.1, name, lane, 1, 0, 0.0),
                ParcelRecirculated(at + 24.0, name, lane, 1, "review_pending"),
                ReviewAnswered(at + 25.0, name, lane, 1, 0, 21.9, f"C{number:05d}"),
                DeadlineMissed(at + 25.0, name, lane, 1, 4.0, "review_desk"),
                ParcelCaptured(at + 36.0, name, lane, 2),
                ParcelExcepted(at + 57.0, name, lane, 2, "max_laps"),
            ]
            continue
        wrong = number % 5 == 4
        events += [
            ParcelRead(
                at + 3.1, name, lane, 1, "accept", tracking_id, None, 0.97, "found", "model"
            ),
            ParcelDiverted(at + 9.0, name, lane, 1, (number + wrong) % 8, "reader"),
        ]
    return events


def mishaps(at_s: float, first: int) -> list[Any]:
    """One parcel turned away, one dragged along by another, and a belt that stands."""
    away, rider, carrier = (f"P000-{number:06d}" for number in (first, first + 1, 0))
    return [
        BeltStopped(at_s, 0, at_s + 30.0, "jam"),
        ParcelArrived(at_s, away, 0),
        ParcelRefused(at_s + 1.0, away, 0, 1.0, "non_conveyable"),
        ParcelExcepted(at_s + 1.0, away, 0, 1, "non_conveyable"),
        ParcelArrived(at_s, rider, 1),
        ParcelInducted(at_s + 1.0, rider, 1, 1.0, 0.0),
        ParcelDoubled(at_s + 1.0, rider, 1, carrier, False),
        ParcelCaptured(at_s + 3.0, rider, 1, 1),
        ParcelDiverted(at_s + 9.0, rider, 1, 1, 2, "reader"),
    ]


def tables(events: Sequence[Any]) -> dict[str, pa.Table]:
    rows: dict[str, list[dict[str, Any]]] = {topic(kind): [] for kind in EVENTS}
    for event in sorted(events, key=lambda event: event.at_s):
        rows[topic(type(event))].append(event._asdict())
    return {
        topic(kind): pa.Table.from_pylist(rows[topic(kind)], schema=event_schema(kind))
        for kind in EVENTS
    }


def inputs(parcels: int = 40, gap_s: float = 3.0, **changes: Any) -> ReplayInputs:
    truth = [
        {
            "parcel_id": f"P000-{number:06d}",
            "lane": number % 2,
            "population": "base",
            "tracking_id": f"{number:012d}",
            "sort_code": f"C{number:05d}",
            "chute": number % 8,
            "manifest": "on_time",
            "material": "kraft",
            "length_mm": 300.0,
            "width_mm": 200.0,
            "height_mm": 100.0,
            "weight_g": 900.0,
            "sampled": True,
            "shipper": "S01",
        }
        for number in range(parcels)
    ]
    hit = {"parcel_id": "P000-000006", "lap": 1, "kind": "torn", "severity": 4, "scope": "item"}
    fields: dict[str, Any] = {
        "title": "Two lanes",
        "sorting": sorting(lanes=2, belt={"chutes": 8}),
        "arm": "barcode",
        "cell": "production",
        "replication": 0,
        "events": tables(night(parcels, gap_s)),
        "parcels": pa.Table.from_pylist(truth, schema=TRUTH_PARCELS),
        "conditions": pa.Table.from_pylist([hit], schema=TRUTH_CONDITIONS),
    }
    return ReplayInputs(**{**fields, **changes})
