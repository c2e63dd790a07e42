"""``labgap schema``: the published schemas."""

from enum import StrEnum
from typing import Annotated

import typer

from labgap.commands.options import Smoke
from labgap.console import emit_json
from scenarios import events
from scenarios.schema import json_schema

__all__ = ["schema"]


class Subject(StrEnum):
    """Which schema."""

    SCENARIO = "scenario"
    EVENTS = "events"


def schema(
    subject: Annotated[Subject, typer.Argument()] = Subject.SCENARIO, smoke: Smoke = False
) -> None:
    """Print the JSON Schema of scenarios, or the columns of every table of a run."""
    if subject is Subject.SCENARIO:
        emit_json(json_schema())
        return
    tables = {events.topic(event): events.event_schema(event) for event in events.EVENTS}
    tables |= {
        "readings": events.READINGS,
        "parcels": events.TRUTH_PARCELS,
        "conditions": events.TRUTH_CONDITIONS,
    }
    emit_json(
        {
            name: {
                field.name: f"{field.type}{' or null' if field.nullable else ''}" for field in table
            }
            for name, table in tables.items()
        }
    )
