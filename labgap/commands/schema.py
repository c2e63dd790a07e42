"""``labgap schema``: the published schemas."""

from enum import StrEnum
from typing import Annotated

import typer

from labgap.commands.options import Smoke
from labgap.console import emit_json
from scenarios import events, network_tables
from scenarios.schema import json_schema

__all__ = ["schema"]


class Subject(StrEnum):
    """Which schema."""

    SCENARIO = "scenario"
    NETWORK = "network"
    EVENTS = "events"


def schema(
    subject: Annotated[Subject, typer.Argument()] = Subject.SCENARIO, smoke: Smoke = False
) -> None:
    """Print the JSON Schema of scenarios or of networks, or the columns of every table of a run."""
    if subject is not Subject.EVENTS:
        emit_json(json_schema(network=subject is Subject.NETWORK))
        return
    tables = {events.topic(event): events.event_schema(event) for event in events.EVENTS}
    tables |= {
        "readings": events.READINGS,
        "parcels": events.TRUTH_PARCELS,
        "conditions": events.TRUTH_CONDITIONS,
        "centres": network_tables.CENTRES,
        "hours": network_tables.HOURS,
    }
    emit_json(
        {
            name: {
                field.name: f"{field.type}{' or null' if field.nullable else ''}" for field in table
            }
            for name, table in tables.items()
        }
    )
