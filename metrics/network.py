"""From the tables of a network run to records: gaps are lab minus production, by replication."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from metrics.catalogue import MetricKind, MetricSpec
from metrics.estimates import Estimate, Sums, mean, proportion, replication_mean
from metrics.network_catalogue import NETWORK_CATALOGUE
from metrics.records import Metrics, Note, Record
from scenarios.network_tables import NETWORK_STATIONS, WORLDS

__all__ = ["NETWORK_ARM", "TIER_NOTE", "compute_network", "mean_over_replications", "worst_tenth"]

NETWORK_ARM = "network"
"""What stands for an arm in the records: the network's own shares and rates."""
TIER_NOTE = (
    "Array tier only: no model was run and no picture was drawn. What becomes of a parcel at the "
    "camera is a share given in the scenario."
)
LATE_CENTRE = 0.01
"""Share of late parcels above which a centre missed the cut-off."""
_WEIGHTS = {"lab": (1, 0), "production": (0, 1), "gap": (1, -1)}

Values = NDArray[np.float64]
Part = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class _World:
    """One world of one replication: columns of its centres, and the load at full hours."""

    columns: dict[str, Values]
    inside: Values
    duration_s: float

    def parts(self) -> dict[str, Part]:
        """Numerator, denominator and items of every metric."""
        column = self.columns
        parcels, base = column["parcels"], column["base_parcels"]
        late = column["late_base_parcels"]
        came = base > 0
        shares = late[came] / base[came]
        p95 = column["time_in_centre_p95_s"][came]
        found: dict[str, Part] = {
            "parcels": (_sum(parcels), 1.0, _sum(parcels)),
            "late_share": (_sum(late), _sum(base), _sum(base)),
            "late_share_worst_decile": _level(worst_tenth(shares), len(shares)),
            "centres_late_share": (
                float(np.count_nonzero(shares > LATE_CENTRE)),
                float(len(shares)),
                float(len(shares)),
            ),
            "time_in_centre.mean_s": (
                _dot(column["time_in_centre_mean_s"], base),
                _sum(base),
                _sum(base),
            ),
            "time_in_centre.p95_middle_s": _level(
                float(np.median(p95)) if len(p95) else None, len(p95)
            ),
            "time_in_centre.p95_worst_decile_s": _level(worst_tenth(p95), len(p95)),
            "backlog_peak": (float(self.inside.max(initial=0.0)), 1.0, _sum(parcels)),
        }
        for name in NETWORK_STATIONS:
            found |= self._station(name)
        return found

    def _station(self, name: str) -> dict[str, Part]:
        column = self.columns
        count = column[f"{name}_parcels"]
        longest = column[f"{name}_wait_p95_s"][count > 0]
        return {
            f"wait.{name}_mean_s": (
                _dot(column[f"{name}_wait_mean_s"], count),
                _sum(count),
                _sum(count),
            ),
            f"wait.{name}_p95_worst_decile_s": _level(worst_tenth(longest), len(longest)),
            f"utilisation.{name}": (
                _sum(column[f"{name}_busy_s"]),
                self.duration_s * _sum(column[f"{name}_servers"]),
                _sum(count),
            ),
        }


def worst_tenth(values: Values) -> float | None:
    """Mean of the largest tenth of values, at least one of them; None where there are none."""
    if not len(values):
        return None
    count = -(-len(values) // 10)
    return math.fsum(np.sort(values)[-count:]) / count


def compute_network(
    centres: Sequence[pa.Table], hours: Sequence[pa.Table], duration_s: float
) -> Metrics:
    """Compute every metric of `NETWORK_CATALOGUE` in both worlds, with its gap.

    Parameters
    ----------
    centres, hours : sequence of pyarrow.Table
        One a replication, in any order of rows; schemas of `scenarios.network_tables`.
    duration_s : float
        Of the arrival period, which utilisation is a share of.

    Returns
    -------
    Metrics
        Records of the arm `NETWORK_ARM` and the group ``all``; intervals are Student t over
        replications, paired for the gap (docs/statistics.md).
    """
    worlds = [
        [_world(table, load, world, duration_s).parts() for world in WORLDS]
        for table, load in zip(centres, hours, strict=True)
    ]
    records, notes = [], [Note("*", "*", "*", "*", TIER_NOTE)]
    for spec in NETWORK_CATALOGUE.values():
        key = spec.name.removeprefix("network.")
        block = np.array([[world[key] for world in pair] for pair in worlds], dtype=np.float64)
        sums = Sums(block[:, :, 0], block[:, :, 1], block[:, :, 2])
        for condition, weights in _WEIGHTS.items():
            found = _estimate(spec, sums, weights)
            records.append(
                Record(
                    spec.name,
                    NETWORK_ARM,
                    condition,
                    "all",
                    found.value,
                    found.low,
                    found.high,
                    found.n,
                    found.replications,
                )
            )
            if found.remark:
                notes.append(Note(spec.name, NETWORK_ARM, condition, "all", found.remark))
    return Metrics(tuple(records), tuple(notes))


def mean_over_replications(
    tables: Sequence[pa.Table], world: str, columns: Sequence[str]
) -> dict[str, Values]:
    """Mean of columns for each centre, by number of the centre; NaN where nobody ever came."""
    found = [_columns(table, world) for table in tables]
    means: dict[str, Values] = {}
    for name in columns:
        rows = np.stack([column[name] for column in found])
        known = ~np.isnan(rows)
        total, count = np.where(known, rows, 0.0).sum(axis=0), known.sum(axis=0)
        means[name] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return means


def _estimate(spec: MetricSpec, sums: Sums, weights: tuple[int, int]) -> Estimate:
    if spec.kind is MetricKind.PROPORTION:
        return proportion(sums, weights, spec.bounds)
    if spec.kind is MetricKind.QUANTILE:
        return replication_mean(sums, weights, spec.bounds)
    return mean(sums, weights, spec.bounds)


def _world(table: pa.Table, load: pa.Table, world: str, duration_s: float) -> _World:
    inside: dict[int, int] = {}
    for row in load.to_pylist():
        if row["world"] == world:
            inside[row["hour"]] = inside.get(row["hour"], 0) + row["inside"]
    return _World(_columns(table, world), np.array(list(inside.values()), dtype=float), duration_s)


def _columns(table: pa.Table, world: str) -> dict[str, Values]:
    """Numeric columns of one world, in the order of the centres' numbers, nulls as NaN."""
    whole: dict[str, Any] = {
        name: table.column(name).to_numpy(zero_copy_only=False) for name in table.column_names
    }
    mine = np.flatnonzero(whole.pop("world") == world)
    mine = mine[np.argsort(whole["centre"][mine], kind="stable")]
    return {name: column[mine].astype(np.float64) for name, column in whole.items()}


def _level(value: float | None, centres: int) -> Part:
    return (0.0, 0.0, 0.0) if value is None else (value, 1.0, float(centres))


def _sum(values: Values) -> float:
    return math.fsum(values)


def _dot(means: Values, counts: Values) -> float:
    used = counts > 0
    return math.fsum(means[used] * counts[used])
