"""One centre through one cell of the experiment: from the docks to the last desk."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.network import Network, Station
from sim.network.centres import Centre
from sim.network.stage import StageDay, pass_stage
from sim.sorting.arrivals import calm_arrivals, draw_cohorts, loaded_arrivals
from sim.sorting.cohort import Cohort, per_parcel
from sim.sorting.service_times import gamma_times
from sim.streams import Streams

__all__ = ["CentreDay", "play_centre"]

Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CentreDay:
    """What happened at one centre in one cell.

    Attributes
    ----------
    stages : dict of str to StageDay
        By name of the station; desks hold only the parcels sent there.
    base : ndarray of bool, shape (n,)
        By number of the parcel: False for those that exist only under load.
    left_s : ndarray, shape (n,)
        When each parcel left its last station.
    """

    stages: dict[str, StageDay]
    base: NDArray[np.bool_]
    left_s: Seconds

    def backlog(self, at_s: float) -> int:
        """Parcels that had arrived by `at_s` and had not left."""
        arrived = np.count_nonzero(self.stages["docks"].arrival_s <= at_s)
        return int(arrived - np.count_nonzero(self.left_s <= at_s))

    def throughput_per_h(self, until_s: float) -> float:
        """Parcels that left by `until_s`, an hour."""
        return float(np.count_nonzero(self.left_s <= until_s) / (until_s / 3600.0))


class _CentreStreams(Streams):
    """The streams of one centre: every name begins with the centre's number."""

    def __init__(self, streams: Streams, centre: int) -> None:
        super().__init__(streams.seed, streams.replication)
        self._centre = centre

    def generator(self, *name: str | int) -> np.random.Generator:
        return super().generator("centre", self._centre, *name)


def play_centre(
    network: Network, centre: Centre, degraded: bool, loaded: bool, streams: Streams
) -> CentreDay:
    """Play one centre.

    Every draw belongs to a parcel and a purpose, so the cells share arrivals, services and luck
    at the camera: a parcel handed off in the lab is handed off in production too wherever
    production hands off no less, and likewise for no-reads.

    Parameters
    ----------
    network : Network
    centre : Centre
    degraded : bool
        Outcomes of production, or of the lab.
    loaded : bool
        Arrivals of production, peaks included, or calm ones.
    streams : Streams
        Of the replication.
    """
    own = _CentreStreams(streams, centre.number)
    arrivals = network.load.arrivals(centre.rate_per_h)
    cohorts = draw_cohorts(arrivals, 1, own)
    if not loaded:
        cohorts = tuple(cohort for cohort in cohorts if not cohort.surge)
    arrival = (loaded_arrivals if loaded else calm_arrivals)(arrivals, cohorts, own)
    base = np.concatenate([np.full(cohort.count, not cohort.surge) for cohort in cohorts])

    def served(name: str, sent: NDArray[np.intp], free_s: Seconds) -> StageDay:
        service = _services(network, name, cohorts, own)
        return pass_stage(sent, free_s[sent], service[sent], centre.servers[name])

    everything = np.arange(len(arrival))
    docks = served("docks", everything, arrival)
    induction = served("induction", everything, docks.departure_s)
    left = induction.departure_s
    shares = network.reader.production if degraded else network.reader.lab
    luck = _uniforms(cohorts, own, "camera")
    handed = np.flatnonzero(luck < shares.hand_off)
    review = served("review_desk", handed, left)
    left[handed] = review.departure_s
    unkeyed = handed[_uniforms(cohorts, own, "keying")[handed] < network.unkeyed_share]
    unread = np.flatnonzero(luck >= 1.0 - shares.no_read)
    excepted = np.union1d(unkeyed, unread)
    exceptions = served("exception_desk", excepted, left)
    left[excepted] = exceptions.departure_s
    stages = {
        "docks": docks,
        "induction": induction,
        "review_desk": review,
        "exception_desk": exceptions,
    }
    return CentreDay(stages, base, left)


def _services(
    network: Network, name: str, cohorts: tuple[Cohort, ...], streams: Streams
) -> Seconds:
    station: Station = getattr(network, name)
    return gamma_times(cohorts, streams, (name, "service"), 3600.0 / station.rate_per_h, station.cv)


def _uniforms(cohorts: tuple[Cohort, ...], streams: Streams, purpose: str) -> Seconds:
    drawn: Seconds = per_parcel(
        cohorts, streams, ("network", purpose), lambda rng, count: rng.random(count)
    )
    return drawn
