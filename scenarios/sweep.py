"""What a sweep file may say: a scenario, how to choose points, and the keys that vary."""

import math
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, model_validator

from scenarios.strict import Metric, Slug, Strict, Value, refusal

__all__ = ["MAX_CELLS", "Axis", "Design", "Sweep"]

MAX_CELLS = 10_000
"""Cells of a sweep: each is a run of its own, so more than these is a slip of the pen."""

Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_$-]+(\.[A-Za-z0-9_$-]+)*$", max_length=200)]


class Design(StrEnum):
    """How points are chosen."""

    GRID = "grid"
    RANDOM = "random"
    LATIN_HYPERCUBE = "latin_hypercube"


class Axis(Strict):
    """One thing that varies: listed values, or a range."""

    key: Key | None = None
    """Key of the scenario, dotted as for `--set`, e.g. sorting.lane.belt_speed_mps."""
    system: Literal["vision"] | None = None
    """Kind of system to vary instead of a key; the values are registered names."""
    values: Annotated[tuple[Value, ...], Field(min_length=1, max_length=1000)] | None = None
    """What the axis takes, one by one."""
    low: float | int | None = None
    """Lower end of a range."""
    high: float | int | None = None
    """Upper end of a range."""
    steps: Annotated[int, Field(ge=2, le=1000)] | None = None
    """Points of a range in a grid, both ends included."""
    scale: Literal["linear", "log"] = "linear"
    """How a range is spaced."""
    integer: bool = False
    """Whether a range takes whole numbers only, both ends included."""

    @property
    def name(self) -> str:
        """The column of the table."""
        return self.key if self.key is not None else f"system.{self.system}"

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.key is None) == (self.system is None):
            raise refusal("", "an axis has either a key or a system", "give one of the two")
        if self.values is not None:
            self._check_values(self.values)
        else:
            self._check_range()
        return self

    def _check_values(self, values: tuple[Value, ...]) -> None:
        if any(part is not None for part in (self.low, self.high, self.steps)):
            fix = "keep values, or low and high"
            raise refusal("", "an axis has either values or a range", fix)
        seen = {(isinstance(value, (str, bool)), value) for value in values}
        if len(seen) < len(values):
            raise refusal("values", "a value is given twice", "give each value once")
        if self.system is not None and not all(isinstance(value, str) for value in values):
            raise refusal("values", "a system is named by text", "see `labgap list systems`")

    def _check_range(self) -> None:
        low, high = self.low, self.high
        if low is None or high is None:
            fix = "give values: [...], or low and high"
            raise refusal("", "an axis has neither values nor a whole range", fix)
        if self.system is not None:
            raise refusal("system", "systems have no range", "list their names as values")
        if not low < high:
            raise refusal("high", "the range is empty", "give a high above low")
        if self.scale == "log" and low <= 0:
            raise refusal("low", "a log scale has no zero", "give a low above 0")
        if self.integer and (low != math.floor(low) or high != math.floor(high)):
            raise refusal("low", "the ends are not whole", "give whole numbers as low and high")


class Sweep(Strict):
    """A family of runs of one scenario."""

    schema_version: Literal[1]
    """Version of this format."""
    name: Slug
    """Name of the sweep, of its folder and in its table."""
    title: Annotated[str, Field(min_length=1, max_length=120)] = "Sweep"
    """A line for people."""
    description: Annotated[str, Field(max_length=2000)] = ""
    """What it is for."""
    scenario: Annotated[str, Field(min_length=1, max_length=500)]
    """Name in the library, or a file in this file's folder or below."""
    design: Design = Design.GRID
    """All combinations, points drawn at random, or a Latin hypercube."""
    points: Annotated[int, Field(ge=1, le=MAX_CELLS)] | None = None
    """Points of a random design or a Latin hypercube; a grid has its own number."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """Of the design; the scenario's own seed is the key `seed` of an axis or of `overrides`."""
    overrides: dict[Key, JsonValue] = Field(default_factory=dict, max_length=100)
    """Keys of the scenario that are changed alike in every cell; lists and mappings too."""
    axes: Annotated[tuple[Axis, ...], Field(min_length=1, max_length=8)]
    """What varies."""
    metrics: Annotated[tuple[Metric, ...], Field(max_length=50)] = ()
    """Metrics of the table; empty for the scenario's primary ones."""

    @property
    def size(self) -> int:
        """Points of the design."""
        if self.design is not Design.GRID:
            return self.points or 0
        sizes = (len(axis.values) if axis.values else axis.steps or 0 for axis in self.axes)
        return math.prod(sizes)

    @model_validator(mode="after")
    def _axes_make_a_design(self) -> Self:
        self._check_names()
        for number, axis in enumerate(self.axes):
            needs_steps = self.design is Design.GRID and axis.values is None
            if needs_steps and axis.steps is None:
                fix = "add steps: N, the points of this axis"
                raise refusal(f"axes.{number}", "a range in a grid needs steps", fix)
            if self.design is not Design.GRID and axis.steps is not None:
                fix = "delete it; points says how many there are"
                raise refusal(f"axes.{number}.steps", "only a grid has steps", fix)
        if self.design is Design.GRID and self.points is not None:
            fix = "delete it, or choose design: latin_hypercube"
            raise refusal("points", "a grid has as many points as its axes make", fix)
        if self.design is not Design.GRID and self.points is None:
            fix = "add points: N"
            raise refusal("points", f"a {self.design.value} design needs points", fix)
        if self.size > MAX_CELLS:
            what = f"the grid has {self.size:,} cells, and at most {MAX_CELLS:,} can be played"
            fix = "take fewer values, or design: latin_hypercube with points"
            raise refusal("axes", what, fix)
        return self

    def _check_names(self) -> None:
        names = [axis.name for axis in self.axes]
        for number, name in enumerate(names):
            if name in names[:number]:
                what = f"{name} is the axis {names.index(name)} already"
                raise refusal(f"axes.{number}", what, "give each key one axis")
            if name in self.overrides:
                fix = "keep it as an axis, or among the overrides"
                raise refusal(f"axes.{number}", f"{name} is also overridden", fix)
        if len(set(self.metrics)) < len(self.metrics):
            raise refusal("metrics", "a metric is named twice", "name each once")
