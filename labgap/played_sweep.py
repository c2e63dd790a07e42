"""A played sweep as data frames, for notebooks."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from labgap.errors import InvalidUse
from labgap.loaded_run import LoadedRun, load

__all__ = ["PlayedSweep", "load_sweep"]

TABLE = "table.parquet"


@dataclass(frozen=True)
class PlayedSweep:
    """A finished sweep, read-only.

    Attributes
    ----------
    path : Path
    manifest : dict
        What ``sweep.json`` holds.
    """

    path: Path
    manifest: dict[str, Any]

    @property
    def axes(self) -> tuple[str, ...]:
        """Names of what varies: the first columns of both frames."""
        return tuple(axis["key"] or f"system.{axis['system']}" for axis in self._file_axes)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a cell, arm, metric and world, as ``table.csv``; the column `run` names a cell.

        Raises
        ------
        InvalidUse
            If the table is missing or damaged.
        """
        from pyarrow import ArrowException

        file = self.path / TABLE
        try:
            return pd.read_parquet(file)
        except (OSError, ValueError, ArrowException) as error:
            raise InvalidUse(
                f"the table cannot be read ({' '.join(str(error).split())[:120]})",
                where=str(file),
                fix="labgap sweep with --resume and --out set to this folder writes it again",
            ) from None

    @cached_property
    def cells(self) -> pd.DataFrame:
        """A row a cell: its place on every axis, ``run``, ``status`` and ``why`` it failed."""
        rows = [
            {**cell["point"], "run": name, "status": cell["status"], "why": cell.get("why", "")}
            for name, cell in self.manifest["cells"].items()
        ]
        return pd.DataFrame(rows, columns=[*self.axes, "run", "status", "why"])

    def run(self, name: str) -> LoadedRun:
        """Open the run of a cell.

        Parameters
        ----------
        name : str
            From the column `run`.

        Raises
        ------
        InvalidUse
            If the sweep has no such cell, or its run cannot be opened.
        """
        if name not in self.manifest["cells"]:
            raise InvalidUse(
                f"the sweep has no cell {name!r}",
                where=str(self.path),
                fix="take a name from the column run of its cells",
            )
        return load(self.path / "cells" / name)

    def runs(self) -> Iterator[tuple[dict[str, Any], LoadedRun]]:
        """Every cell that was played: its point, by axis, and its run, in the design's order."""
        for name, cell in self.manifest["cells"].items():
            if cell["status"] != "failed":
                yield dict(cell["point"]), self.run(name)

    @property
    def _file_axes(self) -> list[dict[str, Any]]:
        axes: list[dict[str, Any]] = self.manifest["sweep"]["axes"]
        return axes


def load_sweep(sweep: str | Path) -> PlayedSweep:
    """Open a finished sweep.

    Parameters
    ----------
    sweep : str or Path
        Its folder.

    Raises
    ------
    InvalidUse
        If it is no sweep, or none that has ended.
    """
    from labgap.sweeping import read_manifest

    path = Path(sweep)
    manifest = read_manifest(path)
    if manifest["status"] == "running":
        raise InvalidUse(
            "the sweep has not ended",
            where=str(path),
            fix="finish it with labgap sweep, --resume and --out set to this folder",
        )
    return PlayedSweep(path, manifest)
