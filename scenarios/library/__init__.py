"""Scenarios shipped with labgap."""

from pathlib import Path

__all__ = ["names", "path", "shown"]

_FOLDER = Path(__file__).parent


def names() -> tuple[str, ...]:
    """Names of the library's scenarios, sorted."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.yaml")))


def path(name: str) -> Path:
    """File of a library scenario.

    Raises
    ------
    LookupError
        If there is none of this name.
    """
    if name not in names():
        raise LookupError(f"no library scenario {name!r}; there are {', '.join(names())}")
    return _FOLDER / f"{name}.yaml"


def shown(file: Path) -> str:
    """Name a library file in messages: from the working folder where it lies below it."""
    try:
        return str(file.relative_to(Path.cwd()))
    except ValueError:
        return str(file)
