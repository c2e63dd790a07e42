"""The one table of a sweep: a row a cell, arm, metric and world."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from labgap.atomic import write_atomic
from labgap.sweep_cells import Cell
from metrics.catalogue import CATALOGUE
from metrics.records import Metrics
from scenarios.strict import Value

__all__ = ["cell_rows", "sweep_table", "write_table"]

MEASURED: dict[str, pa.DataType] = {
    "arm": pa.string(),
    "metric": pa.string(),
    "unit": pa.string(),
    "world": pa.string(),
    "value": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "n": pa.int64(),
    "run": pa.string(),
}
"""Columns after those of the axes."""


def cell_rows(cell: Cell, measured: Metrics, metrics: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of one cell: all parcels, in lab, production and their gap, with 95 % intervals."""
    return [
        {
            **cell.point,
            "arm": record.arm,
            "metric": record.metric,
            "unit": CATALOGUE[record.metric].unit,
            "world": record.condition,
            "value": record.value,
            "low": record.low,
            "high": record.high,
            "n": record.n,
            "run": cell.name,
        }
        for metric in metrics
        for record in measured.records
        if record.metric == metric and record.group == "all"
    ]


def sweep_table(rows: Sequence[Mapping[str, Any]], axes: Mapping[str, Iterable[Value]]) -> pa.Table:
    """Build the table.

    Parameters
    ----------
    rows : sequence of mapping
    axes : mapping of str to iterable of value
        What each axis takes, which decides its column's type: whole numbers, numbers, or text.
    """
    fields: dict[str, pa.DataType] = {name: _type(values) for name, values in axes.items()}
    columns: dict[str, pa.DataType] = {**fields, **MEASURED}
    shaped = [{name: _fit(row[name], kind) for name, kind in columns.items()} for row in rows]
    return pa.Table.from_pylist(shaped, schema=pa.schema(list(columns.items())))


def _type(values: Iterable[Value]) -> pa.DataType:
    kinds = {type(value) for value in values}
    if kinds == {int}:
        return pa.int64()
    return pa.float64() if kinds <= {int, float} else pa.string()


def _fit(value: Any, kind: pa.DataType) -> Any:
    return str(value) if kind == pa.string() and value is not None else value


def write_table(folder: Path, table: pa.Table) -> None:
    """Write ``table.parquet`` and ``table.csv``; the same table gives the same bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    write_atomic(folder / "table.parquet", sink.getvalue().to_pybytes())
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(table, sink)
    write_atomic(folder / "table.csv", sink.getvalue().to_pybytes())
