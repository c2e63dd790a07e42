"""What a staffing sheet may say: a sweep, a service level, and what things cost."""

from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field, model_validator

from scenarios import library
from scenarios.did_you_mean import did_you_mean
from scenarios.errors import InvalidScenario, Problem, printable
from scenarios.inheritance import confined
from scenarios.located import Located, nearest
from scenarios.model_file import read_model
from scenarios.strict import Metric, NonNegative, Probability, Slug, Strict, Value, refusal
from scenarios.sweep_loading import sweep_library

__all__ = [
    "AxisPrice",
    "Costs",
    "LoadedStaffing",
    "ParcelPrice",
    "ServiceLevel",
    "Staffing",
    "load_staffing",
    "staffing_library",
]

LIBRARY = Path(library.__file__).parent / "staffing"


class ServiceLevel(Strict):
    """What production must reach."""

    metric: Metric
    """A share in which more is better, e.g. rate.right_chute."""
    at_least: Probability
    """The least that will do."""


class ParcelPrice(Strict):
    """What each parcel costs to which something happened."""

    metric: Metric
    """A share of parcels, e.g. rate.misroute."""
    cost: NonNegative
    """For each parcel."""
    reason: Annotated[str, Field(min_length=10, max_length=500)]
    """Where the figure comes from, or that it is assumed."""


class AxisPrice(Strict):
    """What a value of an axis costs, whoever works."""

    key: Annotated[str, Field(min_length=1, max_length=200)]
    """Name of an axis of the sweep."""
    value: Value
    """One of its values."""
    per_h: NonNegative
    """Cost for each hour, for all lanes together."""


class Costs(Strict):
    """What things cost, in one currency."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    """ISO 4217 code; figures are not converted."""
    operator_h: NonNegative
    """An operator's hour, employer's side costs included."""
    overtime_factor: Annotated[float, Field(ge=1.0, le=5.0)] = 1.5
    """What an hour of overtime costs, in hours."""
    parcels: tuple[ParcelPrice, ...] = Field(default=(), max_length=50)
    """What goes wrong, by share of parcels."""
    axes: tuple[AxisPrice, ...] = Field(default=(), max_length=200)
    """Equipment that comes with a value of an axis; what is not listed costs nothing."""

    @model_validator(mode="after")
    def _each_once(self) -> "Costs":
        seen = set()
        for number, price in enumerate(self.axes):
            key = (price.key, isinstance(price.value, bool), price.value)
            if key in seen:
                raise refusal(
                    f"axes.{number}", f"{price.key} = {price.value} has two prices", "keep one"
                )
            seen.add(key)
        return self


class Staffing(Strict):
    """A staffing sheet: it asks which point of a sweep is the cheapest that serves well enough."""

    schema_version: Annotated[int, Field(ge=1, le=1)]
    """Version of this format: 1."""
    name: Slug
    """Short name."""
    title: Annotated[str, Field(min_length=3, max_length=120)]
    """One line for people."""
    description: Annotated[str, Field(max_length=2000)] = ""
    """What it stands for and what it leaves out."""
    sweep: Annotated[str, Field(min_length=1, max_length=500)]
    """Sweep of the library, or a file in this file's folder or below."""
    operators: Annotated[str, Field(min_length=1, max_length=200)] = "sorting.review_desk.operators"
    """Axis that the chart lays along its bottom: how many people there are."""
    service: ServiceLevel
    """What must be reached."""
    costs: Costs
    """What things cost."""


class LoadedStaffing(NamedTuple):
    """A valid sheet, and its sweep by library name or path."""

    sheet: Staffing
    sweep: str


def staffing_library() -> tuple[str, ...]:
    """Names of the sheets shipped with labgap, sorted."""
    return tuple(sorted(file.stem for file in LIBRARY.glob("*.yaml")))


def load_staffing(path: Path | str) -> LoadedStaffing:
    """Load a sheet from a file or from the library.

    Raises
    ------
    InvalidScenario
        With every problem found.
    """
    text = str(path)
    if text in staffing_library():
        source = LIBRARY / f"{text}.yaml"
        shown = library.shown(source)
    else:
        source, shown = Path(text), text if text.isprintable() else printable(text)
        if source.suffix not in (".yaml", ".yml"):
            close = did_you_mean(text, staffing_library())
            known = f"use one of {', '.join(staffing_library())}, or a path ending in .yaml"
            what = f"there is no staffing sheet {printable(text)}"
            fix = f"did you mean {close}?" if close else known
            raise InvalidScenario([Problem(what, "command line", "", fix)])
    sheet, root = read_model(Staffing, source, shown, "sweep: desk_size")
    return LoadedStaffing(sheet, _sweep(sheet.sweep, root, source))


def _sweep(value: str, root: Located, source: Path) -> str:
    where = str(nearest(root, ("sweep",)).place)

    def refused(what: str, fix: str) -> InvalidScenario:
        return InvalidScenario([Problem(what, where, "sweep", fix)])

    if value in sweep_library():
        return value
    if value.endswith((".yaml", ".yml")):
        confined(value, source.parent, refused)
        return str(source.parent / value)
    known = f"use a library sweep ({', '.join(sweep_library())}) or a relative path.yaml"
    raise refused(f"there is no library sweep {printable(value)}", known)
