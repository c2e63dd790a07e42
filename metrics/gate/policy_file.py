"""Read a policy: plain YAML, every mistake with its line and how to mend it."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from metrics.gate.policy import GateMetric, Margin, Policy, ServicePromise
from scenarios.did_you_mean import did_you_mean
from scenarios.errors import InvalidScenario, Problem, printable
from scenarios.located import Located, key_path, nearest, plain
from scenarios.source_files import read_text
from scenarios.yaml_loader import parse_yaml

__all__ = ["DEFAULT_POLICY", "default_policy", "load_policy", "parse_policy"]

DEFAULT_POLICY = "default_policy.yaml"
_PARTS: dict[str, type[BaseModel]] = {
    "metrics": GateMetric,
    "margin": Margin,
    "sla": ServicePromise,
}


def load_policy(path: Path | str) -> Policy:
    """Load a policy file.

    Raises
    ------
    InvalidScenario
        With every problem found: what, where (file:line), which key, and how to mend it.
    """
    return parse_policy(read_text(Path(path), str(path)), str(path))


def default_policy() -> tuple[Policy, str]:
    """Policy for those who give none, and its text."""
    text = resources.files("metrics.gate").joinpath(DEFAULT_POLICY).read_text("utf-8")
    return parse_policy(text, DEFAULT_POLICY), text


def parse_policy(text: str, file: str) -> Policy:
    """Parse the text of a policy; `file` names it in messages.

    Raises
    ------
    InvalidScenario
    """
    parsed = parse_yaml(text, file)
    if parsed.root is None:
        raise InvalidScenario(parsed.problems)
    problems = list(parsed.problems)
    try:
        # Through JSON: strict mode takes lists for tuples there, and nowhere else.
        policy = Policy.model_validate_json(json.dumps(plain(parsed.root)))
    except ValidationError as error:
        problems += [_problem(detail, parsed.root) for detail in error.errors(include_url=False)]
    if problems:
        raise InvalidScenario(problems)
    return policy


def _problem(error: ErrorDetails, root: Located) -> Problem:
    path: list[str | int] = list(error["loc"])
    if error["type"] == "scenario_rule":
        key = str(error["ctx"]["key"])
        path += [int(part) if part.isdigit() else part for part in key.split(".") if part]
    where = str(nearest(root, path).place)
    shown = key_path([part if isinstance(part, int) else printable(part)[1:-1] for part in path])
    what, fix = _words(error, path)
    return Problem(what, where, shown, fix)


def _words(error: ErrorDetails, path: list[str | int]) -> tuple[str, str]:
    context: dict[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "scenario_rule":
            return str(context["what"]), str(context["fix"])
        case "extra_forbidden":
            known = list(_model(path[:-1]).model_fields)
            close = did_you_mean(str(path[-1]), known)
            fix = f"did you mean `{close}`?" if close else f"use one of {', '.join(known)}"
            return "there is no such key", fix
        case "missing":
            field = _model(path[:-1]).model_fields[str(path[-1])]
            return "this key is missing", f"add `{path[-1]}`: {field.description}".rstrip(".")
        case "literal_error":
            return f"{printable(error['input'])} is not accepted", f"write {context['expected']}"
    message = error["msg"].removesuffix(".")
    wanted = message[:1].lower() + message[1:]
    return f"{printable(error['input'])} does not fit", wanted.replace("input should", "it should")


def _model(path: list[str | int]) -> type[BaseModel]:
    names = [part for part in path if isinstance(part, str)]
    return _PARTS.get(names[-1], Policy) if names else Policy
