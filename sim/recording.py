"""A recorded stream that stands in for the subsystem that published it."""

from collections.abc import Iterable
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from scenarios.events import event_schema

if TYPE_CHECKING:
    from sim.clock import Appointment
    from sim.world import World

__all__ = ["RecordedStream"]


class RecordedStream:
    """Republishes recorded events at their times, so that a consumer can run without its producer.

    Parameters
    ----------
    name : str
        Name of the subsystem it stands in for.
    events : iterable of events
        In any order; events of one instant are republished in the order given.
    """

    def __init__(self, name: str, events: Iterable[Any]) -> None:
        self.name = name
        self._events = sorted(events, key=itemgetter(0))

    @classmethod
    def from_table(cls, name: str, event: type, table: pa.Table) -> "RecordedStream":
        """Read the events of one topic back from its Arrow table.

        Columns that are not fields of the event (the run folder's ``cell``) are ignored.

        Raises
        ------
        ValueError
            If a field of the event is missing from the table or has another type.
        """
        columns = []
        for field in event_schema(event):
            found = table.schema.get_field_index(field.name)
            if found < 0 or table.schema.field(found).type != field.type:
                raise ValueError(
                    f"recording of {event.__name__}: no column {field.name} of type {field.type}"
                )
            columns.append(table.column(found).to_pylist())
        return cls(name, [event(*row) for row in zip(*columns, strict=True)])

    def start(self, world: "World") -> None:
        """Make an appointment for every event."""
        self._world = world
        for event in self._events:
            world.env.call_at(event[0], self._replay, event)

    def _replay(self, appointment: "Appointment") -> None:
        self._world.bus.publish(appointment.item)

    def drain(self) -> None:
        """Nothing to check: a recording holds nothing back."""
