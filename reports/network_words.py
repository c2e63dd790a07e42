"""A network run in sentences and tables."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from metrics.network import NETWORK_ARM, mean_over_replications
from metrics.network_catalogue import NETWORK_CATALOGUE, STATION_WORDS
from metrics.records import Metrics, Record
from reports.quantities import Unit, count, difference, interval, value
from reports.tables import Cell, Column, Table, number_cell, table, text_cell
from scenarios.network_scenario import NetworkScenario
from scenarios.network_tables import NETWORK_STATIONS

__all__ = ["CentreMeans", "centre_means", "figures_table", "headline", "points", "worst_table"]

MOST_CENTRES = 20
"""Rows of the table of the worst centres; the run's tables hold all."""
_UNITS = {"share": Unit.SHARE, "s": Unit.SECONDS, "parcels": Unit.NUMBER}
_COLUMNS = ("rate_per_h", "base_parcels", "late_base_parcels", "time_in_centre_p95_s")
_WAITS = tuple(f"{name}_wait_p95_s" for name in NETWORK_STATIONS)

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CentreMeans:
    """Each centre over all replications.

    Attributes
    ----------
    rate_per_h : ndarray, shape (centres,)
    late, p95_s : dict of str to ndarray
        By world: share of base parcels past the cut-off, and 95th percentile of the time inside.
    slowest : list of str
        Station with the longest 95 % wait in production, in words.
    """

    rate_per_h: Values
    late: dict[str, Values]
    p95_s: dict[str, Values]
    slowest: list[str]


def centre_means(tables: Sequence[pa.Table]) -> CentreMeans:
    """Average each centre over the replications, one table each."""
    found = {
        world: mean_over_replications(tables, world, (*_COLUMNS, *_WAITS))
        for world in ("lab", "production")
    }
    waits = np.nan_to_num(np.stack([found["production"][name] for name in _WAITS]), nan=-1.0)
    return CentreMeans(
        found["lab"]["rate_per_h"],
        {
            world: columns["late_base_parcels"] / np.maximum(columns["base_parcels"], 1e-300)
            for world, columns in found.items()
        },
        {world: columns["time_in_centre_p95_s"] for world, columns in found.items()},
        [STATION_WORDS[NETWORK_STATIONS[index]] for index in waits.argmax(axis=0)],
    )


def headline(metrics: Metrics) -> str:
    """Say in one sentence what production costs."""
    lab, floor, gap = (_record(metrics, "late_share", world) for world in _WORLDS)
    share = value(floor.value, Unit.SHARE)
    if floor.value is None:
        return "No parcel arrived, so nothing was measured."
    if not floor.value and not lab.value:
        return "No parcel missed the cut-off, in the lab or in production."
    words = f"{share} of the parcels miss the cut-off in production, {_in_lab(lab)} in the lab"
    if gap.low is None or gap.high is None:
        return f"{words}."
    sure = gap.low > 0.0 or gap.high < 0.0
    return f"{words}{'' if sure else ', a difference that chance alone could make'}."


_WORLDS = ("lab", "production", "gap")


def _in_lab(record: Record) -> str:
    return "none" if record.value == 0.0 else value(record.value, Unit.SHARE)


def points(scenario: NetworkScenario, metrics: Metrics) -> list[tuple[str, str]]:
    """What an operations lead asks next, each as a topic and a sentence or two."""

    def level(name: str, world: str, unit: Unit) -> str:
        return value(_record(metrics, name, world).value, unit)

    missed = _record(metrics, "centres_late_share", "production").value or 0.0
    worst = level("late_share_worst_decile", "production", Unit.SHARE)
    stations = sorted(
        NETWORK_STATIONS,
        key=lambda name: _rise(metrics, f"wait.{name}_mean_s"),
        reverse=True,
    )
    name = stations[0]
    wait = f"wait.{name}_mean_s"
    used = f"utilisation.{name}"
    return [
        (
            "Which centres",
            f"{value(missed, Unit.SHARE)} of {scenario.network.centres:,} centres have more than "
            f"1% of their parcels late. In the worst tenth {worst} are late.",
        ),
        (
            "Where they wait",
            f"The wait grows most at {STATION_WORDS[name]}: on average from "
            f"{level(wait, 'lab', Unit.SECONDS)} in the lab to "
            f"{level(wait, 'production', Unit.SECONDS)} in production, where it is in use "
            f"{level(used, 'production', Unit.SHARE)} of the time "
            f"({level(used, 'lab', Unit.SHARE)} in the lab).",
        ),
        (
            "How long inside",
            f"In the middle centre 95% of parcels are through within "
            f"{level('time_in_centre.p95_middle_s', 'production', Unit.SECONDS)} "
            f"({level('time_in_centre.p95_middle_s', 'lab', Unit.SECONDS)} in the lab); in the "
            f"worst tenth within "
            f"{level('time_in_centre.p95_worst_decile_s', 'production', Unit.SECONDS)}.",
        ),
        (
            "Backlog",
            f"At the fullest hour {level('backlog_peak', 'production', Unit.NUMBER)} parcels are "
            f"inside all centres, against {level('backlog_peak', 'lab', Unit.NUMBER)} in the lab.",
        ),
    ]


def figures_table(metrics: Metrics) -> Table:
    """Every metric in both worlds, with its gap."""
    rows = []
    for name, spec in NETWORK_CATALOGUE.items():
        lab, floor, gap = (_record(metrics, name.removeprefix("network."), w) for w in _WORLDS)
        unit = _UNITS[spec.unit]
        rows.append(
            (
                text_cell(spec.title, name),
                number_cell(lab.value, value(lab.value, unit)),
                number_cell(floor.value, value(floor.value, unit)),
                number_cell(gap.value, difference(gap.value, unit)),
                number_cell(gap.low, interval(gap.low, gap.high, unit, is_difference=True)),
            )
        )
    columns = (
        Column("Metric"),
        Column("Lab", True),
        Column("Production", True),
        Column("Gap (lab \u2212 production)", True),
        Column("95% interval of the gap", True),
    )
    return table("figures", "Both worlds, all centres", columns, rows)


def worst_table(means: CentreMeans) -> Table:
    """The centres with most late parcels in production, then with the longest times."""
    late = means.late["production"]
    longest = np.nan_to_num(means.p95_s["production"], nan=-1.0)
    order = np.lexsort((np.arange(len(late)), -longest, -late))[:MOST_CENTRES]
    rows = [_centre(means, int(number)) for number in order]
    columns = (
        Column("Centre", True),
        Column("Base parcels an hour", True),
        Column("Late, lab", True),
        Column("Late, production", True),
        Column("95% time, lab", True),
        Column("95% time, production", True),
        Column("Longest wait at"),
    )
    caption = f"The {len(rows)} centres with most parcels past the cut-off, mean over replications"
    return table("worst", caption, columns, rows)


def _centre(means: CentreMeans, number: int) -> tuple[Cell, ...]:
    def level(found: Mapping[str, Values], world: str, unit: Unit) -> Cell:
        told = float(found[world][number])
        known = None if math.isnan(told) else told
        return number_cell(known, value(known, unit))

    rate = float(means.rate_per_h[number])
    return (
        number_cell(number, str(number)),
        number_cell(rate, count(round(rate))),
        level(means.late, "lab", Unit.SHARE),
        level(means.late, "production", Unit.SHARE),
        level(means.p95_s, "lab", Unit.SECONDS),
        level(means.p95_s, "production", Unit.SECONDS),
        text_cell(means.slowest[number]),
    )


def _record(metrics: Metrics, name: str, condition: str) -> Record:
    return metrics.get(f"network.{name}", arm=NETWORK_ARM, condition=condition)


def _rise(metrics: Metrics, name: str) -> float:
    gap = _record(metrics, name, "gap").value
    return -math.inf if gap is None else -gap
