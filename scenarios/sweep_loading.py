"""Load a sweep: read, validate, find its scenario."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenarios import library
from scenarios.did_you_mean import did_you_mean
from scenarios.errors import InvalidScenario, Problem, printable
from scenarios.explain import explain
from scenarios.inheritance import confined
from scenarios.located import Located, nearest, plain
from scenarios.source_files import read_text
from scenarios.sweep import Sweep
from scenarios.yaml_loader import parse_yaml

__all__ = ["LoadedSweep", "load_sweep", "sweep_library"]

LIBRARY = Path(library.__file__).parent / "sweeps"


@dataclass(frozen=True, slots=True)
class LoadedSweep:
    """A valid sweep and where it came from.

    Attributes
    ----------
    sweep : Sweep
    source : Path
    scenario : str
        Library name or path of the scenario it varies.
    sha256 : str
        Of the sweep as canonical JSON.
    """

    sweep: Sweep
    source: Path
    scenario: str
    sha256: str


def sweep_library() -> tuple[str, ...]:
    """Names of the sweeps shipped with labgap, sorted."""
    return tuple(sorted(file.stem for file in LIBRARY.glob("*.yaml")))


def load_sweep(path: Path | str) -> LoadedSweep:
    """Load a sweep file or a sweep of the library.

    Raises
    ------
    InvalidScenario
        With every problem found: what, where (file:line), which key, and how to mend it.
    """
    source, shown = _locate(str(path))
    parsed = parse_yaml(read_text(source, shown), shown)
    problems = list(parsed.problems)
    root = parsed.root
    if root is None:
        raise InvalidScenario(problems)
    if not isinstance(root.value, Mapping):
        fix = "write keys and values, such as `scenario: quickstart`"
        raise InvalidScenario([*problems, Problem("the file is no mapping", shown, "", fix)])
    data = plain(root)
    sweep: Sweep | None = None
    try:
        sweep = Sweep.model_validate_json(json.dumps(data))
    except ValidationError as error:
        problems.extend(explain(error.errors(include_url=False), root, data, _field))
    if problems or sweep is None:
        raise InvalidScenario(sorted(problems, key=_line))
    text = json.dumps(sweep.model_dump(mode="json"), sort_keys=True, allow_nan=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return LoadedSweep(sweep, source, _scenario(sweep.scenario, root, source), digest)


def _line(problem: Problem) -> int:
    line = problem.where.rpartition(":")[2]
    return int(line) if line.isdigit() else 0


def _locate(text: str) -> tuple[Path, str]:
    if text in sweep_library():
        file = LIBRARY / f"{text}.yaml"
        return file, library.shown(file)
    file = Path(text)
    if file.suffix in (".yaml", ".yml") or "/" in text or "\\" in text:
        return file, text if text.isprintable() else printable(text)
    close = did_you_mean(text, sweep_library())
    known = f"use one of {', '.join(sweep_library())}, or a path ending in .yaml"
    fix = f"did you mean {close}?" if close else known
    what = f"there is no library sweep {printable(text)}"
    raise InvalidScenario([Problem(what, "command line", "", fix)])


def _scenario(value: str, root: Located, source: Path) -> str:
    where = str(nearest(root, ("scenario",)).place)

    def refusal(what: str, fix: str) -> InvalidScenario:
        return InvalidScenario([Problem(what, where, "scenario", fix)])

    if value in library.names():
        return value
    if value.endswith((".yaml", ".yml")) or "/" in value or "\\" in value:
        confined(value, source.parent, refusal)
        return str(source.parent / value)
    close = did_you_mean(value, library.names())
    known = f"use a library name ({', '.join(library.names())}) or a relative path.yaml"
    raise refusal(
        f"there is no library scenario {printable(value)}",
        f"did you mean {close}?" if close else known,
    )


@cache
def _schema() -> dict[str, Any]:
    return Sweep.model_json_schema()


def _field(path: Sequence[str | int], data: Any) -> dict[str, Any] | None:
    """Schema of one key of a sweep file."""
    found: Any = _schema()
    for part in path:
        if isinstance(part, int):
            found = found.get("items")
        else:
            found = found.get("properties", {}).get(part, found.get("additionalProperties"))
        if not isinstance(found, dict):
            return None
        found = _plain_schema(found)
    return dict(found)


def _plain_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference; of `this or null` keep this."""
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    if len(options) == 1:
        return {**_plain_schema(options[0]), "nullable": True}
    if options and {option.get("type") for option in options} <= {"number", "integer"}:
        return {"type": "number", "nullable": True}
    if "$ref" in schema:
        return dict(_schema()["$defs"][schema["$ref"].rpartition("/")[2]])
    return schema
