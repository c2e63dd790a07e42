"""What a point of a staffing sheet costs, and whether it serves well enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from metrics.catalogue import CATALOGUE, Better, MetricKind, MetricSpec
from metrics.cells import CELLS, PRODUCTION
from metrics.errors import MetricsError
from metrics.estimates import Estimate, Sums, proportion
from metrics.intervals import LEVEL
from metrics.records import Metrics
from scenarios.model import Sorting
from scenarios.staffing import Costs, ServiceLevel, Staffing
from scenarios.strict import Value

__all__ = [
    "Offer",
    "Service",
    "UnpricedError",
    "cheapest",
    "judged",
    "metric_problem",
    "missing_part",
    "priced",
]

_HOUR_S = 3600.0
_IN_PRODUCTION = tuple(int(cell == PRODUCTION) for cell in range(len(CELLS)))


class UnpricedError(MetricsError):
    """A point cannot be priced: a figure that its price rests on was not measured there."""


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
        ``serves`` where the whole interval lies at the level or above, ``does not serve`` where
        all of it lies below, else ``may serve``.
    level, low, high : float or None
        The service metric in production with an interval that holds for all offers of the sheet
        at once with 95 % (Bonferroni): the best of many is looked for.
    looked_at : int
        Offers of the sheet that the interval allows for.
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
    looked_at: int
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
    if good is Better.LOWER and not _is_of_all_parcels(spec):
        return f"{name} is no share of all parcels, so a price for each parcel does not fit it"
    return None


def _is_of_all_parcels(spec: MetricSpec) -> bool:
    if spec.kind is MetricKind.PROPORTION:
        return spec.denominator is None
    return spec.name.startswith(("floor.", "trailer."))


def missing_part(metric: str, sorting: Sorting) -> str | None:
    """Name the part that a scenario lacks to measure a metric that can be priced or promised.

    Returns
    -------
    str or None
        Keys of the scenario, in words; None where the metric is measured.
    """
    match metric.partition("."):
        case "floor", _, "right_in_the_end":
            return None if sorting.exception_desk is not None else "sorting.exception_desk"
        case "floor", _, "unseen":
            has_doubles = sorting.faults is not None and sorting.faults.doubles is not None
            if has_doubles or sorting.lane.non_conveyable_share > 0.0:
                return None
            return "sorting.faults.doubles or a sorting.lane.non_conveyable_share above 0"
        case "floor", _, _:
            has_machine = sorting.faults is not None or sorting.chutes is not None
            if has_machine or sorting.lane.non_conveyable_share > 0.0:
                return None
            return "sorting.faults, sorting.chutes or a sorting.lane.non_conveyable_share above 0"
        case "trailer", _, _:
            return None if sorting.line_haul is not None else "sorting.line_haul"
    return None


def judged(sums: Sums, looked_at: int) -> Estimate:
    """Estimate a service metric in production, with an interval for all offers at once.

    Each interval covers ``1 - 0.05 / looked_at`` (Bonferroni), so that with 95 % all of them hold
    together and the best of many is not taken for better than it is.

    Parameters
    ----------
    sums : Sums
        Of the metric, over all parcels.
    looked_at : int
        Offers among which the cheapest is looked for.
    """
    level = 1.0 - (1.0 - LEVEL) / looked_at
    return proportion(sums, _IN_PRODUCTION, (0.0, 1.0), level=level)


def priced(
    sheet: Staffing,
    sorting: Sorting,
    measured: Metrics,
    service: Estimate,
    looked_at: int,
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
    service : Estimate
        From `judged`.
    looked_at : int
    arm : str
    point : mapping
    run : str

    Raises
    ------
    UnpricedError
        If a figure that the cost rests on was not measured in this cell, or has no value.
    """
    costs = sheet.costs
    hours = sorting.arrivals.duration_s / _HOUR_S
    people_h = _people_s(sorting) / _HOUR_S / hours
    overtime_h = _overtime_s(measured, arm, sorting) / _HOUR_S / hours
    offered, _, _ = _known(measured, "throughput.offered_per_lane_h", arm)
    per_hour = offered * sorting.lanes
    parts = {
        "operators": costs.operator_h * people_h,
        "overtime": costs.operator_h * costs.overtime_factor * overtime_h,
    }
    near, far = dict(parts), dict(parts)
    for price in costs.parcels:
        shares = _known(measured, price.metric, arm)
        for sums, share in zip((parts, near, far), shares, strict=True):
            sums[price.metric] = share * per_hour * price.cost
    for sums in (parts, near, far):
        sums["equipment"] = _equipment(costs, point)
    per_h = sum(parts.values())
    return Offer(
        arm=arm,
        point=dict(point),
        run=run,
        service=_service(sheet.service, service),
        level=service.value,
        low=service.low,
        high=service.high,
        looked_at=looked_at,
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


def _known(measured: Metrics, metric: str, arm: str) -> tuple[float, float, float]:
    """Value, low and high end in production; the value stands in for ends that are not known."""
    try:
        record = measured.get(metric, arm=arm, condition="production")
    except KeyError:
        raise UnpricedError(f"{metric} was not measured for arm {arm}") from None
    if record.value is None:
        raise UnpricedError(f"{metric} of arm {arm} is unknown: there was nothing to count")
    value = record.value
    low = value if record.low is None else record.low
    high = value if record.high is None else record.high
    return value, low, high


def _people_s(sorting: Sorting) -> float:
    """Person-seconds that are paid: whole shifts, breaks too, also after the last arrival.

    The desk's people without a shift have no end of their own: they are paid for the arrivals.
    """
    desk = sorting.review_desk
    planned = desk.operators * sorting.arrivals.duration_s
    return planned + sum(shift.operators * (shift.end_s - shift.start_s) for shift in desk.shifts)


def _overtime_s(measured: Metrics, arm: str, sorting: Sorting) -> float:
    if not sorting.review_desk.shifts:
        return 0.0
    return _known(measured, "desk.overtime_s", arm)[0]


def _equipment(costs: Costs, point: Mapping[str, Value]) -> float:
    return sum(
        price.per_h
        for price in costs.axes
        if price.key in point
        and point[price.key] == price.value
        and isinstance(point[price.key], bool) == isinstance(price.value, bool)
    )


def _service(wanted: ServiceLevel, found: Estimate) -> Service:
    if found.low is not None and found.low >= wanted.at_least:
        return Service.YES
    if found.value is None or (found.high is not None and found.high < wanted.at_least):
        return Service.NO
    return Service.PERHAPS
