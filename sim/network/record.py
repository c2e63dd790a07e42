"""What is kept of a centre's day: a row of figures and the load at every full hour."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from scenarios.network import Network
from scenarios.network_tables import CENTRES, HOURS, NETWORK_STATIONS, SPREAD, WORLDS
from sim.network.centres import Centre
from sim.network.day import CentreDay, play_centre
from sim.streams import Streams

__all__ = ["centre_row", "hourly_load", "play_part"]

Seconds = NDArray[np.float64]


def play_part(network: Network, centres: Sequence[Centre], streams: Streams) -> dict[str, pa.Table]:
    """Play some centres in both worlds.

    Returns
    -------
    dict of str to pyarrow.Table
        ``centres`` and ``hours``, with the schemas of `scenarios.network_tables`.
    """
    rows: list[dict[str, Any]] = []
    hours: list[dict[str, Any]] = []
    for world, (degraded, loaded) in WORLDS.items():
        load = np.zeros((2, _hours(network)), dtype=np.int64)
        for centre in centres:
            day = play_centre(network, centre, degraded, loaded, streams)
            own = hourly_load(network, day)
            rows.append(centre_row(network, centre, world, day, own))
            load += own
        hours += [
            {"world": world, "hour": hour, "arrived": int(arrived), "inside": int(inside)}
            for hour, (arrived, inside) in enumerate(load.T.tolist(), start=1)
        ]
    return {
        "centres": pa.Table.from_pylist(rows, schema=CENTRES),
        "hours": pa.Table.from_pylist(hours, schema=HOURS),
    }


def hourly_load(network: Network, day: CentreDay) -> NDArray[np.int64]:
    """Parcels that had arrived, and that were inside, at every full hour up to the cut-off.

    Returns
    -------
    ndarray of int, shape (2, hours)
        At least one hour; the last one is the first not before the cut-off.
    """
    at_s = 3600.0 * np.arange(1, _hours(network) + 1)
    arrived = np.searchsorted(np.sort(day.stages["docks"].arrival_s), at_s, side="right")
    left = np.searchsorted(np.sort(day.left_s), at_s, side="right")
    return np.stack((arrived, arrived - left)).astype(np.int64)


def centre_row(
    network: Network, centre: Centre, world: str, day: CentreDay, load: NDArray[np.int64]
) -> dict[str, Any]:
    """Figures of a centre in one world, by column of `CENTRES`; `load` as `hourly_load`."""
    until_s = network.load.duration_s
    inside_s = (day.left_s - day.stages["docks"].arrival_s)[day.base]
    row: dict[str, Any] = {
        "world": world,
        "centre": centre.number,
        "rate_per_h": centre.rate_per_h,
        "parcels": len(day.left_s),
        "base_parcels": int(day.base.sum()),
        "late_base_parcels": int(np.count_nonzero(day.left_s[day.base] > network.cut_off_s)),
        "backlog_peak": int(load[1].max()),
        **_spread("time_in_centre", inside_s),
    }
    for name in NETWORK_STATIONS:
        stage = day.stages[name]
        row |= {
            f"{name}_servers": stage.servers,
            f"{name}_parcels": len(stage.items),
            f"{name}_busy_s": stage.utilisation(until_s) * stage.servers * until_s,
            f"{name}_longest_queue": stage.longest_queue(),
            **_spread(f"{name}_wait", stage.wait_s),
        }
    return row


def _hours(network: Network) -> int:
    return max(1, math.ceil(network.cut_off_s / 3600.0))


def _spread(name: str, times: Seconds) -> dict[str, float | None]:
    if not len(times):
        return dict.fromkeys((f"{name}_{word}_s" for word in SPREAD), None)
    middle, p95, p99 = np.quantile(times, (0.5, 0.95, 0.99)).tolist()
    told = (float(times.mean()), middle, p95, p99, float(times.max()))
    return {f"{name}_{word}_s": value for word, value in zip(SPREAD, told, strict=True)}
