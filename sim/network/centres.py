"""The centres of a network: how large each is, and how many servers its plan gives it."""

import math
from dataclasses import dataclass

from scenarios.network import LARGEST_RATE_PER_H, Network, Station
from sim.streams import Streams

__all__ = ["STATIONS", "Centre", "draw_centres"]

STATIONS = ("docks", "induction", "review_desk", "exception_desk")
"""In the order a parcel may meet them."""


@dataclass(frozen=True, slots=True)
class Centre:
    """One centre.

    Attributes
    ----------
    number : int
    rate_per_h : float
        Base parcels an hour.
    servers : mapping of str to int
        By name of the station.
    """

    number: int
    rate_per_h: float
    servers: dict[str, int]


def draw_centres(network: Network, seed: int) -> tuple[Centre, ...]:
    """Draw the centres: the same ones in every replication, arm and cell of a seed."""
    rng = Streams(seed, 0).generator("network", "sizes")
    logs = rng.standard_normal(network.centres)
    return tuple(
        _planned(network, number, float(rate))
        for number, rate in enumerate(
            min(LARGEST_RATE_PER_H, network.sizes.median_per_h * math.exp(factor))
            for factor in network.sizes.log_sd * logs
        )
    )


def _planned(network: Network, number: int, rate_per_h: float) -> Centre:
    lab = network.reader.lab
    shares = {
        "docks": 1.0,
        "induction": 1.0,
        "review_desk": lab.hand_off,
        "exception_desk": lab.no_read + lab.hand_off * network.unkeyed_share,
    }
    servers = {
        name: _servers(getattr(network, name), share * rate_per_h) for name, share in shares.items()
    }
    return Centre(number, rate_per_h, servers)


def _servers(station: Station, offered_per_h: float) -> int:
    return max(1, math.ceil(offered_per_h / (station.rate_per_h * station.planned_load)))
