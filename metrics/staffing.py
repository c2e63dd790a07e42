"""What a point of a staffing sheet costs, and whether it serves well enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from metrics.catalogue import CATALOGUE, Better
from metrics.records import Metrics, Record
from scenarios.model import Sorting
from scenarios.staffing import Costs, ServiceLevel, Staffing
from scenarios.strict import Value

__all__ = ["Offer", "Service", "cheapest", "metric_problem", "priced"]

_HOUR_S = 3600.0


class Service(StrEnum):
    """Whether the service level is reached."""

    YES = "serves"
    PERHAPS = "may serve"
    NO = "does not serve"


@dataclass(frozen=True, slots=True)
class Offer:
    """One arm at one point, priced.

    Attributes
    ----------
    arm : str
    point : mapping
        Values of the axes.
    run : str
        Name of the cell's folder.
    service : Service
        ``serves`` where the whole 95 % interval lies at the level or above, ``does not serve``
        where all of it lies below, else ``may serve``.
    level, low, high : float or None
        The service metric in production with its interval.
    people_h, overtime_h : float
        Hours at work in an hour of operation, overtime left out, and overtime.
    parts : mapping
        Cost per hour by what it is for.
    per_h, per_1000 : float
        Whole cost for an hour, and for 1,000 parcels offered.
    per_h_low, per_h_high : float
        The cost with every share at the near, and at the far, end of its interval.
    """

    arm: str
    point: Mapping[str, Value]
    run: str
    service: Service
    level: float | None
    low: float | None
    high: float | None
    people_h: float
    overtime_h: float
    parts: Mapping[str, float]
    per_h: float
    per_h_low: float
    per_h_high: float
    per_1000: float


def metric_problem(name: str, good: Better) -> str | None:
    """Say why a metric cannot be priced or promised; None where it can."""
    spec = CATALOGUE.get(name)
    if spec is None:
        return f"there is no metric {name}"
    if spec.unit != "share" or spec.better is not good:
        wanted = "more" if good is Better.HIGHER else "less"
        return f"{name} is no share of which {wanted} is better"
    return None


def priced(
    sheet: Staffing,
    sorting: Sorting,
    measured: Metrics,
    arm: str,
    point: Mapping[str, Value],
    run: str,
) -> Offer:
    """Price one arm at one point, in production.

    ``cost per hour = wage x (people present + overtime x factor) + sum over mishaps of (share x
    parcels per hour x cost) + price of the equipment at this point``.

    Parameters
    ----------
    sheet : Staffing
    sorting : Sorting
        Of the cell, as it ran.
    measured : Metrics
    arm : str
    point : mapping
    run : str

    Raises
    ------
    KeyError
        If a metric of the sheet was not measured in this cell.
    """
    costs = sheet.costs
    hours = sorting.arrivals.duration_s / _HOUR_S
    people_h = _people_s(sorting) / _HOUR_S / hours
    overtime_h = _overtime_s(measured, arm, sorting) / _HOUR_S / hours
    offered = _production(measured, "throughput.offered_per_lane_h", arm).value
    assert offered is not None
    per_hour = offered * sorting.lanes
    parts = {
        "operators": costs.operator_h * people_h,
        "overtime": costs.operator_h * costs.overtime_factor * overtime_h,
    }
    near, far = dict(parts), dict(parts)
    for price in costs.parcels:
        record = _production(measured, price.metric, arm)
        for sums, share in ((parts, record.value), (near, record.low), (far, record.high)):
            known = record.value if share is None else share
            sums[price.metric] = (known or 0.0) * per_hour * price.cost
    for sums in (parts, near, far):
        sums["equipment"] = _equipment(costs, point)
    promised = _production(measured, sheet.service.metric, arm)
    per_h = sum(parts.values())
    return Offer(
        arm=arm,
        point=dict(point),
        run=run,
        service=_service(sheet.service, promised),
        level=promised.value,
        low=promised.low,
        high=promised.high,
        people_h=people_h,
        overtime_h=overtime_h,
        parts=parts,
        per_h=per_h,
        per_h_low=sum(near.values()),
        per_h_high=sum(far.values()),
        per_1000=1000.0 * per_h / per_hour if per_hour else 0.0,
    )


def cheapest(offers: Sequence[Offer], service: Service = Service.YES) -> Offer | None:
    """The cheapest offer with that service; the first of equals, None where there is none."""
    return min(
        (offer for offer in offers if offer.service is service),
        key=lambda offer: offer.per_h,
        default=None,
    )


def _production(measured: Metrics, metric: str, arm: str) -> Record:
    return measured.get(metric, arm=arm, condition="production")


def _people_s(sorting: Sorting) -> float:
    """Person-seconds that are planned within the arrival period; breaks are paid."""
    until_s = sorting.arrivals.duration_s
    desk = sorting.review_desk
    planned = desk.operators * until_s
    for shift in desk.shifts:
        span = min(shift.end_s, until_s) - min(shift.start_s, until_s)
        planned += shift.operators * span
    return planned


def _overtime_s(measured: Metrics, arm: str, sorting: Sorting) -> float:
    if not sorting.review_desk.shifts:
        return 0.0
    return _production(measured, "desk.overtime_s", arm).value or 0.0


def _equipment(costs: Costs, point: Mapping[str, Value]) -> float:
    return sum(
        price.per_h
        for price in costs.axes
        if price.key in point
        and point[price.key] == price.value
        and isinstance(point[price.key], bool) == isinstance(price.value, bool)
    )


def _service(wanted: ServiceLevel, record: Record) -> Service:
    if record.low is not None and record.low >= wanted.at_least:
        return Service.YES
    if record.value is None or (record.high is not None and record.high < wanted.at_least):
        return Service.NO
    return Service.PERHAPS
