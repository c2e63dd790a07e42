"""Load a scenario: read, inherit, override, validate, hash."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenarios import library
from scenarios.did_you_mean import did_you_mean
from scenarios.errors import InvalidScenario, Problem, printable
from scenarios.explain import explain
from scenarios.inheritance import read_chain
from scenarios.located import Located, nearest, plain
from scenarios.model import Scenario
from scenarios.overrides import apply_overrides

__all__ = ["LoadedScenario", "canonical_json", "load_scenario"]

_CODE_PATH = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


@dataclass(frozen=True, slots=True)
class LoadedScenario:
    """A valid scenario and where it came from.

    Attributes
    ----------
    scenario : Scenario
    source : Path
        The file that was named.
    sha256 : str
        Of `text`: the same for any order of keys, comments, or way of inheriting.
    text : str
        The resolved scenario as canonical JSON.
    """

    scenario: Scenario
    source: Path
    sha256: str
    text: str


def canonical_json(scenario: Scenario) -> str:
    """Render a scenario with sorted keys, no spaces and every default written out."""
    return json.dumps(
        scenario.model_dump(mode="json"),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def load_scenario(path: Path | str, overrides: Sequence[str] = ()) -> LoadedScenario:
    """Load a scenario file or a library scenario.

    Parameters
    ----------
    path : Path or str
        A file, or the name of a library scenario.
    overrides : sequence of str
        ``key.path=value`` each, applied in order after ``extends``.

    Raises
    ------
    InvalidScenario
        With every problem found: what, where (file:line), which key, and how to mend it.
    """
    source, shown = _locate(path)
    inherited = read_chain(source, shown)
    root, wrong = apply_overrides(inherited.root, overrides)
    problems = [*inherited.problems, *wrong]
    data = plain(root)
    scenario: Scenario | None = None
    try:
        # Through JSON: strict mode takes lists for tuples there, and nowhere else.
        scenario = Scenario.model_validate_json(json.dumps(data))
    except ValidationError as error:
        problems.extend(explain(error.errors(include_url=False), root, data))
    problems.extend(_code_paths(root, data))
    if problems:
        raise InvalidScenario(sorted(problems, key=_order))
    assert scenario is not None
    text = canonical_json(scenario)
    return LoadedScenario(scenario, source, hashlib.sha256(text.encode()).hexdigest(), text)


def _order(problem: Problem) -> tuple[str, int]:
    file, _, line = problem.where.rpartition(":")
    return (file, int(line)) if line.isdigit() else (problem.where, 0)


def _locate(path: Path | str) -> tuple[Path, str]:
    text = str(path)
    if isinstance(path, str) and text in library.names():
        # A folder or file of the same name is reached as ./name.
        return library.path(text), library.shown(library.path(text))
    file = Path(text)
    if file.suffix in (".yaml", ".yml") or "/" in text or "\\" in text or _exists(file):
        return file, text if text.isprintable() and text else printable(text)
    close = did_you_mean(text, library.names())
    known = f"use one of {', '.join(library.names())}, or a path ending in .yaml"
    fix = f"did you mean {close}?" if close else known
    if _exists(Path(f"{text}.yaml")):
        fix = f"did you mean {text}.yaml?"
    what = f"there is no library scenario {printable(text)}"
    raise InvalidScenario([Problem(what, "command line", "", fix)])


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except (OSError, ValueError):
        return False


def _code_paths(root: Located, data: Any) -> list[Problem]:
    """Refuse ``pkg.module:Factory`` in a file: a scenario must not choose code to run."""
    problems = []
    arms = data.get("arms") if isinstance(data, dict) else None
    for number, arm in enumerate(arms if isinstance(arms, list) else []):
        for kind, choice in arm.items() if isinstance(arm, dict) else ():
            name = choice.get("name") if isinstance(choice, dict) else None
            if isinstance(name, str) and _CODE_PATH.fullmatch(name):
                path = ("arms", number, kind, "name")
                problems.append(
                    Problem(
                        f"{printable(name)} is a path to code; scenarios name registered systems",
                        str(nearest(root, path).place),
                        f"arms.{number}.{kind}.name",
                        f"give it on the command line: --system {kind}={name}",
                    )
                )
    return problems
