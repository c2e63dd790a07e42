"""The tables of a run, checked against the published schemas before anything is counted."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from metrics.errors import MetricsError, MissingTableError, WrongSchemaError
from scenarios.events import (
    EVENT_SCHEMA_VERSION,
    EVENTS,
    READINGS,
    TRUTH_CONDITIONS,
    TRUTH_PARCELS,
    BreakMissed,
    BreakTaken,
    OperatorCame,
    OperatorWent,
    event_schema,
    topic,
)
from scenarios.floor_events import FLOOR_EVENTS

__all__ = ["TABLES", "RunTables"]

Key = tuple[str, int]
Tables = Mapping[str, pa.Table]

_TRUTH = {"parcels": TRUTH_PARCELS, "conditions": TRUTH_CONDITIONS}
_EVENTS = {topic(event): event_schema(event) for event in EVENTS}
_LATER = tuple(
    frozenset(topic(event) for event in events)
    for events in ((OperatorCame, OperatorWent, BreakTaken, BreakMissed), FLOOR_EVENTS)
)
"""Events the first runs did not have: where all of a set are missing, none of them happened."""
TABLES: Mapping[str, pa.Schema] = {**_EVENTS, "readings": READINGS, **_TRUTH}
"""Every table a replication must have; event tables carry one more column, ``cell``."""


class RunTables:
    """The tables of a run, one arm and replication at a time, so that memory stays flat.

    Make one with `open` (a run folder) or `from_tables` (Arrow tables in memory).
    """

    def __init__(self, loaders: Mapping[Key, Callable[[str], pa.Table]], origin: str) -> None:
        if not loaders:
            raise MissingTableError(f"{origin}: no arm and replication found; did the run finish?")
        self._loaders = dict(sorted(loaders.items()))
        self._origin = origin

    @classmethod
    def open(cls, folder: Path | str) -> "RunTables":
        """Find the arms and replications of a run folder.

        Raises
        ------
        MissingTableError
            If the folder has no events.
        """
        root = Path(folder)
        loaders: dict[Key, Callable[[str], pa.Table]] = {}
        for events in sorted((root / "events").glob("arm=*/rep=*")):
            arm, digits = events.parent.name.removeprefix("arm="), events.name.removeprefix("rep=")
            if events.is_dir() and digits.isascii() and digits.isdigit():
                truth = root / "truth" / events.name
                loaders[arm, int(digits)] = _FolderLoader(events, truth)
        return cls(loaders, str(root))

    @classmethod
    def from_tables(cls, run: Mapping[Key, Tables]) -> "RunTables":
        """Take tables as ``{(arm, replication): {table name: table}}``."""
        return cls({key: _MemoryLoader(tables) for key, tables in run.items()}, "tables in memory")

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms, sorted."""
        return tuple(sorted({arm for arm, _ in self._loaders}))

    def replications(self, arm: str) -> tuple[int, ...]:
        """Indices of the replications of `arm`, ascending."""
        return tuple(replication for name, replication in self._loaders if name == arm)

    def load(self, arm: str, replication: int) -> dict[str, pa.Table]:
        """Return every table of one arm and replication, checked.

        Raises
        ------
        MissingTableError
            If the arm, the replication or one of its tables is not there.
        WrongSchemaError
            If a table was not written by labgap, or by another schema version, or lacks a column.
        """
        return {name: self._load(name, arm, replication) for name in TABLES}

    def table(self, name: str) -> pa.Table:
        """Return one table over all arms and replications, with columns ``arm`` and ``rep``.

        Raises
        ------
        KeyError
            If `name` is not one of `TABLES`.
        MissingTableError, WrongSchemaError
            As `load`.
        """
        TABLES[name]
        parts = []
        for arm, replication in self._loaders:
            part = self._load(name, arm, replication).replace_schema_metadata(None)
            part = part.append_column("arm", pa.repeat(pa.scalar(arm), part.num_rows))
            parts.append(part.append_column("rep", pa.repeat(replication, part.num_rows)))
        return pa.concat_tables(parts)

    def _load(self, name: str, arm: str, replication: int) -> pa.Table:
        where = f"{self._origin}: {name} of arm {arm!r}, replication {replication}"
        try:
            table = self._loaders[arm, replication](name)
        except (KeyError, FileNotFoundError):
            if self._is_older(name, arm, replication):
                return _schema(name).empty_table()
            raise MissingTableError(f"{where} is missing; finish the run with --resume") from None
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise MetricsError(f"{where} cannot be read: {error}") from error
        return _checked(table, name, where)

    def _is_older(self, name: str, arm: str, replication: int) -> bool:
        """Whether a run was made before there was such a table, and so has none of its set."""
        load = self._loaders.get((arm, replication))
        if load is None:
            return False
        for names in _LATER:
            if name in names:
                for other in names:
                    try:
                        load(other)
                    except (KeyError, FileNotFoundError):
                        continue
                    return False
                return True
        return False


class _FolderLoader:
    def __init__(self, events: Path, truth: Path) -> None:
        self._events, self._truth = events, truth

    def __call__(self, name: str) -> pa.Table:
        file = (self._truth if name in _TRUTH else self._events) / f"{name}.parquet"
        # ParquetFile reads this one file: no glob characters, no columns made up from folders.
        with pq.ParquetFile(file) as parquet:
            return parquet.read()


class _MemoryLoader:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def __call__(self, name: str) -> pa.Table:
        return self._tables[name]


def _checked(table: pa.Table, name: str, where: str) -> pa.Table:
    """Return `table` with its published columns only, strings decoded, or say what is wrong."""
    metadata = table.schema.metadata or {}
    written_as = metadata.get(b"labgap.topic", metadata.get(b"labgap.table"))
    if written_as is None:
        raise WrongSchemaError(f"{where} carries no labgap schema; it was not written by labgap")
    if written_as != name.encode():
        raise WrongSchemaError(f"{where} holds the table {written_as.decode(errors='replace')!r}")
    version = metadata.get(b"labgap.version", b"?").decode(errors="replace")
    if version != str(EVENT_SCHEMA_VERSION):
        raise WrongSchemaError(
            f"{where} has schema version {version}, this labgap reads {EVENT_SCHEMA_VERSION}; "
            "run the scenario again or use the labgap that wrote it"
        )
    schema = _schema(name)
    columns = []
    for field in schema:
        if table.schema.names.count(field.name) != 1:
            raise WrongSchemaError(f"{where} needs the column {field.name!r} exactly once")
        column = table.column(field.name)
        if pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type):
            column = column.cast(pa.string())
        if column.type != field.type:
            raise WrongSchemaError(f"{where}: {field.name} is {column.type}, not {field.type}")
        if not field.nullable and column.null_count:
            raise WrongSchemaError(f"{where}: {field.name} has {column.null_count} empty values")
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=schema)


def _schema(name: str) -> pa.Schema:
    """Columns a table of a run has: those of its topic, and the cell of an event."""
    schema = TABLES[name]
    if name in _EVENTS:
        schema = schema.append(pa.field("cell", pa.string(), nullable=False))
    return schema
