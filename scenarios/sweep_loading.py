"""Load a sweep: read, validate, find its scenario."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from scenarios import library
from scenarios.did_you_mean import did_you_mean
from scenarios.errors import InvalidScenario, Problem, printable
from scenarios.inheritance import confined
from scenarios.located import Located, nearest
from scenarios.model_file import read_model
from scenarios.sweep import Sweep

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
    sweep, root = read_model(Sweep, source, shown, "scenario: quickstart")
    text = json.dumps(sweep.model_dump(mode="json"), sort_keys=True, allow_nan=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return LoadedSweep(sweep, source, _scenario(sweep.scenario, root, source), digest)


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
