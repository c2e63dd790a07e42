"""Flow conservation, counted from the log: what went in came out, once."""

from collections import Counter
from collections.abc import Iterable

from scenarios.events import ParcelArrived, ParcelDiverted, ParcelExcepted, ParcelInducted
from sim.event_log import EventLog
from sim.sorting.parcel import Parcel
from sim.world import ConservationError

__all__ = ["check_flow"]


def check_flow(log: EventLog, parcels: Iterable[Parcel]) -> None:
    """Check that every parcel arrived, was inducted and left once: right or wrong chute, exception.

    Counted from the published events alone, independently of what the subsystems counted.

    Parameters
    ----------
    log : EventLog
        Of a cell that has run to its end.
    parcels : iterable of Parcel
        Those that exist in the cell.

    Raises
    ------
    ConservationError
        With the counts.
    """
    chutes = {parcel.parcel_id: parcel.chute for parcel in parcels}
    diverted = log.rows(ParcelDiverted)
    right = sum(chutes.get(event.parcel_id) == event.chute for event in diverted)
    excepted = log.rows(ParcelExcepted)
    left = Counter(event.parcel_id for event in (*diverted, *excepted))
    arrived = Counter(event.parcel_id for event in log.rows(ParcelArrived))
    inducted = Counter(event.parcel_id for event in log.rows(ParcelInducted))
    once = Counter(dict.fromkeys(chutes, 1))
    if not arrived == inducted == left == once:
        raise ConservationError(
            f"{len(chutes)} parcels exist; {arrived.total()} arrived, {inducted.total()} were "
            f"inducted; {right} went to the right chute, {len(diverted) - right} to a wrong one, "
            f"{len(excepted)} to the exception station; {len(left)} left, "
            f"{sum(count > 1 for count in left.values())} of them more than once"
        )
