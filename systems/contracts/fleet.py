"""What a routing problem is made of: requests to serve and vans to serve them with.

Times are whole seconds of the simulation clock, distances whole metres, weights grams, volumes
millilitres: integers throughout, so that a solver and the checker can never differ by rounding.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Break", "DeliveryRequest", "RequestKind", "Tariff", "Vehicle"]


class RequestKind(StrEnum):
    """A delivery is loaded at the depot before the van leaves; a collection is not."""

    DELIVERY = "delivery"
    COLLECTION = "collection"


@dataclass(frozen=True, slots=True)
class DeliveryRequest:
    """One stop asked for.

    Attributes
    ----------
    request_id : str
        Opaque.
    location : int
        Row of the problem's matrices.
    kind : RequestKind
    weight_g, volume_ml : int
        What it takes in the van.
    window_start_s, window_end_s : int
        Service begins within these; a van that comes early waits.
    service_s : int
        Time at the door as expected.
    release_s : int
        A delivery cannot leave the depot before this.
    must_dispatch : bool
        Left to the next wave, it would miss its window.
    drop_cost : int
        Cost of not serving it at all, in the tariff's unit.
    """

    request_id: str
    location: int
    weight_g: int
    volume_ml: int
    window_start_s: int
    window_end_s: int
    service_s: int
    kind: RequestKind = RequestKind.DELIVERY
    release_s: int = 0
    must_dispatch: bool = False
    drop_cost: int = 0


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of `duration_s` that begins within a window."""

    earliest_s: int
    latest_s: int
    duration_s: int


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A van with its driver, as from now on.

    Attributes
    ----------
    vehicle_id : str
        Opaque.
    start_location, end_location : int
        Where it is, or will be at `available_s`, and where it must end; rows of the matrices.
    weight_capacity_g, volume_capacity_ml : int
    shift_start_s, shift_end_s : int
        The driver works within these, the end being hard.
    available_s : int
        Not before this can it leave `start_location`.
    max_driving_s : int or None
        Cap on time at the wheel still left in this shift.
    max_shift_s : int or None
        Cap on the span from the route's departure to its end, waiting and service included.
    breaks : tuple of Break
        Still to be taken.
    on_board : tuple of str
        Deliveries already loaded: only this van can serve them.
    under_way : bool
        It has left the depot: no further delivery can join it unless it may reload.
    max_trips : int
        Departures from its depot still allowed in this shift.
    """

    vehicle_id: str
    start_location: int
    end_location: int
    weight_capacity_g: int
    volume_capacity_ml: int
    shift_start_s: int
    shift_end_s: int
    available_s: int = 0
    max_driving_s: int | None = None
    max_shift_s: int | None = None
    breaks: tuple[Break, ...] = ()
    on_board: tuple[str, ...] = ()
    under_way: bool = False
    max_trips: int = 1


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a plan costs; any whole unit, the same for every figure."""

    per_vehicle: int = 0
    per_km: int = 0
    per_driving_h: int = 0
    per_shift_h: int = 0
