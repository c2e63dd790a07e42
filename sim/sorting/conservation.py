"""Flow conservation, counted from the log: what went in came out, once."""

from collections import Counter
from collections.abc import Iterable

from scenarios.events import ParcelArrived, ParcelDiverted, ParcelExcepted, ParcelInducted
from scenarios.floor_events import ExceptionHandled, ParcelLoaded, ParcelRefused
from sim.event_log import EventLog
from sim.sorting.parcel import Parcel
from sim.world import ConservationError

__all__ = ["check_flow"]


def check_flow(
    log: EventLog, parcels: Iterable[Parcel], *, handled: bool = False, loaded: bool = False
) -> None:
    """Check that every parcel arrived, was inducted or turned away, and left once.

    It left the belt into the right or a wrong chute or to the exception station.  With an
    exception desk, what went there or was turned away was handled once; with trailers, what lay in
    a chute or was handled was loaded once, and nothing else.

    Counted from the published events alone, independently of what the subsystems counted.

    Parameters
    ----------
    log : EventLog
        Of a cell that has run to its end.
    parcels : iterable of Parcel
        Those that exist in the cell.
    handled, loaded : bool
        Whether the centre has an exception desk, and trailers.

    Raises
    ------
    ConservationError
        With the counts.
    """
    chutes = {parcel.parcel_id: parcel.chute for parcel in parcels}
    diverted = log.rows(ParcelDiverted)
    right = sum(chutes.get(event.parcel_id) == event.chute for event in diverted)
    excepted = log.rows(ParcelExcepted)
    refused = log.rows(ParcelRefused)
    left = _ids(diverted, excepted, refused)
    arrived = _ids(log.rows(ParcelArrived))
    inducted = _ids(log.rows(ParcelInducted), refused)
    once = Counter(dict.fromkeys(chutes, 1))
    if not arrived == inducted == left == once:
        raise ConservationError(
            f"{len(chutes)} parcels exist; {arrived.total()} arrived, "
            f"{inducted.total()} were inducted or turned away ({len(refused)}); "
            f"{right} went to the right chute, {len(diverted) - right} to a wrong one, "
            f"{len(excepted)} to the exception station; {len(left)} left, "
            f"{sum(count > 1 for count in left.values())} of them more than once"
        )
    by_hand = log.rows(ExceptionHandled)
    if _ids(by_hand) != (_ids(excepted, refused) if handled else Counter()):
        raise ConservationError(
            f"{len(excepted) + len(refused)} parcels were exceptions or turned away, "
            f"{len(by_hand)} were handled at the exception desk"
        )
    trailers = log.rows(ParcelLoaded)
    if _ids(trailers) != (_ids(diverted, by_hand) if loaded else Counter()):
        raise ConservationError(
            f"{len(diverted) + len(by_hand)} parcels lay in a chute, {len(trailers)} were loaded "
            "onto trailers"
        )


def _ids(*rows: Iterable[ParcelArrived]) -> Counter[str]:
    return Counter(event.parcel_id for events in rows for event in events)
