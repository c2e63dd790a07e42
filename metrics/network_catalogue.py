"""Every metric of a network run; names, units and directions as in `metrics.catalogue`."""

from collections.abc import Mapping
from types import MappingProxyType

from metrics.catalogue import Better, MetricKind, MetricSpec, Scope
from scenarios.network_tables import NETWORK_STATIONS

__all__ = ["NETWORK_CATALOGUE", "STATION_WORDS"]

STATION_WORDS = MappingProxyType(
    {
        "docks": "the docks",
        "induction": "induction",
        "review_desk": "the review desk",
        "exception_desk": "the exception desk",
    }
)


def _spec(
    name: str,
    title: str,
    unit: str,
    description: str,
    kind: MetricKind = MetricKind.MEAN,
    better: Better = Better.LOWER,
) -> MetricSpec:
    bounds = (0.0, 1.0) if unit == "share" else (0.0, None)
    return MetricSpec(
        f"network.{name}", title, unit, kind, better, Scope.STATION, description, bounds=bounds
    )


def _stations() -> list[MetricSpec]:
    waits = [
        _spec(
            f"wait.{name}_mean_s",
            f"Mean wait at {STATION_WORDS[name]}",
            "s",
            "Time a parcel queues there, over all parcels that came, surge included.",
        )
        for name in NETWORK_STATIONS
    ]
    worst = [
        _spec(
            f"wait.{name}_p95_worst_decile_s",
            f"95 % wait at {STATION_WORDS[name]}, worst tenth of centres",
            "s",
            "95th percentile of the wait within a centre, averaged over the tenth of the centres "
            "where it is longest in that world, and over replications.",
            MetricKind.QUANTILE,
        )
        for name in NETWORK_STATIONS
    ]
    used = [
        _spec(
            f"utilisation.{name}",
            f"In use: {STATION_WORDS[name]}",
            "share",
            "Share of the servers' time within the arrival period spent on service, all centres.",
            better=Better.NEITHER,
        )
        for name in NETWORK_STATIONS
    ]
    return [*waits, *worst, *used]


_ALL = (
    _spec(
        "parcels",
        "Parcels",
        "parcels",
        "Parcels that arrived at all centres in a replication, those of the peaks included.",
        better=Better.NEITHER,
    ),
    _spec(
        "late_share",
        "Parcels past the cut-off",
        "share",
        "Base parcels still inside when the last trailer leaves, over all that arrived.",
        MetricKind.PROPORTION,
    ),
    _spec(
        "late_share_worst_decile",
        "Past the cut-off, worst tenth of centres",
        "share",
        "Share of base parcels past the cut-off, averaged over the tenth of the centres where it "
        "is largest in that world, and over replications.",
        MetricKind.QUANTILE,
    ),
    _spec(
        "centres_late_share",
        "Centres that miss the cut-off",
        "share",
        "Centres where more than 1 % of the base parcels are past the cut-off.",
    ),
    _spec(
        "time_in_centre.mean_s",
        "Mean time in a centre",
        "s",
        "From arrival at the docks until a base parcel leaves its last station.",
    ),
    _spec(
        "time_in_centre.p95_middle_s",
        "95 % time, middle centre",
        "s",
        "95th percentile of the time in a centre; the median of it over centres, averaged over "
        "replications.",
        MetricKind.QUANTILE,
    ),
    _spec(
        "time_in_centre.p95_worst_decile_s",
        "95 % time, worst tenth of centres",
        "s",
        "95th percentile of the time in a centre, averaged over the tenth of the centres where it "
        "is longest in that world, and over replications.",
        MetricKind.QUANTILE,
    ),
    _spec(
        "backlog_peak",
        "Most parcels inside",
        "parcels",
        "Most parcels inside all centres at a full hour, averaged over replications.",
        MetricKind.QUANTILE,
    ),
    *_stations(),
)

NETWORK_CATALOGUE: Mapping[str, MetricSpec] = MappingProxyType({spec.name: spec for spec in _ALL})
"""From the name of a metric to what it means."""
