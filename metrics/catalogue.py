"""Every metric labgap knows, in one table: the source for computing, listing and reporting."""

from collections.abc import Mapping
from types import MappingProxyType

from metrics.floor_catalogue import FLOOR_METRICS
from metrics.metric_spec import Better, MetricKind, MetricSpec, Scope

__all__ = ["CATALOGUE", "Better", "MetricKind", "MetricSpec", "Scope"]


def _share(
    name: str,
    title: str,
    better: Better,
    scope: Scope,
    numerator: str,
    description: str,
    denominator: str | None = None,
) -> MetricSpec:
    return MetricSpec(
        name,
        title,
        "share",
        MetricKind.PROPORTION,
        better,
        scope,
        description,
        numerator,
        denominator,
        (0.0, 1.0),
    )


_MEAN, _QUANTILE = MetricKind.MEAN, MetricKind.QUANTILE
_HIGHER, _LOWER, _NEITHER = Better.HIGHER, Better.LOWER, Better.NEITHER
_FIRST, _FINAL, _STATION = Scope.FIRST_PASS, Scope.FINAL, Scope.STATION

_ALL = (
    _share(
        "accuracy.forced",
        "Read accuracy",
        _HIGHER,
        _FIRST,
        "in_time",
        "Parcels whose best proposal on the first pass is right, whatever the reader decided, over "
        "everything that entered; an answer that is missing or too late for the diverter is wrong, "
        "and so is a parcel that the machine kept from the camera (floor.unseen), which happens "
        "more under load.",
    ),
    _share(
        "accuracy.reader",
        "Read accuracy, late answers forgiven",
        _HIGHER,
        _FIRST,
        "right",
        "As accuracy.forced, but an answer that came too late for the diverter still counts.",
    ),
    _share(
        "accuracy.accepted",
        "Accuracy when accepted",
        _HIGHER,
        _FIRST,
        "correct",
        "Right reads among those the reader accepted on the first pass.",
        "accepted",
    ),
    _share(
        "rate.read",
        "Accepted and right",
        _HIGHER,
        _FIRST,
        "correct",
        "First-pass outcome: accepted and every offered field right.",
    ),
    _share(
        "rate.misread",
        "Misread (accepted, wrong)",
        _LOWER,
        _FIRST,
        "misread",
        "First-pass outcome: accepted with a wrong text.",
    ),
    _share(
        "rate.hand_off",
        "Handed over by the reader",
        _LOWER,
        _FIRST,
        "review",
        "First-pass outcome: the reader asks for a person to look. Good when the reader would have "
        "been wrong; it costs an operator either way. What the lane itself sends to the desk is "
        "in rate.to_desk.",
    ),
    _share(
        "rate.no_read",
        "No read",
        _LOWER,
        _FIRST,
        "no_read",
        "First-pass outcome: nothing accepted and no person asked, or no answer at all.",
    ),
    _share(
        "rate.to_desk",
        "Sent to the review desk",
        _LOWER,
        _FINAL,
        "to_desk",
        "Parcels whose picture went to the review desk at least once, on whatever lap, because the "
        "reader asked or because the lane sends no-reads there; also those the desk had no room "
        "for.",
    ),
    _share(
        "rate.right_chute",
        "Right chute",
        _HIGHER,
        _FINAL,
        "right_chute",
        "Final outcome: left the belt into the chute the sort plan wants, on whatever lap and by "
        "whoever's decision.",
    ),
    _share(
        "rate.misroute",
        "Misrouted",
        _LOWER,
        _FINAL,
        "misroute",
        "Final outcome: left the belt into a wrong chute.",
    ),
    _share(
        "rate.exception",
        "Exception station",
        _LOWER,
        _FINAL,
        "exception",
        "Final outcome: handled by hand (unknown id, laps used up, or turned away at the "
        "induction).",
    ),
    _share(
        "rate.recirculated",
        "Recirculated",
        _LOWER,
        _FINAL,
        "recirculated",
        "Parcels that went round at least once more.",
    ),
    _share(
        "rate.missed_deadline",
        "Missed the diverter",
        _LOWER,
        _FINAL,
        "missed_deadline",
        "Parcels whose destination became known at least once only after their diverter.",
    ),
    MetricSpec(
        "throughput.per_lane_h",
        "Sorted per lane and hour",
        "parcels/h",
        _MEAN,
        _HIGHER,
        _STATION,
        "Parcels, surge included, that left a belt into a chute within the arrival period, per "
        "lane and hour. Read it beside what was offered.",
    ),
    MetricSpec(
        "throughput.offered_per_lane_h",
        "Offered per lane and hour",
        "parcels/h",
        _MEAN,
        _NEITHER,
        _STATION,
        "Parcels, surge included, that arrived at a lane's induction, per lane and hour.",
    ),
    MetricSpec(
        "wait.induction_mean_s",
        "Mean wait for induction",
        "s",
        _MEAN,
        _LOWER,
        _FINAL,
        "Time a base parcel queues before it is placed on the belt.",
        "induction_wait_s",
    ),
    MetricSpec(
        "wait.induction_p95_s",
        "95 % wait for induction",
        "s",
        _QUANTILE,
        _LOWER,
        _FINAL,
        "95th percentile of the induction wait within a replication, averaged over replications.",
        "induction_wait_s",
    ),
    MetricSpec(
        "time_in_system.mean_s",
        "Mean time in the centre",
        "s",
        _MEAN,
        _LOWER,
        _FINAL,
        "From arrival until a base parcel leaves the belt, into a chute or to the exceptions.",
        "in_system_s",
    ),
    MetricSpec(
        "time_in_system.p95_s",
        "95 % time in the centre",
        "s",
        _QUANTILE,
        _LOWER,
        _FINAL,
        "95th percentile of the time in the centre within a replication, averaged over "
        "replications.",
        "in_system_s",
    ),
    MetricSpec(
        "wait.review_mean_s",
        "Mean wait for a review operator",
        "s",
        _MEAN,
        _LOWER,
        _FINAL,
        "Time an image of a base parcel queues at the review desk, per image taken up.",
        "review_wait_s",
        "reviews",
    ),
    MetricSpec(
        "utilisation.review_desk",
        "Review desk in use",
        "share",
        _MEAN,
        _NEITHER,
        _STATION,
        "Share of the operators' time at the desk within the arrival period spent keying.",
        bounds=(0.0, 1.0),
    ),
    MetricSpec(
        "desk.pace_per_h",
        "Images keyed per hour of keying",
        "images/h",
        _MEAN,
        _NEITHER,
        _STATION,
        "How fast one operator keys while keying; damage and fatigue slow it, a long queue can "
        "hurry it.",
    ),
    MetricSpec(
        "desk.error_rate",
        "Keyed wrong at the desk",
        "share",
        _MEAN,
        _LOWER,
        _STATION,
        "Wrong codes among those keyed; images on which the operator gave up are left out.",
        bounds=(0.0, 1.0),
    ),
    MetricSpec(
        "desk.overtime_s",
        "Overtime at the desk",
        "s",
        _MEAN,
        _LOWER,
        _STATION,
        "Time that people of shifts stayed beyond their end, added up over all of them, per "
        "replication.",
    ),
    MetricSpec(
        "desk.breaks_missed",
        "Breaks missed",
        "share",
        _MEAN,
        _LOWER,
        _STATION,
        "Breaks lost because too many images waited too long, among those due.",
        bounds=(0.0, 1.0),
    ),
    MetricSpec(
        "desk.break_delay_s",
        "Delay of breaks",
        "s",
        _MEAN,
        _LOWER,
        _STATION,
        "How much later than due the breaks that were had began, on average.",
    ),
    MetricSpec(
        "utilisation.induction",
        "Induction in use",
        "share",
        _MEAN,
        _NEITHER,
        _STATION,
        "Share of the arrival period in which the induction station has a parcel to place, "
        "working or blocked by an occupied belt.",
        bounds=(0.0, 1.0),
    ),
    MetricSpec(
        "queue.induction_max",
        "Longest induction queue",
        "parcels",
        _QUANTILE,
        _LOWER,
        _STATION,
        "Most parcels that waited at once at one lane's induction in a replication, averaged over "
        "replications.",
    ),
    MetricSpec(
        "surge.parcels",
        "Surge parcels",
        "parcels",
        _MEAN,
        _NEITHER,
        _STATION,
        "Parcels per replication that exist only under load, and so have no partner in the lab and "
        "enter no paired gap.",
        has_gap=False,
    ),
    *FLOOR_METRICS,
)

CATALOGUE: Mapping[str, MetricSpec] = MappingProxyType({spec.name: spec for spec in _ALL})
