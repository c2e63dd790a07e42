"""A private DuckDB over the tables of one arm and replication at a time."""

from collections.abc import Mapping
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from metrics.cells import CELLS
from metrics.errors import InconsistentRunError

__all__ = ["Database"]


class Database:
    """In-memory DuckDB that can touch neither files nor the caller's variables.

    Attributes
    ----------
    where : str
        Arm and replication whose tables it holds, for messages.
    """

    def __init__(self) -> None:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "enable_external_access": False,
            "python_enable_replacements": False,
            "threads": 1,
        }
        self.where = ""
        self._connection = duckdb.connect(":memory:", config=settings)

    def hold(self, tables: Mapping[str, pa.Table], where: str) -> None:
        """Take the tables of one arm and replication in place of those held before.

        Parameters
        ----------
        tables
            From `metrics.tables.RunTables.load`: all of them, under their own names.
        where : str
            Arm and replication.

        Raises
        ------
        InconsistentRunError
            If an event happened in a cell that the experiment does not have.
        """
        self.where = where
        for name, table in tables.items():
            self._connection.register(name, table)
            if "cell" in table.schema.names:
                unknown = set(table.column("cell").unique().to_pylist()) - set(CELLS)
                if unknown:
                    raise InconsistentRunError(f"{where}: {name} has unknown cells {unknown}")

    def execute(self, statement: str, parameters: Mapping[str, object] | None = None) -> None:
        """Run a statement that returns nothing."""
        self._connection.execute(statement, dict(parameters or {}))

    def fetch(
        self, query: str, parameters: Mapping[str, object] | None = None
    ) -> dict[str, NDArray[Any]]:
        """Return the columns of a query, which must not be NULL anywhere."""
        columns = self._connection.execute(query, dict(parameters or {})).fetchnumpy()
        return {name: np.asarray(column) for name, column in columns.items()}
