"""From the tables of a run to the evidence of its arms."""

import hashlib
import json

import numpy as np

from metrics.accumulation import item_sums
from metrics.catalogue import CATALOGUE, MetricKind, Scope
from metrics.cells import LAB, PRODUCTION
from metrics.database import Database
from metrics.errors import InconsistentRunError
from metrics.gate.evidence import FLAGS, TIMES, ArmEvidence, Population, Values
from metrics.gate.packed_bits import Mask
from metrics.items import Items, read_items
from metrics.stations import station_sums
from metrics.tables import RunTables
from scenarios.model import Sorting

__all__ = ["collect"]

_TRUTH = "SELECT parcel_id, lane, tracking_id, sort_code, chute FROM items ORDER BY item"
_CELLS = [LAB, PRODUCTION]


def collect(tables: RunTables, sorting: Sorting, arms: list[str]) -> list[ArmEvidence]:
    """Read the evidence of each of `arms`; they share one population.

    Raises
    ------
    MetricsError
        If a table is missing or contradicts another, or two arms met different parcels.
    """
    found: list[ArmEvidence] = []
    for arm in arms:
        evidence = _collect_arm(tables, sorting, arm)
        if found and evidence.population.truth != found[0].population.truth:
            raise InconsistentRunError(f"arms {found[0].arm!r} and {arm!r} met different parcels")
        found.append(evidence)
    return found


def _collect_arm(tables: RunTables, sorting: Sorting, arm: str) -> ArmEvidence:
    database = Database()
    replications = tables.replications(arm)
    parcels: list[int] = []
    truth: list[str] = []
    members: list[dict[str, Mask]] = []
    flags: dict[str, list[Mask]] = {name: [] for name in FLAGS}
    times: dict[str, list[Values]] = {name: [] for name in TIMES}
    sums: dict[tuple[str, str], Values] = {}
    for row, replication in enumerate(replications):
        where = f"arm {arm!r}, replication {replication}"
        database.hold(tables.load(arm, replication), where)
        items = read_items(database, sorting.lane)
        parcels.append(items.size)
        truth.append(_truth_digest(database))
        members.append({name: _mask(items.size, rows) for name, rows in items.groups.items()})
        for name in FLAGS:
            flags[name].append(items.columns[name][:, _CELLS] > 0.5)
        for name in TIMES:
            times[name].append(items.columns[name][:, _CELLS])
        for metric, group, block in _sums(database, items, sorting):
            whole = sums.setdefault((metric, group), np.zeros((len(replications), 3, 2)))
            whole[row] = block
    return ArmEvidence(
        arm,
        Population(tuple(parcels), tuple(truth), _by_group(parcels, members)),
        {name: tuple(masks) for name, masks in flags.items()},
        sums,
        {name: tuple(values) for name, values in times.items()},
    )


def _truth_digest(database: Database) -> str:
    columns = [column.tolist() for column in database.fetch(_TRUTH).values()]
    text = json.dumps(columns, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _mask(size: int, rows: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Mask:
    mask = np.zeros(size, dtype=np.bool_)
    mask[rows] = True
    return mask


def _by_group(parcels: list[int], members: list[dict[str, Mask]]) -> dict[str, tuple[Mask, ...]]:
    """A kind may hit nobody in one replication and somebody in the next."""
    return {
        name: tuple(
            of_one.get(name, np.zeros(size, dtype=np.bool_))
            for size, of_one in zip(parcels, members, strict=True)
        )
        for name in sorted({name for of_one in members for name in of_one})
    }


def _sums(database: Database, items: Items, sorting: Sorting) -> list[tuple[str, str, Values]]:
    found = []
    for spec in CATALOGUE.values():
        if spec.scope is Scope.STATION or spec.kind is MetricKind.PROPORTION:
            continue
        for group, rows in {"all": np.arange(items.size), **items.groups}.items():
            if group == "all" or group.startswith("lane="):
                found.append((spec.name, group, item_sums(spec, items, rows)[:3][:, _CELLS]))
    for part in station_sums(database, sorting):
        block = np.stack((part.numerator, part.denominator, part.n))[:, _CELLS]
        found.append((part.metric, part.group, block))
    return found
