"""Events of the machine, the people around it and the trailers; `scenarios.events` publishes them.

Their tables stay empty in scenarios that do not name those parts.
"""

from typing import NamedTuple

__all__ = [
    "FLOOR_EVENTS",
    "BeltStopped",
    "ChuteEmptied",
    "ChuteFilled",
    "ExceptionHandled",
    "ParcelDoubled",
    "ParcelLoaded",
    "ParcelRefused",
    "ParcelSlipped",
]


class ParcelRefused(NamedTuple):
    """The induction turns a parcel away that no belt can carry, after it waited `wait_s`."""

    at_s: float
    parcel_id: str
    lane: int
    wait_s: float
    reason: str


class ParcelDoubled(NamedTuple):
    """A parcel is dragged along by the one before it (`carrier_id`) and shares its way."""

    at_s: float
    parcel_id: str
    lane: int
    carrier_id: str
    detected: bool


class ParcelSlipped(NamedTuple):
    """A parcel is not where the control takes it; it drops into `chute`, or goes on (-1)."""

    at_s: float
    parcel_id: str
    lane: int
    lap: int
    chute: int


class BeltStopped(NamedTuple):
    """The belt of a lane stands until `until_s`; `cause` is ``jam`` or ``outage``."""

    at_s: float
    lane: int
    until_s: float
    cause: str


class ChuteFilled(NamedTuple):
    """A chute is full and takes nothing."""

    at_s: float
    lane: int
    chute: int
    parcels: int


class ChuteEmptied(NamedTuple):
    """An attendant has taken `parcels` away: called, `wait_s` later there, `service_s` of work."""

    at_s: float
    lane: int
    chute: int
    attendant: int
    parcels: int
    wait_s: float
    service_s: float


class ExceptionHandled(NamedTuple):
    """A person puts a parcel by hand where it is held to belong, perhaps wrongly."""

    at_s: float
    parcel_id: str
    lane: int
    person: int
    wait_s: float
    service_s: float
    chute: int


class ParcelLoaded(NamedTuple):
    """A parcel from `chute` is on a trailer of `route` that leaves at `cut_off_s`.

    `promised_s` is the cut-off it was promised; where `misloaded`, `route` is not the chute's.
    """

    at_s: float
    parcel_id: str
    lane: int
    chute: int
    route: int
    cut_off_s: float
    promised_s: float
    misloaded: bool


FLOOR_EVENTS: tuple[type, ...] = (
    ParcelRefused,
    ParcelDoubled,
    ParcelSlipped,
    BeltStopped,
    ChuteFilled,
    ChuteEmptied,
    ExceptionHandled,
    ParcelLoaded,
)
