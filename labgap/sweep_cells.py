"""The cells of a sweep: one run each, named by what is changed in it."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from scenarios.errors import InvalidScenario, Problem
from scenarios.loading import load_scenario
from scenarios.strict import Value
from scenarios.sweep import Axis
from scenarios.sweep_design import design_points
from scenarios.sweep_loading import LoadedSweep

__all__ = ["Cell", "cells_of", "check_cells"]

NAME_DIGITS = 12


@dataclass(frozen=True)
class Cell:
    """One point of the design.

    Attributes
    ----------
    name : str
        Hash of its overrides; the name of its run folder.
    point : mapping of str to value
        What each axis is, by the axis's name.
    overrides : tuple of str
        ``key=value``, as for ``--set``.
    """

    name: str
    point: Mapping[str, Value]
    overrides: tuple[str, ...]

    @property
    def words(self) -> str:
        """``sorting.lanes=2, seed=7``."""
        return ", ".join(f"{name}={value}" for name, value in self.point.items())


def cells_of(loaded: LoadedSweep, extra: Sequence[str] = ()) -> tuple[Cell, ...]:
    """Every cell, in the order of the design.

    Parameters
    ----------
    loaded : LoadedSweep
    extra : sequence of str
        Overrides laid upon every cell, before the axes.
    """
    sweep = loaded.sweep
    fixed = [*(f"{key}={_yaml(value)}" for key, value in sweep.overrides.items()), *extra]
    cells = []
    for point in design_points(sweep):
        pairs = list(zip(sweep.axes, point, strict=True))
        overrides = (*fixed, *(_override(axis, value) for axis, value in pairs))
        digest = hashlib.sha256(json.dumps([loaded.scenario, *overrides]).encode()).hexdigest()
        named = {axis.name: value for axis, value in pairs}
        cells.append(Cell(digest[:NAME_DIGITS], named, overrides))
    return tuple(cells)


def _override(axis: Axis, value: Value) -> str:
    if axis.key is not None:
        return f"{axis.key}={_yaml(value)}"
    arm = re.sub(r"[^a-z0-9_]+", "_", str(value).lower()).strip("_0123456789")[:64] or "system"
    return f"arms=[{{name: {_yaml(arm)}, {axis.system}: {{name: {_yaml(value)}}}}}]"


def _yaml(value: JsonValue) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_yaml(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_yaml(key)}: {_yaml(item)}' for key, item in value.items())}}}"
    if isinstance(value, float):
        text = repr(value)
        # YAML wants a point in a number with an exponent.
        return text if "." in text or "e" not in text else text.replace("e", ".0e")
    return json.dumps(value, ensure_ascii=False)


def check_cells(loaded: LoadedSweep, cells: Sequence[Cell]) -> None:
    """Validate the scenario of every cell before any is played.

    Raises
    ------
    InvalidScenario
        With each problem once, at the first cell that has it.
    """
    found: dict[tuple[str, str, str], Problem] = {}
    for number, cell in enumerate(cells):
        try:
            load_scenario(loaded.scenario, cell.overrides)
        except InvalidScenario as error:
            for problem in error.problems:
                # A line of the scenario is named as it is; an override, by its cell.
                here = problem.where.startswith("--set ")
                where = f"{loaded.source}, cell {number} ({cell.words})" if here else problem.where
                known = Problem(problem.what, where, problem.key, problem.fix)
                found.setdefault((problem.what, problem.key, problem.fix), known)
    if found:
        raise InvalidScenario(list(found.values()))
