"""When parcels come: the lab's calm stream and the floor's load, of the same parcels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.model import Arrivals, Burst, RatePeriod
from sim.sorting.cohort import Cohort, per_parcel
from sim.streams import Streams

__all__ = ["calm_arrivals", "draw_cohorts", "loaded_arrivals", "profile_quantile"]

Seconds = NDArray[np.float64]


def draw_cohorts(arrivals: Arrivals, lanes: int, streams: Streams) -> tuple[Cohort, ...]:
    """Draw how many parcels there are: Poisson(rate x duration) a lane, and so for each surge.

    Base cohorts come first, lane by lane; then the surges in the order of the scenario.
    """
    expected = [
        (("base", lane), lane, False, arrivals.rate_per_h * arrivals.duration_s / 3600.0)
        for lane in range(lanes)
    ] + [
        (
            ("surge", index, lane),
            lane,
            True,
            surge.extra_per_h * (surge.end_s - surge.start_s) / 3600.0,
        )
        for index, surge in enumerate(arrivals.surges)
        for lane in range(lanes)
    ]
    cohorts: list[Cohort] = []
    start = 0
    for name, lane, is_surge, mean in expected:
        count = int(streams.generator("population", "count", *name).poisson(mean))
        cohorts.append(Cohort(name, lane, is_surge, start, count))
        start += count
    return tuple(cohorts)


def calm_arrivals(arrivals: Arrivals, cohorts: Sequence[Cohort], streams: Streams) -> Seconds:
    """Arrival times of the base parcels at a constant rate, shape (n_base,).

    Given their number, the times of a Poisson process are independent and uniform.
    """
    base = [cohort for cohort in cohorts if not cohort.surge]
    return arrivals.duration_s * _uniforms(base, streams)


def loaded_arrivals(arrivals: Arrivals, cohorts: Sequence[Cohort], streams: Streams) -> Seconds:
    """Arrival times under load of all parcels, shape (n,).

    A base parcel's uniform is the one its calm time came from, sent through the inverse of the
    cumulated profile; so a scenario without profile and bursts has the same times in both.
    With bursts, the first parcel of each burst gets such a time and the others follow it.
    A burst that would outlast the scenario starts earlier.  Surge parcels come at a constant rate
    within their surge.
    """
    times = []
    for cohort in cohorts:
        quantiles = _uniforms([cohort], streams)
        if cohort.surge:
            surge = arrivals.surges[int(cohort.name[1])]
            times.append(surge.start_s + (surge.end_s - surge.start_s) * quantiles)
            continue
        at = profile_quantile(arrivals.profile, arrivals.duration_s, quantiles)
        if arrivals.burst is not None:
            at = _clustered(at, arrivals.burst, arrivals.duration_s, cohort, streams)
        times.append(at)
    return np.concatenate(times)


def profile_quantile(
    profile: Sequence[RatePeriod], duration_s: float, quantiles: Seconds
) -> Seconds:
    """Invert the cumulated intensity of a piecewise-constant profile.

    Parameters
    ----------
    profile : sequence of RatePeriod
        Sorted; empty means constant.
    duration_s : float
    quantiles : ndarray in [0, 1), any shape

    Returns
    -------
    ndarray of seconds, of the same shape
    """
    if not profile:
        return duration_s * quantiles
    edges = np.array([period.start_s for period in profile] + [duration_s])
    factors = np.array([period.factor for period in profile])
    cumulated = np.concatenate([[0.0], np.cumsum(factors * np.diff(edges))])
    mass = quantiles * cumulated[-1]
    # side="right" steps over periods of factor 0, in which nothing arrives.
    period = np.minimum(np.searchsorted(cumulated, mass, side="right") - 1, len(factors) - 1)
    times: Seconds = edges[period] + (mass - cumulated[period]) / factors[period]
    return times


def _uniforms(cohorts: Sequence[Cohort], streams: Streams) -> Seconds:
    drawn: Seconds = per_parcel(
        cohorts, streams, ("population", "arrival"), lambda rng, count: rng.random(count)
    )
    return drawn


def _clustered(
    at: Seconds, burst: Burst, duration_s: float, cohort: Cohort, streams: Streams
) -> Seconds:
    """Gather parcels into bursts: geometric sizes, exponential gaps (a Neyman-Scott process)."""
    if not cohort.count:
        return at
    sizes = streams.generator("arrivals", "burst_size", *cohort.name)
    gaps = streams.generator("arrivals", "burst_gap", *cohort.name)
    ends = np.cumsum(sizes.geometric(1.0 / burst.mean_parcels, size=cohort.count))
    burst_of = np.searchsorted(ends, np.arange(cohort.count), side="right")
    first = np.flatnonzero(np.diff(burst_of, prepend=-1))
    last = np.append(first[1:], cohort.count) - 1
    elapsed = np.cumsum(gaps.exponential(burst.mean_gap_s, size=cohort.count))
    span = elapsed[last] - elapsed[first]
    shrink = np.minimum(1.0, duration_s / np.maximum(span, 1e-12))
    begin = np.minimum(at[first], duration_s - span * shrink)
    times: Seconds = begin[burst_of] + shrink[burst_of] * (elapsed - elapsed[first][burst_of])
    return times
