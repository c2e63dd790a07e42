"""Metrics of the machine, the hand work and the trailers; counted where a scenario has them."""

from metrics.metric_spec import Better, MetricKind, MetricSpec, Scope

__all__ = ["FLOOR_METRICS"]

_HIGHER, _LOWER, _NEITHER = Better.HIGHER, Better.LOWER, Better.NEITHER
_BASE = " Of all base parcels, in a sampled run those with drawn outcomes too."


def _metric(
    name: str,
    title: str,
    unit: str,
    better: Better,
    description: str,
    kind: MetricKind = MetricKind.MEAN,
) -> MetricSpec:
    bounds = (0.0, 1.0) if unit == "share" else (0.0, None)
    return MetricSpec(name, title, unit, kind, better, Scope.STATION, description, bounds=bounds)


FLOOR_METRICS = (
    _metric(
        "floor.mechanical",
        "Mechanical floor",
        "share",
        _LOWER,
        "Parcels that the machine alone kept from their chute: no belt can carry them, they were "
        "dragged along, or, read or keyed rightly, were dropped next door or used up their laps "
        "before a full chute, a dead diverter or a control that had lost them. No reader can lift "
        "it; what was misread and then hindered as well is not in it." + _BASE,
    ),
    _metric(
        "floor.non_conveyable",
        "Turned away at induction",
        "share",
        _NEITHER,
        "Parcels no belt can carry." + _BASE,
    ),
    _metric(
        "floor.unseen",
        "Kept from the camera",
        "share",
        _LOWER,
        "Parcels whose label no camera had before it on the first pass, so that no reader could "
        "read it: no belt can carry them, or they were fed as one with the parcel ahead, dragged "
        "along under load or settled on it where poses feed the lane. Read accuracy "
        "counts them as not read: it cannot exceed 1 less this share, whose gap is the one that "
        "even a perfect reader would show." + _BASE,
    ),
    _metric(
        "floor.right_in_the_end",
        "Right chute, by belt or by hand",
        "share",
        _HIGHER,
        "Parcels that end in the chute the sort plan wants, the exception desk's work included."
        + _BASE,
    ),
    _metric(
        "trailer.missed",
        "Promised trailer missed",
        "share",
        _LOWER,
        "Parcels not on the trailer they were promised, nor on an earlier one of its route: they "
        "leave with a later one, in an hour or the next day. A wrong chute of the same route fills "
        "the same trailer. The sum of the five causes below, each parcel under the first "
        "that holds of turned away, exception, misroute, misload, late." + _BASE,
    ),
    _metric(
        "trailer.missed_non_conveyable",
        "Trailer missed: turned away",
        "share",
        _LOWER,
        "Missed, by a parcel no belt can carry." + _BASE,
    ),
    _metric(
        "trailer.missed_exception",
        "Trailer missed: exception",
        "share",
        _LOWER,
        "Missed, by a parcel that went to the exception station." + _BASE,
    ),
    _metric(
        "trailer.missed_misroute",
        "Trailer missed: misroute",
        "share",
        _LOWER,
        "Missed, by a parcel that left the belt into a wrong chute." + _BASE,
    ),
    _metric(
        "trailer.missed_misload",
        "Trailer missed: misload",
        "share",
        _LOWER,
        "Missed, by a parcel from the right chute put on a trailer of another route." + _BASE,
    ),
    _metric(
        "trailer.missed_late",
        "Trailer missed: late",
        "share",
        _LOWER,
        "Missed, by a parcel in the right chute after the trailer had left." + _BASE,
    ),
    _metric(
        "belt.stopped_share",
        "Belts at a stand",
        "share",
        _LOWER,
        "Share of the arrival period in which a lane's belt stands, for a jam or an outage.",
    ),
    _metric(
        "recovery.mean_s",
        "Mean recovery after an incident",
        "s",
        _LOWER,
        "Time from the end of an incident until its backlog is no larger than before it: parcels "
        "waiting at induction once a stopped belt runs, parcels of a lane under way once its "
        "camera is back or its diverters fire, images waiting once a full review desk refuses no "
        "more. A replication's mean over its incidents, averaged over the replications that had "
        "any; a camera that stays out to the last parcel is not among them.",
        MetricKind.QUANTILE,
    ),
    _metric(
        "recovery.longest_s",
        "Longest recovery after an incident",
        "s",
        _LOWER,
        "The longest recovery of a replication, averaged over the replications that had any "
        "incident: never less than the mean recovery.",
        MetricKind.QUANTILE,
    ),
    _metric(
        "laps.extra",
        "Extra laps per parcel",
        "laps",
        _LOWER,
        "Laps beyond the first, for whatever reason, per parcel." + _BASE,
    ),
    _metric(
        "laps.chute_full",
        "Laps for full chutes, per parcel",
        "laps",
        _LOWER,
        "Laps a parcel makes because its chute was full, per parcel." + _BASE,
    ),
    _metric(
        "laps.machine",
        "Laps for faults, per parcel",
        "laps",
        _LOWER,
        "Laps a parcel makes because its diverter did not fire or the control had lost it, per "
        "parcel." + _BASE,
    ),
    _metric(
        "chute.full_share",
        "Chutes full",
        "share",
        _LOWER,
        "Share of the arrival period in which a chute takes nothing, averaged over the chutes.",
    ),
    _metric(
        "wait.attendant_mean_s",
        "Mean wait for an attendant",
        "s",
        _LOWER,
        "Time from calling an attendant to a chute until one begins to swap the cage.",
    ),
    _metric(
        "utilisation.attendants",
        "Attendants in use",
        "share",
        _NEITHER,
        "Share of the attendants' time within the arrival period spent swapping cages.",
    ),
    _metric(
        "wait.exception_mean_s",
        "Mean wait at the exception desk",
        "s",
        _LOWER,
        "Time a parcel lies at the exception desk before somebody takes it up, surge included.",
    ),
    _metric(
        "utilisation.exception_desk",
        "Exception desk in use",
        "share",
        _NEITHER,
        "Share of the people's time within the arrival period spent on exceptions.",
    ),
    _metric(
        "exception.error_rate",
        "Exceptions brought to a wrong chute",
        "share",
        _LOWER,
        "Parcels that the exception desk put into a wrong chute, among those it handled.",
    ),
)
"""In the order in which tables list them."""
