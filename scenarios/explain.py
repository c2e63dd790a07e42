"""Turn a validation error into problems: file:line, key path, and how to mend each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from scenarios.did_you_mean import did_you_mean
from scenarios.errors import Problem, printable
from scenarios.located import Located, key_path, nearest
from scenarios.schema import field_schema
from scenarios.units import unit_of

__all__ = ["explain", "guidance"]

Path = tuple[str | int, ...]
Json = Mapping[str, Any]
Lookup = Callable[[Path, Any], Json | None]
"""Finds the schema of a key, as `scenarios.schema.field_schema` does."""
LISTED = 16
"""Known keys listed at most when there is no close match."""


def guidance(schema: Json) -> str:
    """What a key takes, in words: ``a number above 0 and up to 2.5, in m/s``."""
    if "const" in schema or "enum" in schema:
        known = schema.get("enum") or [schema["const"]]
        return " or ".join(str(value) for value in known)
    if "kinds" in schema:
        return "a mapping with kind: " + " or ".join(schema["kinds"])
    kind = schema.get("type")
    words = {
        "string": "text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "array": "a list",
        "object": "a mapping with keys",
    }
    if not isinstance(kind, str):
        return "text, a number, true or false"
    text = words[kind] + _range(schema) + _size(schema)
    if schema.get("pattern", "").startswith("^[a-z][a-z0-9_]{0"):
        text = "lower-case letters, digits and _, beginning with a letter, 64 at most"
    elif schema.get("pattern") == "^[A-Z]{3}$":
        text = "three capital letters, e.g. EUR"
    elif "pattern" in schema:
        text = "lower-case words joined by dots, such as accuracy.forced"
    if kind == "object" and schema.get("properties"):
        text = "a mapping with " + ", ".join(schema.get("required", schema["properties"]))
    if "x-unit" in schema:
        text += f", in {schema['x-unit']}"
    return text + (", or null" if schema.get("nullable") else "")


def _range(schema: Json) -> str:
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    high = schema.get("maximum")
    if low is not None and high is not None:
        return f" from {_number(low)} to {_number(high)}"
    parts = []
    if low is not None:
        parts.append(f"of {_number(low)} or more")
    if above is not None:
        parts.append(f"above {_number(above)}")
    if high is not None:
        parts.append(f"up to {_number(high)}")
    return " " + " and ".join(parts) if parts else ""


def _size(schema: Json) -> str:
    for least, most, noun in (
        ("minLength", "maxLength", "characters"),
        ("minItems", "maxItems", "entries"),
        ("minProperties", "maxProperties", "keys"),
    ):
        low, high = schema.get(least), schema.get(most)
        if low is not None and low == high:
            return f" of {low} {noun}"
        if low is not None and high is not None:
            return f" of {low} to {high} {noun}"
        if low is not None:
            return f" of at least {low} {noun}"
        if high is not None:
            return f" of at most {high} {noun}"
    return ""


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:g}"


def explain(
    errors: Sequence[ErrorDetails], root: Located, data: Any, lookup: Lookup = field_schema
) -> list[Problem]:
    """Map validation errors to problems.

    Parameters
    ----------
    errors : sequence of pydantic error details
    root : Located
        The merged scenario, with places.
    data : plain data of `root`
    lookup : callable
        Finds the schema of a key; that of a scenario by default.

    Returns
    -------
    list of Problem
        One for each key, even where several options of a union failed; values refused before
        are passed over.
    """
    problems: dict[Path, Problem] = {}
    meant = _meant(errors, data, lookup)
    for error in errors:
        path = _data_path(error, data)
        if error["type"] == "missing" and path in meant:
            continue
        if path in problems or _behind_refusal(root, path) or _echo(error, path, data):
            continue
        problems[path] = _problem(error, path, root, data, lookup)
    return list(problems.values())


def _meant(errors: Sequence[ErrorDetails], data: Any, lookup: Lookup) -> set[Path]:
    """Paths that an unknown key is taken for: they are not reported as missing as well."""
    meant: set[Path] = set()
    for error in errors:
        if error["type"] == "extra_forbidden":
            path = _data_path(error, data)
            close = did_you_mean(str(path[-1]), _known_keys(path[:-1], data, lookup))
            if close is not None:
                meant.add((*path[:-1], close))
    return meant


def _known_keys(path: Path, data: Any, lookup: Lookup) -> list[str]:
    return list((lookup(path, data) or {}).get("properties", {}))


def _data_path(error: ErrorDetails, data: Any) -> Path:
    """Path in the user's data: without the tags and type names pydantic adds for unions."""
    path: list[str | int] = []
    here = data
    for part in error["loc"]:
        if isinstance(here, dict) and part in here:
            here = here[str(part)]
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            continue
        path.append(part)
    if error["type"] == "missing" and isinstance(error["loc"][-1], str):
        path.append(error["loc"][-1])
    if error["type"] == "scenario_rule":
        key = str(error["ctx"]["key"])
        path.extend(int(part) if part.isdigit() else part for part in key.split(".") if part)
    return tuple(path)


def _behind_refusal(root: Located, path: Path) -> bool:
    return any(nearest(root, path[:length]).refused for length in range(len(path) + 1))


def _value(data: Any, path: Path) -> Any:
    for part in path:
        if isinstance(data, dict) and part in data:
            data = data[str(part)]
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _echo(error: ErrorDetails, path: Path, data: Any) -> bool:
    # Pydantic counts only valid entries, so a list with one bad entry is also called too short.
    return error["type"] == "too_short" and len(_value(data, path)) >= error["ctx"]["min_length"]


def _problem(error: ErrorDetails, path: Path, root: Located, data: Any, lookup: Lookup) -> Problem:
    where = str(nearest(root, path).place)
    key = key_path([part if isinstance(part, int) else printable(part)[1:-1] for part in path])
    value = _value(data, path)
    schema = lookup(path, data) or {}
    takes = guidance(schema)
    match error["type"]:
        case "scenario_rule":
            known = schema.get("enum", ())
            close = None if value in known else _suggestion(str(value), known)
            return Problem(error["ctx"]["what"], where, key, close or error["ctx"]["fix"])
        case "extra_forbidden":
            return _unknown_key(path, where, key, data, lookup)
        case "missing" if isinstance(path[-1], str) and not isinstance(value, list):
            return Problem("this key is missing", where, key, f"add `{path[-1]}`: {takes}")
        case "union_tag_not_found":
            return Problem("the key kind is missing", where, key, f"give {takes}")
        case "union_tag_invalid":
            kinds = schema["kinds"]
            tag = str(value["kind"])
            fix = _suggestion(tag, kinds) or f"use kind: {' or '.join(kinds)}"
            place = str(nearest(root, (*path, "kind")).place)
            return Problem(f"{printable(tag)} is no kind known here", place, f"{key}.kind", fix)
        case "literal_error":
            return Problem(f"{printable(value)} is not accepted", where, key, f"write {takes}")
    if value is None and error["type"] != "missing":
        return Problem("this key is empty", where, key, f"give {takes}")
    return Problem(_complaint(value, schema), where, key, _value_fix(value, schema, takes))


def _unknown_key(path: Path, where: str, key: str, data: Any, lookup: Lookup) -> Problem:
    known = _known_keys(path[:-1], data, lookup)
    word = str(path[-1])
    close = did_you_mean(word, known)
    if close is not None:
        unit = unit_of(close)
        fix = f"did you mean `{close}`" + (f" (in {unit})?" if unit else "?")
        return Problem("there is no such key", where, key, fix)
    elsewhere = _elsewhere(word, data, lookup)
    if elsewhere:
        return Problem("there is no such key here", where, key, f"it belongs under {elsewhere}")
    fix = "use one of " + ", ".join(known[:LISTED]) if known else "remove it"
    return Problem("there is no such key", where, key, fix)


def _elsewhere(word: str, data: Any, lookup: Lookup) -> str | None:
    for home in ((), ("sorting",)):
        for part in _known_keys(home, data, lookup):
            section = (*home, part)
            if word in _known_keys(section, data, lookup):
                return f"`{key_path(section)}`"
    return None


def _suggestion(word: str, known: Iterable[str]) -> str | None:
    close = did_you_mean(word, known)
    return None if close is None else f"did you mean {close}?"


def _complaint(value: Any, schema: Json) -> str:
    if isinstance(value, dict):
        return "a mapping stands here"
    if isinstance(value, list):
        expected = schema.get("type") == "array"
        return f"a list of {len(value)} entries stands here" if expected else "a list stands here"
    kind = schema.get("type")
    if isinstance(value, bool):
        return f"{str(value).lower()} stands here"
    if isinstance(value, str) and kind != "string":
        return f"the text {printable(value)} stands here"
    if isinstance(value, str):
        return f"{printable(value)} does not fit"
    if kind in ("integer", "number"):
        return f"{value!r} is {'not whole' if _fraction(value, kind) else 'out of range'}"
    return f"the number {value!r} stands here"


def _fraction(value: Any, kind: str) -> bool:
    return kind == "integer" and isinstance(value, float)


def _value_fix(value: Any, schema: Json, takes: str) -> str:
    if isinstance(value, str) and schema.get("type") in ("integer", "number"):
        unit = schema.get("x-unit")
        if any(c.isdigit() for c in value):
            hint = "write the number alone"
            hint += f", the key's name gives the unit ({unit})" if unit else ""
            return f"{hint}: {takes}"
    if isinstance(value, (int, float)) and schema.get("type") == "string":
        return f"put it in quotes: {takes}"
    return f"give {takes}"
