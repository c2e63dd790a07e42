"""The tables of one replication of one arm, a world at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["ShiftTables"]


@dataclass(frozen=True, slots=True)
class ShiftTables:
    """What a shift is drawn from.

    Attributes
    ----------
    arm : str
    replication : int
    tables : mapping of str to Table
        All of them, as `metrics.tables.RunTables.load` gives them.
    """

    arm: str
    replication: int
    tables: Mapping[str, pa.Table]

    def columns(self, topic: str, world: str, *names: str) -> dict[str, NDArray[Any]]:
        """Columns of an event in one world, in order of time; shape (events,) each."""
        table = self.tables[topic]
        rows = table.filter(pc.equal(table["cell"], pa.scalar(world))).select(["at_s", *names])
        rows = rows.sort_by("at_s")
        return {name: rows[name].to_numpy() for name in ("at_s", *names)}
