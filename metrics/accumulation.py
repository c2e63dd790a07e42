"""Per-replication sums of every metric and group of one arm."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from metrics.catalogue import CATALOGUE, MetricKind, MetricSpec, Scope
from metrics.cells import CELLS, CONTRASTS
from metrics.database import Database
from metrics.estimates import Moves, Sums
from metrics.exploration import EXPLORED_METRIC
from metrics.funnel import funnel, reached
from metrics.items import Items, read_items
from metrics.noticing import Night, read_night
from metrics.stations import station_sums
from metrics.tables import RunTables
from scenarios.model import Sorting

__all__ = ["ArmSums", "item_sums"]

_WEIGHTS = np.array(list(CONTRASTS.values()), dtype=np.float64).T
_QUANTILE = 0.95
Block = NDArray[np.float64]


class ArmSums:
    """Everything about one arm that estimates need.

    Parameters
    ----------
    tables : RunTables
    arm : str
    sorting : Sorting
        Of the scenario that ran.

    Attributes
    ----------
    items : int
        Base parcels scored, over all replications.
    unanswered : int
        Answers that should be there and are not; they count as no-reads.
    reached : Counter
        Base parcels by cell and stage of the funnel, over all replications.
    nights : list of Night
        Of each replication, what it takes to watch its lasting faults; empty where none can be.

    Raises
    ------
    MetricsError
        If a table is missing, foreign or contradicts another.
    """

    def __init__(self, tables: RunTables, arm: str, sorting: Sorting) -> None:
        self._replications = tables.replications(arm)
        # (metric, group) -> [replication, sum, column]: numerator, denominator and n by cell, then
        # up, down and squares by contrast.
        self._blocks: dict[tuple[str, str], Block] = {}
        self._explored: dict[str, Block] = {}
        self.items = self.unanswered = 0
        self.reached: Counter[tuple[str, str]] = Counter()
        self.nights: list[Night] = []
        database = Database()
        for row, replication in enumerate(self._replications):
            where = f"arm {arm!r}, replication {replication}"
            loaded = tables.load(arm, replication)
            database.hold(loaded, where)
            self.reached += reached(funnel(loaded, sorting.line_haul))
            items = read_items(database, sorting.lane)
            self.items += items.size
            self.unanswered += items.unanswered
            self._add_items(row, items)
            night = read_night(database, sorting)
            if night is not None:
                self.nights.append(night)
            for part in station_sums(database, sorting):
                self._block(part.metric, part.group)[row, :3] = (
                    part.numerator,
                    part.denominator,
                    part.n,
                )

    def groups(self, metric: str) -> Iterator[str]:
        """Groups in which `metric` was counted."""
        return (group for name, group in self._blocks if name == metric)

    def sums(self, metric: str, group: str) -> Sums:
        """Sums of a metric over a group."""
        block = self._blocks[metric, group]
        return Sums(block[:, 0], block[:, 1], block[:, 2])

    def explored(self) -> dict[str, Sums]:
        """Sums of `EXPLORED_METRIC` over every group, those without records included."""
        counted = {
            group: self.sums(EXPLORED_METRIC, group) for group in self.groups(EXPLORED_METRIC)
        }
        more = {
            group: Sums(block[:, 0], block[:, 1], block[:, 2])
            for group, block in sorted(self._explored.items())
        }
        return counted | more

    def moves(self, metric: str, group: str, contrast: str) -> Moves | None:
        """How a contrast moves the items, or None if their cells do not hold the same ones."""
        spec = CATALOGUE[metric]
        if spec.kind is not MetricKind.PROPORTION or spec.denominator is not None:
            return None
        column = list(CONTRASTS).index(contrast)
        block = self._blocks[metric, group]
        return Moves(block[:, 3, column], block[:, 4, column], block[:, 5, column])

    def _block(self, metric: str, group: str) -> Block:
        return self._blocks.setdefault((metric, group), self._empty())

    def _empty(self) -> Block:
        return np.zeros((len(self._replications), 6, len(CELLS)))

    def _add_items(self, row: int, items: Items) -> None:
        groups = {"all": np.arange(items.size), **items.groups}
        for spec in CATALOGUE.values():
            if spec.scope is Scope.STATION:
                continue
            for group, members in groups.items():
                if spec.kind is MetricKind.PROPORTION or group == "all" or group[:5] == "lane=":
                    self._block(spec.name, group)[row] = item_sums(spec, items, members)
        for group, members in items.explored.items():
            block = self._explored.setdefault(group, self._empty())
            block[row] = item_sums(CATALOGUE[EXPLORED_METRIC], items, members)


def item_sums(spec: MetricSpec, items: Items, members: NDArray[np.int64]) -> Block:
    """Sums of one replication, shape (6, 4)."""
    assert spec.numerator is not None
    block = np.zeros((6, len(CELLS)))
    values = items.columns[spec.numerator][members]
    if spec.kind is MetricKind.QUANTILE:
        if len(members):
            block[0] = np.quantile(values, _QUANTILE, axis=0)
            block[1] = 1.0
            block[2] = len(members)
        return block
    block[0] = values.sum(axis=0)
    if spec.denominator is None:
        block[1] = len(members)
    else:
        block[1] = items.columns[spec.denominator][members].sum(axis=0)
    block[2] = block[1]
    if spec.kind is MetricKind.PROPORTION and spec.denominator is None:
        moved = values @ _WEIGHTS
        block[3] = (moved > 0.0).sum(axis=0)
        block[4] = (moved < 0.0).sum(axis=0)
        block[5] = (moved**2).sum(axis=0)
    return block
