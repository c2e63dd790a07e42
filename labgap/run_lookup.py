"""Finds the run a user means."""

from pathlib import Path

from labgap.errors import InvalidUse
from labgap.run_folder import RunFolder

__all__ = ["RUNS_ROOT", "find_run", "runs_under"]

RUNS_ROOT = Path("runs")


def runs_under(root: Path) -> list[RunFolder]:
    """Every run below `root`, oldest first by name of creation."""
    found = [RunFolder(path.parent) for path in root.glob("*/manifest.json")]
    return sorted(found, key=lambda run: (run.manifest_path.stat().st_mtime_ns, run.path.name))


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
