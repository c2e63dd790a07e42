"""Load a scenario: read, inherit, override, validate, hash."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from scenarios import library
from scenarios.did_you_mean import did_you_mean
from scenarios.errors import InvalidScenario, Problem, printable
from scenarios.explain import explain
from scenarios.inheritance import read_chain
from scenarios.located import Located, nearest, plain
from scenarios.model import Scenario
from scenarios.network_scenario import NetworkScenario
from scenarios.overrides import apply_overrides
from scenarios.schema import describes_network
from scenarios.strict import Strict

__all__ = [
    "LoadedNetwork",
    "LoadedScenario",
    "canonical_json",
    "load_any",
    "load_network",
    "load_scenario",
    "names_network",
]

Document = TypeVar("Document", bound=Strict)

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


@dataclass(frozen=True, slots=True)
class LoadedNetwork:
    """A valid scenario of a network and where it came from; fields as `LoadedScenario`."""

    scenario: NetworkScenario
    source: Path
    sha256: str
    text: str


def canonical_json(scenario: Strict) -> str:
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
    source, root, problems = _read(path, overrides)
    if describes_network(plain(root)):
        what = "this is a scenario of a network, which has no sorting centre, arms or systems"
        fix = "play it with labgap run, or name a scenario with a sorting centre"
        raise InvalidScenario([Problem(what, str(root.place), "network", fix)])
    scenario, text, sha256 = _validated(Scenario, root, problems)
    return LoadedScenario(scenario, source, sha256, text)


def load_network(path: Path | str, overrides: Sequence[str] = ()) -> LoadedNetwork:
    """Load the scenario of a network; parameters and errors as `load_scenario`."""
    source, root, problems = _read(path, overrides)
    scenario, text, sha256 = _validated(NetworkScenario, root, problems)
    return LoadedNetwork(scenario, source, sha256, text)


def load_any(path: Path | str, overrides: Sequence[str] = ()) -> LoadedScenario | LoadedNetwork:
    """Load a scenario of either sort; parameters and errors as `load_scenario`."""
    load = load_network if names_network(path) else load_scenario
    return load(path, overrides)


def names_network(path: Path | str) -> bool:
    """Say whether a file, before any override, is the scenario of a network.

    False where it cannot be read: loading it says why.
    """
    try:
        _, root, _ = _read(path, ())
    except InvalidScenario:
        return False
    return describes_network(plain(root))


def _read(path: Path | str, overrides: Sequence[str]) -> tuple[Path, Located, list[Problem]]:
    source, shown = _locate(path)
    inherited = read_chain(source, shown)
    root, wrong = apply_overrides(inherited.root, overrides)
    return source, root, [*inherited.problems, *wrong]


def _validated(
    model: type[Document], root: Located, found: Sequence[Problem]
) -> tuple[Document, str, str]:
    problems, data = list(found), plain(root)
    scenario: Document | None = None
    try:
        # Through JSON: strict mode takes lists for tuples there, and nowhere else.
        scenario = model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        problems.extend(explain(error.errors(include_url=False), root, data))
    problems.extend(_code_paths(root, data))
    if problems:
        raise InvalidScenario(sorted(problems, key=_order))
    assert scenario is not None
    text = canonical_json(scenario)
    return scenario, text, hashlib.sha256(text.encode()).hexdigest()


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
