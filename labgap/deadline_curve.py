"""How many reads come in time as a belt runs faster, by a reader's measured latency alone."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sim.array_queues import single_server_waits
from systems.latency import LatencyProfile

__all__ = ["PITCH_M", "SPEEDS_MPS", "reads_in_time"]

SPEEDS_MPS = tuple(0.5 + 0.25 * step for step in range(11))
"""Belts from 0.5 to 3 m/s."""
PITCH_M = 0.7
"""From parcel to parcel: at 2.5 m/s, 12,860 an hour."""
READS = 20_000
SEED = 20261122


def reads_in_time(
    profile: LatencyProfile, diverter_distance_m: float, speeds_mps: Sequence[float] = SPEEDS_MPS
) -> Iterator[dict[str, Any]]:
    """Share of reads in time on a lane as full as it can be, with one process that reads.

    Parcels come evenly, one every `PITCH_M`; each is read by itself, in its turn.  Latencies are
    drawn from the profile, one as independent of the next as can be: a machine that is slow for
    minutes does worse.

    Parameters
    ----------
    profile : LatencyProfile
        Of single captures.
    diverter_distance_m : float
        From the camera to the first diverter.
    speeds_mps : sequence of float
        Of the belt.

    Yields
    ------
    dict
        ``speed_mps``; ``before_next``: share answered before the next parcel is under the camera;
        ``before_diverter``: share answered before the parcel is at the first diverter;
        ``busy``: share of the time that the process reads, 1 where it cannot keep up.
    """
    service = profile.quantile(np.random.default_rng(SEED).random(READS))
    for speed in speeds_mps:
        headway = PITCH_M / speed
        took = single_server_waits(headway * np.arange(READS), service) + service
        yield {
            "speed_mps": speed,
            "before_next": float((took <= headway).mean()),
            "before_diverter": float((took <= diverter_distance_m / speed).mean()),
            "busy": min(1.0, float(service.mean()) / headway),
        }
