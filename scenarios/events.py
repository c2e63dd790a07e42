"""Published Arrow schemas: every event the world can publish, every truth table it keeps.

An event is a ``NamedTuple`` whose first field is ``at_s``, the simulation clock in seconds.  The
class is the topic: the bus dispatches on it, and its snake-case name is the file its rows are
written to.  Field annotations are the single source of the Arrow schema, so a table on disk can
never drift from the class that fills it.
"""

import re
from typing import Any, NamedTuple, get_args, get_type_hints

import pyarrow as pa

from scenarios.floor_events import FLOOR_EVENTS

__all__ = [
    "EVENTS",
    "EVENT_SCHEMA_VERSION",
    "READINGS",
    "TRUTH_CONDITIONS",
    "TRUTH_PARCELS",
    "DeadlineMissed",
    "ParcelArrived",
    "ParcelCaptured",
    "ParcelDiverted",
    "ParcelExcepted",
    "ParcelInducted",
    "ParcelRead",
    "ParcelRecirculated",
    "ReviewAnswered",
    "ReviewQueued",
    "ReviewRefused",
    "ReviewRequested",
    "ReviewStarted",
    "event_schema",
    "topic",
]

EVENT_SCHEMA_VERSION = 1


class ParcelArrived(NamedTuple):
    """A parcel joins the induction queue of a lane."""

    at_s: float
    parcel_id: str
    lane: int


class ParcelInducted(NamedTuple):
    """A parcel is placed on the belt after `wait_s`, `blocked_s` of it for an occupied belt."""

    at_s: float
    parcel_id: str
    lane: int
    wait_s: float
    blocked_s: float


class ParcelCaptured(NamedTuple):
    """A parcel passes the camera on lap `lap` (1 is the first pass)."""

    at_s: float
    parcel_id: str
    lane: int
    lap: int


class ParcelRead(NamedTuple):
    """The reader's answer reaches the lane control.

    `lookup` says what the control made of it: ``found``, ``unknown_id``, ``bad_check_digit``,
    ``implausible`` (id and sort code disagree by the manifest), ``other_body`` (weight or size
    are not those under the id), ``code`` (no id offered, sorted by its sort code),
    ``unknown_code`` (not in the sort plan), ``review``, ``no_read`` or ``no_picture``.
    """

    at_s: float
    parcel_id: str
    lane: int
    lap: int
    decision: str
    tracking_id: str | None
    sort_code: str | None
    confidence: float
    lookup: str
    source: str


class ReviewRequested(NamedTuple):
    """The lane control sends an image of the parcel to the review desk."""

    at_s: float
    parcel_id: str
    lane: int
    lap: int


class ReviewQueued(NamedTuple):
    """An image of the parcel joins the review desk's queue, `queue_length` ahead of it."""

    at_s: float
    parcel_id: str
    lane: int
    lap: int
    queue_length: int


class ReviewRefused(NamedTuple):
    """The desk's queue was full, or nobody is left; the parcel goes round without an answer."""

    at_s: float
    parcel_id: str
    lane: int
    lap: int


class ReviewStarted(NamedTuple):
    """An operator takes the image."""

    at_s: float
    parcel_id: str
    lane: int
    lap: int
    operator: int
    wait_s: float


class ReviewAnswered(NamedTuple):
    """An operator keys a sort code, perhaps a wrong one; null for a label nobody could read."""

    at_s: float
    parcel_id: str
    lane: int
    lap: int
    operator: int
    service_s: float
    sort_code: str | None


class OperatorCame(NamedTuple):
    """A person of a shift comes to the review desk."""

    at_s: float
    operator: int
    shift: int


class OperatorWent(NamedTuple):
    """A person of a shift goes home, `overtime_s` after the end of it."""

    at_s: float
    operator: int
    shift: int
    overtime_s: float


class BreakTaken(NamedTuple):
    """A person begins a break, `late_s` after it was due."""

    at_s: float
    operator: int
    late_s: float
    duration_s: float


class BreakMissed(NamedTuple):
    """A break that was due at `due_s` is lost: images waited too long."""

    at_s: float
    operator: int
    due_s: float


class DeadlineMissed(NamedTuple):
    """A destination became known only after the parcel had passed its diverter."""

    at_s: float
    parcel_id: str
    lane: int
    lap: int
    late_s: float
    waited_for: str


class ParcelRecirculated(NamedTuple):
    """A parcel goes round again; `reason` says why."""

    at_s: float
    parcel_id: str
    lane: int
    lap: int
    reason: str


class ParcelDiverted(NamedTuple):
    """A parcel leaves the belt into a chute, by a reader, an operator or a guess (`decided_by`)."""

    at_s: float
    parcel_id: str
    lane: int
    lap: int
    chute: int
    decided_by: str


class ParcelExcepted(NamedTuple):
    """A parcel leaves the belt to the exception station; `reason` says why."""

    at_s: float
    parcel_id: str
    lane: int
    lap: int
    reason: str


EVENTS: tuple[type, ...] = (
    ParcelArrived,
    ParcelInducted,
    ParcelCaptured,
    ParcelRead,
    ReviewRequested,
    ReviewQueued,
    ReviewRefused,
    ReviewStarted,
    ReviewAnswered,
    OperatorCame,
    OperatorWent,
    BreakTaken,
    BreakMissed,
    DeadlineMissed,
    ParcelRecirculated,
    ParcelDiverted,
    ParcelExcepted,
    *FLOOR_EVENTS,
)

_ARROW: dict[Any, pa.DataType] = {
    float: pa.float64(),
    int: pa.int64(),
    str: pa.string(),
    bool: pa.bool_(),
}


def topic(event: type) -> str:
    """Name an event class as its table is named: ``ParcelDiverted`` -> ``parcel_diverted``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", event.__name__).lower()


def event_schema(event: type) -> pa.Schema:
    """Arrow schema of an event class, derived from its annotations.

    Parameters
    ----------
    event
        A ``NamedTuple`` class whose fields are ``float``, ``int``, ``str``, ``bool`` or one of
        these ``| None``.

    Raises
    ------
    TypeError
        If the first field is not ``at_s: float`` or a field has another type.
    """
    hints = get_type_hints(event)
    fields: list[pa.Field[Any]] = []
    for name, hint in hints.items():
        options = get_args(hint) or (hint,)
        kinds = [option for option in options if option is not type(None)]
        if len(kinds) != 1 or kinds[0] not in _ARROW:
            raise TypeError(f"{event.__name__}.{name}: {hint} has no Arrow type here")
        fields.append(pa.field(name, _ARROW[kinds[0]], nullable=type(None) in options))
    if not fields or fields[0].name != "at_s" or fields[0].type != pa.float64():
        raise TypeError(f"{event.__name__}: the first field of an event is at_s: float")
    metadata: dict[bytes | str, bytes | str] = {
        "labgap.topic": topic(event),
        "labgap.version": str(EVENT_SCHEMA_VERSION),
    }
    return pa.schema(fields, metadata=metadata)


def _table(name: str, fields: list["pa.Field[Any]"]) -> pa.Schema:
    metadata: dict[bytes | str, bytes | str] = {
        "labgap.table": name,
        "labgap.version": str(EVENT_SCHEMA_VERSION),
    }
    return pa.schema(fields, metadata=metadata)


TRUTH_PARCELS = _table(
    "parcels",
    [
        pa.field("parcel_id", pa.string(), nullable=False),
        pa.field("lane", pa.int64(), nullable=False),
        # "base" parcels exist in every cell; "surge" parcels only where the load is on.
        pa.field("population", pa.string(), nullable=False),
        pa.field("tracking_id", pa.string(), nullable=False),
        pa.field("sort_code", pa.string(), nullable=False),
        pa.field("chute", pa.int64(), nullable=False),
        pa.field("manifest", pa.string(), nullable=False),  # on_time | late | missing
        pa.field("material", pa.string(), nullable=False),
        pa.field("length_mm", pa.float64(), nullable=False),
        pa.field("width_mm", pa.float64(), nullable=False),
        pa.field("height_mm", pa.float64(), nullable=False),
        pa.field("weight_g", pa.float64(), nullable=False),
        # True where the pre-drawn sample sends the parcel to the real model (always, in `full`).
        pa.field("sampled", pa.bool_(), nullable=False),
        # Whose parcel it is: the scope `batch` is one shipper's parcels.
        pa.field("shipper", pa.string()),
    ],
)
"""One row a parcel and replication."""

TRUTH_CONDITIONS = _table(
    "conditions",
    [
        pa.field("parcel_id", pa.string(), nullable=False),
        pa.field("lap", pa.int64(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("severity", pa.int64(), nullable=False),
        pa.field("scope", pa.string(), nullable=False),
    ],
)
"""One row a degradation that hit a parcel on a lap, in the cells where degradations are on."""

READINGS = _table(
    "readings",
    [
        pa.field("parcel_id", pa.string(), nullable=False),
        pa.field("lap", pa.int64(), nullable=False),
        pa.field("degraded", pa.bool_(), nullable=False),
        pa.field("source", pa.string(), nullable=False),  # model | donor
        pa.field("tracking_id", pa.string()),
        pa.field("sort_code", pa.string()),
        pa.field("confidence", pa.float64(), nullable=False),
        pa.field("decision", pa.string(), nullable=False),
        # Geometry only: at least 70 % of the glyph area visible, label within 75 degrees.
        pa.field("readable", pa.bool_(), nullable=False),
        pa.field("stages", pa.string(), nullable=False),  # JSON list of stage records
    ],
)
"""One row an answer of a system under test: its own words, before the lane acted on them."""
