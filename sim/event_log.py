"""The event log: every published event, in order, as Arrow tables with the published schemas."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

import pyarrow as pa

from scenarios.events import event_schema, topic

__all__ = ["EventLog"]


class EventLog:
    """Collects events off a bus and gives them back as one Arrow table a topic.

    Parameters
    ----------
    events
        The event classes that may be logged.  Publishing any other is an error, because its rows
        would have no published schema.
    """

    def __init__(self, events: Iterable[type]) -> None:
        self._events = tuple(events)
        self._rows: dict[type, list[Any]] = {event: [] for event in self._events}

    def record(self, event: Any) -> None:
        """Append one event.

        Raises
        ------
        KeyError
            If its class is not among the published ones.
        """
        self._rows[type(event)].append(event)

    def rows(self, event: type) -> list[Any]:
        """Events of one class in order of ``at_s``; at one instant, in order of publication.

        Publication itself may run ahead of the clock for events nobody subscribes to
        (`sim.world.World.announce`), hence the stable sort.
        """
        rows = self._rows[event]
        rows.sort(key=itemgetter(0))
        return rows

    def tables(self) -> dict[str, pa.Table]:
        """One table a topic, empty ones included, rows ordered as `rows` orders them."""
        tables = {}
        for event in self._events:
            rows, schema = self.rows(event), event_schema(event)
            # Column by column: zip(*rows) would make an iterator a row, and wake the collector.
            arrays = [
                pa.array(list(map(itemgetter(column), rows)), field.type)
                for column, field in enumerate(schema)
            ]
            tables[topic(event)] = pa.Table.from_arrays(arrays, schema=schema)
        return tables
