"""Reads a YAML file into a model other than a scenario, with every problem in a sentence."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from scenarios.errors import InvalidScenario, Problem
from scenarios.explain import explain
from scenarios.located import Located, plain
from scenarios.source_files import read_text
from scenarios.strict import Strict
from scenarios.yaml_loader import parse_yaml

__all__ = ["read_model"]


M = TypeVar("M", bound=Strict)


def read_model(model: type[M], source: Path, shown: str, example: str) -> tuple[M, Located]:
    """Read and validate a file.

    Parameters
    ----------
    model : type
    source : Path
    shown : str
        How messages call it.
    example : str
        A line such a file may hold, for whoever brings something else.

    Returns
    -------
    tuple
        The model, and the file's contents with their places.

    Raises
    ------
    InvalidScenario
        With every problem found: what, where (file:line), which key, and how to mend it.
    """
    parsed = parse_yaml(read_text(source, shown), shown)
    problems = list(parsed.problems)
    root = parsed.root
    if root is None:
        raise InvalidScenario(problems)
    if not isinstance(root.value, Mapping):
        fix = f"write keys and values, such as `{example}`"
        raise InvalidScenario([*problems, Problem("the file is no mapping", shown, "", fix)])
    data = plain(root)
    found: M | None = None
    try:
        found = model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        problems.extend(explain(error.errors(include_url=False), root, data, _fields(model)))
    if problems or found is None:
        raise InvalidScenario(sorted(problems, key=_line))
    return found, root


def _line(problem: Problem) -> int:
    line = problem.where.rpartition(":")[2]
    return int(line) if line.isdigit() else 0


@cache
def _schema(model: type[Strict]) -> dict[str, Any]:
    return model.model_json_schema()


def _fields(
    model: type[Strict],
) -> Callable[[Sequence[str | int], Any], dict[str, Any] | None]:
    """Lookup of the schema of one key of a file."""

    def field(path: Sequence[str | int], data: Any) -> dict[str, Any] | None:
        found: Any = _schema(model)
        for part in path:
            if isinstance(part, int):
                found = found.get("items")
            else:
                found = found.get("properties", {}).get(part, found.get("additionalProperties"))
            if not isinstance(found, dict):
                return None
            found = _plain_schema(found, _schema(model))
        return dict(found)

    return field


def _plain_schema(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference; of `this or null` keep this."""
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    if len(options) == 1:
        return {**_plain_schema(options[0], whole), "nullable": True}
    if options and {option.get("type") for option in options} <= {"number", "integer"}:
        return {"type": "number", "nullable": True}
    if "$ref" in schema:
        return dict(whole["$defs"][schema["$ref"].rpartition("/")[2]])
    return schema
