"""Finds the run a user means."""

from pathlib import Path

from labgap.errors import InvalidUse
from labgap.run_folder import RunFolder

__all__ = ["RUNS_ROOT", "find_run", "latest_sequence", "runs_under"]

RUNS_ROOT = Path("runs")


def runs_under(root: Path) -> list[RunFolder]:
    """Every run below `root`, in the order in which they were begun.

    Each run took the number after the highest beside it, so no clock that jumps can reorder them.
    """
    found = [RunFolder(path.parent) for path in root.glob("*/manifest.json")]
    return sorted(found, key=lambda run: (_sequence(run), run.path.name))


def latest_sequence(root: Path) -> int:
    """Return the highest number that a run below `root` took, 0 where there is none."""
    return max((_sequence(run) for run in runs_under(root)), default=0)


def _sequence(run: RunFolder) -> int:
    try:
        number = run.read_manifest().get("sequence", 0)
    except InvalidUse:
        return 0
    return number if isinstance(number, int) else 0


def find_run(name: str, root: Path = RUNS_ROOT) -> RunFolder:
    """Find a run by folder, by its id under `root`, or as ``latest``.

    Raises
    ------
    InvalidUse
        If there is none.
    """
    if name == "latest":
        runs = runs_under(root)
        if not runs:
            raise InvalidUse(
                "there are no runs yet",
                where=str(root),
                fix="labgap run scenarios/library/quickstart.yaml",
            )
        return runs[-1]
    for path in (Path(name), root / name):
        if path.is_dir():
            return RunFolder(path)
    known = ", ".join(run.path.name for run in runs_under(root)[-5:])
    raise InvalidUse(
        "no such run", where=name, fix=f"runs here: {known}" if known else "see labgap runs list"
    )
