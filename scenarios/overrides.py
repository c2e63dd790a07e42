"""``--set key.path=value``: changes laid upon a scenario from the command line."""

import re
from collections.abc import Mapping, Sequence

from scenarios.did_you_mean import did_you_mean
from scenarios.errors import InvalidScenario, Problem, printable
from scenarios.located import Located, Place, key_path, merged
from scenarios.yaml_loader import MAX_DEPTH, parse_yaml

__all__ = ["apply_overrides"]

_SEGMENT = re.compile(r"[A-Za-z0-9_$-]{1,128}")


def apply_overrides(root: Located, overrides: Sequence[str]) -> tuple[Located, list[Problem]]:
    """Lay overrides upon a scenario, in order.

    Parameters
    ----------
    root : Located
    overrides : sequence of str
        ``key.path=value``.  The value is YAML on one line; a mapping is merged, anything else
        replaces.  An entry of a list is named by its number from 0, or by its ``kind`` or
        ``name``: ``sorting.degradations.torn.share=0.2``.

    Returns
    -------
    tuple of (Located, list of Problem)
        The scenario with all valid overrides, and what was wrong with the others.
    """
    problems: list[Problem] = []
    for override in overrides:
        try:
            root = _apply(root, override, problems)
        except InvalidScenario as error:
            problems.extend(error.problems)
    return root, problems


def _apply(root: Located, override: str, problems: list[Problem]) -> Located:
    where = f"--set {override}" if override.isprintable() else f"--set {printable(override)}"
    where = where if len(where) <= 80 else where[:77] + "..."
    path, equals, text = override.partition("=")
    parts = path.strip().split(".")
    if not equals or not all(_SEGMENT.fullmatch(part) for part in parts):
        fix = "write key.path=value, e.g. sorting.lane.belt_speed_mps=2.0"
        raise InvalidScenario([Problem("this is no key.path=value", where, "", fix)])
    if len(parts) > MAX_DEPTH:
        raise InvalidScenario([Problem("the key path is too long", where, "", "shorten it")])
    if parts[0] == "extends":
        fix = "write extends in a file of your own"
        raise InvalidScenario([Problem("only a file can extend another", where, "extends", fix)])
    if not text.strip():
        fix = "give a value; [] is an empty list"
        raise InvalidScenario([Problem("there is no value after =", where, path, fix)])
    if any("\ud800" <= character <= "\udfff" for character in text):
        fix = "give it as UTF-8 text"
        raise InvalidScenario([Problem("the value is not UTF-8", where, path, fix)])
    parsed = parse_yaml(text, where, lines=False)
    problems.extend(
        Problem(p.what, p.where, ".".join(filter(None, (path, p.key))), p.fix)
        for p in parsed.problems
    )
    if parsed.root is None:
        return root
    return _laid(root, parts, (), parsed.root)


def _laid(
    node: Located, parts: Sequence[str], done: tuple[str | int, ...], new: Located
) -> Located:
    """Copy `node` with `new` laid at `parts` below it."""
    place = new.place
    if not parts:
        return merged(node, new)
    head, rest = parts[0], parts[1:]
    value = node.value
    if isinstance(value, tuple):
        index = _index(value, head, (*done, head), place)
        changed = _laid(value[index], rest, (*done, index), new)
        return Located((*value[:index], changed, *value[index + 1 :]), node.place)
    if isinstance(value, Mapping):
        below = value.get(head, Located(None, place))
        return merged(node, Located({head: _laid(below, rest, (*done, head), new)}, node.place))
    if value is None:
        return Located({head: _laid(Located(None, place), rest, (*done, head), new)}, place)
    what = f"{printable(value)} is a single value and has no keys"
    fix = f"set {key_path(done)} itself"
    raise InvalidScenario([Problem(what, str(place), key_path((*done, head)), fix)])


def _index(
    entries: tuple[Located, ...], head: str, path: tuple[str | int, ...], place: Place
) -> int:
    if head.isdigit() and len(head) < 6 and int(head) < len(entries):
        return int(head)
    labels = [_label(entry) for entry in entries]
    if head in labels:
        return labels.index(head)
    known = [label for label in labels if label is not None]
    close = did_you_mean(head, known)
    if close:
        fix = f"did you mean {close}?"
    elif entries:
        choices = f", or one of {', '.join(known)}" if known else ""
        numbers = "0" if len(entries) == 1 else f"a number from 0 to {len(entries) - 1}"
        fix = f"use {numbers}{choices}"
    else:
        fix = f"the list is empty; set {key_path(path[:-1])}=[...] as a whole"
    what = "the list has no such entry"
    raise InvalidScenario([Problem(what, str(place), key_path(path), fix)])


def _label(entry: Located) -> str | None:
    if isinstance(entry.value, Mapping):
        for key in ("kind", "name"):
            label = entry.value.get(key)
            if label is not None and isinstance(label.value, str):
                return label.value
    return None
