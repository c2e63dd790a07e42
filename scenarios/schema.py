"""The scenario format as JSON Schema, for editors, other languages and our own messages."""

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from scenarios.degradations import KINDS
from scenarios.model import Scenario
from scenarios.network_scenario import NetworkScenario
from scenarios.units import unit_of

__all__ = ["SCHEMA_ID", "describes_network", "field_schema", "json_schema", "resolved_schema"]

SCHEMA_ID = "urn:labgap:scenario:1"
NETWORK_SCHEMA_ID = "urn:labgap:network-scenario:1"
_PARTIAL = "Partial"
_PREFIX = "#/$defs/"
Json = dict[str, Any]


def describes_network(data: Any) -> bool:
    """Say whether a document has a network of centres in place of a sorting centre."""
    return isinstance(data, Mapping) and "network" in data and "sorting" not in data


def json_schema(*, network: bool = False) -> Json:
    """JSON Schema (draft 2020-12) of a scenario *file*, of one centre or of a network.

    A file may leave out whatever it inherits through ``extends``; a file without it must be
    complete.  Bounds, descriptions and units (``x-unit``) come from the model.  Rules that tie
    several keys together (a surge ends after it starts) are checked by the loader alone.

    Returns
    -------
    dict
        A fresh copy, safe to change.
    """
    return copy.deepcopy(_file_schema(network))


@cache
def resolved_schema(network: bool = False) -> Json:
    """JSON Schema of a resolved scenario, after ``extends``; shared, not to be changed."""
    schema = (NetworkScenario if network else Scenario).model_json_schema()
    definitions: Json = schema["$defs"]
    if "DegradationShare" in definitions:
        definitions["DegradationShare"]["properties"]["kind"]["description"] += " " + " ".join(
            f"`{kind.name}` ({kind.scope.value}): {kind.summary}" for kind in KINDS.values()
        )
    for model in (schema, *definitions.values()):
        model.pop("title", None)
        for name, field in model.get("properties", {}).items():
            field.pop("title", None)
            _forget_infinite_defaults(field)
            unit = unit_of(name)
            if unit is not None:
                field["x-unit"] = unit
                field["description"] = f"{field['description']} In {unit}."
    return schema


def _forget_infinite_defaults(field: Json) -> None:
    # An empty list or mapping as default says nothing that the description does not.
    if field.get("default") in ([], {}):
        del field["default"]


@cache
def _definitions() -> Json:
    """Every part of either sort of scenario; parts of one name are the same part."""
    return {**resolved_schema()["$defs"], **resolved_schema(network=True)["$defs"]}


@cache
def _file_schema(network: bool) -> Json:
    full = copy.deepcopy(resolved_schema(network))
    definitions: Json = full.pop("$defs")
    partial = {_PARTIAL + name: _relaxed(model) for name, model in definitions.items()}
    extra = {
        "$schema": {"type": "string", "description": "For editors; the loader ignores it."},
        "extends": {
            "type": "string",
            "description": "A library scenario, or a file in the same folder or below, to start "
            "from: mappings are merged, lists and single values replaced.",
        },
    }
    whole, relaxed = full, _relaxed(full)
    for model in (whole, relaxed):
        model["properties"] = {**extra, **model["properties"]}
    # What a scenario inherits must not lend it its name: two different ones would share it.
    relaxed["required"] = ["extends", "name"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": NETWORK_SCHEMA_ID if network else SCHEMA_ID,
        "title": "labgap scenario",
        "description": "What happens at a network of centres, how often."
        if network
        else "What happens, to which systems, how often.",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": f"{_PREFIX}{_PARTIAL}Scenario"},
        "else": {"$ref": f"{_PREFIX}Scenario"},
        "$defs": {
            **definitions,
            "Scenario": whole,
            **partial,
            f"{_PARTIAL}Scenario": relaxed,
        },
    }


def _relaxed(model: Json) -> Json:
    """Copy of an object schema whose keys may be left out, at any depth but inside lists."""
    relaxed = copy.deepcopy(model)
    relaxed.pop("required", None)
    for name, field in relaxed.get("properties", {}).items():
        relaxed["properties"][name] = _retarget(field, lambda ref: _PREFIX + _PARTIAL + ref)
    return relaxed


def _retarget(field: Json, rename: Callable[[str], str]) -> Json:
    changed = dict(field)
    if "$ref" in changed:
        changed["$ref"] = rename(changed["$ref"].removeprefix(_PREFIX))
    for union in ("anyOf", "oneOf"):
        if union in changed:
            changed[union] = [_retarget(option, rename) for option in changed[union]]
    if "oneOf" in changed:
        # Without its `kind` several partial options may match, and that is fine.
        changed["anyOf"] = changed.pop("oneOf")
        changed.pop("discriminator", None)
    return changed


def field_schema(path: Sequence[str | int], data: Any) -> Json | None:
    """Return the schema of one key of a resolved scenario.

    Parameters
    ----------
    path : sequence of str and int
    data : plain data of the scenario
        Decides which option of a union is meant, by its ``kind``.

    Returns
    -------
    dict or None
        None where the format has no such key.
    """
    root = resolved_schema(describes_network(data))
    schema: Json | None = {key: value for key, value in root.items() if key != "$defs"}
    here = data
    for part in path:
        if schema is None:
            return None
        schema = _resolve(_child(schema, part), _step(here, part))
        here = _step(here, part)
    return schema


def _step(data: Any, part: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(part)
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return data[part]
    return None


def _child(schema: Json, part: str | int) -> Json | None:
    child: Any
    if isinstance(part, int):
        fixed = schema.get("prefixItems", [])
        child = fixed[part] if part < len(fixed) else schema.get("items")
    else:
        child = schema.get("properties", {}).get(part, schema.get("additionalProperties"))
    return child if isinstance(child, dict) else None


def _resolve(schema: Json | None, data: Any) -> Json | None:
    if schema is None:
        return None
    own = {key: value for key, value in schema.items() if key not in ("$ref", "oneOf", "anyOf")}
    if "$ref" in schema:
        target = _definitions()[schema["$ref"].removeprefix(_PREFIX)]
        return {**target, **own}
    if "oneOf" in schema:
        kinds: Json = schema["discriminator"]["mapping"]
        kind = data.get("kind") if isinstance(data, dict) else None
        if isinstance(kind, str) and kind in kinds:
            return {**(_resolve({"$ref": kinds[kind]}, data) or {}), **own}
        return {"kinds": sorted(kinds), "type": "object", **own}
    options = [option for option in schema.get("anyOf", []) if option.get("type") != "null"]
    if len(options) == 1:
        return {**(_resolve(options[0], data) or {}), **own, "nullable": True}
    return schema
