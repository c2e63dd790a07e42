"""Files that start from other files: ``extends``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from scenarios import library
from scenarios.did_you_mean import did_you_mean
from scenarios.errors import InvalidScenario, Problem, printable
from scenarios.located import Located, Place, merged
from scenarios.source_files import read_text
from scenarios.yaml_loader import parse_yaml

__all__ = ["MAX_CHAIN", "Inherited", "confined", "read_chain"]

MAX_CHAIN = 5
"""Files a scenario may inherit from, one through another."""
_FILE_KEYS = ("$schema", "extends")


@dataclass(frozen=True, slots=True)
class Inherited:
    """A file laid upon all it extends, and every problem of every file on the way."""

    root: Located
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """A file to read, how messages name it, and the ``extends`` that led to it."""

    path: Path
    shown: str
    via: Place | None = None


def read_chain(path: Path, shown: str) -> Inherited:
    """Read a scenario file and what it extends.

    Parameters
    ----------
    path : Path
    shown : str
        How messages name it.

    Raises
    ------
    InvalidScenario
        If a file cannot be read or parsed, is no mapping, or extends what it must not.
    """
    layers: list[dict[str, Located]] = []
    places: list[Place] = []
    problems: list[Problem] = []
    chain: list[Path] = []
    source: _Source | None = _Source(path, shown)
    try:
        while source is not None:
            layer = _read_layer(source, problems)
            chain.append(source.path.resolve())
            layers.append(dict(_mapping(layer)))
            places.append(layer.place)
            source = _parent(layer, source, chain)
    except InvalidScenario as error:
        raise InvalidScenario([*problems, *error.problems]) from None
    return Inherited(_stacked(layers, places), tuple(problems))


def _stacked(layers: list[dict[str, Located]], places: list[Place]) -> Located:
    root = Located({}, places[-1])
    for number in range(len(layers) - 1, -1, -1):
        layer = layers[number]
        for key in _FILE_KEYS:
            layer.pop(key, None)
        if number > 0:
            # Two different scenarios must not share a name, so it is not inherited.
            layer.pop("name", None)
        root = merged(root, Located(layer, places[number]))
    return root


def _read_layer(source: _Source, problems: list[Problem]) -> Located:
    """Parse one file into a mapping; soft problems are added to `problems`."""
    try:
        text = read_text(source.path, source.shown)
    except InvalidScenario as error:
        if source.via is None:
            raise
        raise InvalidScenario(
            [
                Problem(f"{found.where}: {found.what}", str(source.via), "extends", found.fix)
                for found in error.problems
            ]
        ) from None
    parsed = parse_yaml(text, source.shown)
    problems.extend(parsed.problems)
    if parsed.root is None:
        hard = problems.pop()
        raise InvalidScenario([hard])
    if not isinstance(parsed.root.value, Mapping):
        fix = "write keys and values, such as `name: my_scenario`"
        raise InvalidScenario([Problem("the file is no mapping", str(parsed.root.place), "", fix)])
    return parsed.root


def _mapping(located: Located) -> Mapping[str, Located]:
    assert isinstance(located.value, Mapping)
    return located.value


def _parent(layer: Located, source: _Source, chain: list[Path]) -> _Source | None:
    entry = _mapping(layer).get("extends")
    if entry is None or entry.refused:
        return None
    where = str(entry.place)

    def refusal(what: str, fix: str) -> InvalidScenario:
        return InvalidScenario([Problem(what, where, "extends", fix)])

    value = entry.value
    if not isinstance(value, str) or not value:
        raise refusal("no name stands here", "give one library name or one relative path")
    if value in library.names():
        path = library.path(value)
        shown = library.shown(path)
    elif value.endswith((".yaml", ".yml")) or "/" in value or "\\" in value:
        path = confined(value, source.path.parent, refusal)
        shown = str(Path(source.shown).parent / value)
    else:
        close = did_you_mean(value, library.names())
        known = f"use a library name ({', '.join(library.names())}) or a relative path.yaml"
        raise refusal(
            f"there is no library scenario {printable(value)}",
            f"did you mean {close}?" if close else known,
        )
    if path.resolve() in chain:
        loop = " -> ".join(file.name for file in [*chain, path])
        raise refusal(f"the files extend each other in a circle: {loop}", "break the circle")
    if len(chain) > MAX_CHAIN:
        raise refusal(
            f"the chain of files is longer than {MAX_CHAIN}", "merge some of the files into one"
        )
    return _Source(path, shown, entry.place)


def confined(value: str, folder: Path, refusal: Callable[[str, str], InvalidScenario]) -> Path:
    """Resolve a relative path, links and all, inside `folder`.

    Raises what `refusal`, called with what is wrong and how to mend it, returns.
    """
    windows = PureWindowsPath(value)
    if PurePosixPath(value).is_absolute() or windows.drive or windows.root or "\\" in value:
        raise refusal(
            f"{printable(value)} is not a relative path with /",
            "name a file in this file's folder or below it",
        )
    try:
        home = folder.resolve()
        path = (folder / value).resolve()
    except (OSError, RuntimeError):  # a loop of links is a RuntimeError up to Python 3.12
        raise refusal(f"{printable(value)} cannot be followed", "check the links") from None
    if not path.is_relative_to(home):
        raise refusal(
            f"{printable(value)} leads out of this file's folder",
            "copy the file into the folder, or extend a library scenario",
        )
    return path
