"""The scenario schema: strict, frozen, no unknown keys, no NaN, units in names."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from scenarios.arrivals_model import Arrivals, Burst, RatePeriod, Surge
from scenarios.camera_model import VIEWS, Camera, View, Views
from scenarios.chutes_model import Chutes
from scenarios.degradation_share import DegradationShare
from scenarios.desk_model import ReviewDesk
from scenarios.exception_model import ExceptionDesk
from scenarios.faults_model import (
    DiverterFaults,
    Doubles,
    Faults,
    Jams,
    Outage,
    Tracking,
)
from scenarios.flow_model import LONGEST_FOOTPRINT_M, Flow
from scenarios.labels_model import LabelShare
from scenarios.lane_model import Lane
from scenarios.line_haul_model import LineHaul, Route
from scenarios.manifest_model import BodyCheck, Manifest
from scenarios.strict import (
    Metric,
    Slug,
    Strict,
    Value,
    refusal,
)

__all__ = [
    "Arm",
    "Arrivals",
    "BodyCheck",
    "Burst",
    "Camera",
    "Chutes",
    "DegradationShare",
    "DiverterFaults",
    "Doubles",
    "ExceptionDesk",
    "Faults",
    "Flow",
    "Full",
    "Jams",
    "Lane",
    "LineHaul",
    "Manifest",
    "Outage",
    "RatePeriod",
    "ReviewDesk",
    "Route",
    "Sampled",
    "Scenario",
    "Sorting",
    "Surge",
    "SystemChoice",
    "Tracking",
]

MAX_PARCELS = 10_000_000
"""Parcels of one replication beyond which a scenario is taken for a typing error."""


class SystemChoice(Strict):
    """A registered system by name, with parameters for its factory."""

    name: str = Field(min_length=1, max_length=120)
    """Registered name, as `labgap list` shows it."""
    params: dict[str, Value] = Field(default_factory=dict, max_length=64)
    """Keyword arguments of the system's factory."""


class Arm(Strict):
    """One choice of systems."""

    name: Slug
    """How tables and reports call this arm."""
    vision: SystemChoice
    """Reads the label of every parcel under the camera."""
    views: Views | None = None
    """Sides that this arm's tunnel looks from; null means those of `sorting.camera.views`."""


class Full(Strict):
    """The real model reads every parcel."""

    kind: Literal["full"]
    """`full`: the real model reads every parcel."""


class Sampled(Strict):
    """Every parcel moves; a pre-drawn random sample is read by the real model."""

    kind: Literal["sampled"]
    """`sampled`: a random sample is read, the rest draw from the outcomes measured in this run."""
    parcels: int = Field(ge=20, le=100_000)
    """Base parcels of each replication that the real model reads."""


Fidelity = Annotated[Full | Sampled, Field(discriminator="kind")]


class Sorting(Strict):
    """A sorting centre."""

    lanes: int = Field(ge=1, le=64)
    """Lanes of the centre, all alike; they share the review desk."""
    arrivals: Arrivals
    """How parcels come to each lane."""
    lane: Lane
    """Layout and speed of each lane."""
    camera: Camera
    """The camera of each lane."""
    manifest: Manifest
    """Advance data of the parcels."""
    review_desk: ReviewDesk
    """People who key what the reader could not."""
    degradations: tuple[DegradationShare, ...] = Field(default=(), max_length=100)
    """What production does to labels and pictures, drawn independently for each kind."""
    labels: tuple[LabelShare, ...] = Field(default=(), max_length=20)
    """Labels of other layouts and fonts, in the lab and in production; empty means all standard."""
    flow: Flow | None = None
    """How parcels come to lie in production; null draws them upright and near enough straight."""
    faults: Faults | None = None
    """What goes wrong with the machine under load; null means nothing."""
    chutes: Chutes | None = None
    """Chutes that fill and are emptied; null means they hold everything."""
    exception_desk: ExceptionDesk | None = None
    """People who work off the exceptions; null leaves them at the exception station."""
    line_haul: LineHaul | None = None
    """Trailers with cut-offs; null ends the scenario at the chutes."""

    @model_validator(mode="after")
    def _labels_are_shares_of_one_whole(self) -> "Sorting":
        total = sum(entry.share for entry in self.labels)
        if total > 1.0 + 1e-9:
            raise refusal(
                "labels",
                f"the shares sum to {total:g}",
                "let them sum to at most 1; the rest carries standard labels",
            )
        return self

    @model_validator(mode="after")
    def _each_kind_once(self) -> "Sorting":
        kinds = [entry.kind for entry in self.degradations]
        for number, kind in enumerate(kinds):
            if kind in kinds[:number]:
                raise refusal(
                    f"degradations.{number}.kind",
                    f"{kind} is listed twice",
                    "keep one entry for each kind",
                )
        if self.flow is not None and self.flow.gap_m is not None:
            longest_m = self.flow.gap_m + LONGEST_FOOTPRINT_M
            if longest_m > self.lane.return_distance_m:
                raise refusal(
                    "flow.gap_m",
                    f"a parcel and its gap may take {longest_m:g} m, more than the belt's return "
                    f"of {self.lane.return_distance_m:g} m, so a place could not be kept free",
                    "lower gap_m or lengthen lane.return_distance_m",
                )
        if self.line_haul is not None:
            routed = sum(route.chutes for route in self.line_haul.routes)
            if routed != self.lane.chutes:
                raise refusal(
                    "line_haul.routes",
                    f"the routes have {routed} chutes, a lane has {self.lane.chutes}",
                    "let the routes' chutes add up to lane.chutes",
                )
        for number, outage in enumerate(self.faults.outages if self.faults else ()):
            if outage.lane is not None and outage.lane >= self.lanes:
                raise refusal(
                    f"faults.outages.{number}.lane",
                    f"there is no lane {outage.lane}: {self.lanes} are counted from 0",
                    f"give a lane below {self.lanes}, or null for all",
                )
        parcels = self.lanes * self.arrivals.expected_parcels()
        if parcels > MAX_PARCELS:
            raise refusal(
                "arrivals.rate_per_h",
                f"lanes x rate x duration make {parcels:,.0f} parcels a replication",
                f"stay within {MAX_PARCELS:,}: lower lanes, rate_per_h, duration_s or the surges",
            )
        return self


class Scenario(Strict):
    """What happens, to which systems, how often."""

    schema_version: Literal[1]
    """Version of this format: 1."""
    name: Slug
    """Short name; run folders and reports carry it."""
    title: str = Field(min_length=3, max_length=120)
    """One line for people."""
    description: str = Field(min_length=10, max_length=4000)
    """What the scenario stands for and what it leaves out."""
    seed: int = Field(ge=0, le=2**63 - 1)
    """Root of every random stream."""
    replications: int = Field(ge=1, le=1000)
    """Independent repetitions; a gate needs at least 10."""
    fidelity: Fidelity
    """Which parcels the real model reads."""
    arms: tuple[Arm, ...] = Field(min_length=1, max_length=32)
    """The choices of systems to compare, on the same parcels."""
    primary_metrics: tuple[Metric, ...] = Field(default=("accuracy.forced",), max_length=20)
    """Endpoints named in advance; every other metric is exploration."""
    sorting: Sorting
    """The sorting centre."""

    @property
    def every_view(self) -> tuple[View, ...]:
        """Sides that the tunnel of some arm looks from, in the order of `VIEWS`."""
        own = self.sorting.camera.views
        looked = {view for arm in self.arms for view in arm.views or own}
        return tuple(view for view in VIEWS if view in looked)

    @model_validator(mode="after")
    def _each_name_once(self) -> "Scenario":
        names = [arm.name for arm in self.arms]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise refusal(
                    f"arms.{number}.name",
                    f"two arms have the name {name!r}",
                    "give every arm its own name",
                )
        for number, metric in enumerate(self.primary_metrics):
            if metric in self.primary_metrics[:number]:
                raise refusal(
                    f"primary_metrics.{number}",
                    f"{metric} is listed twice",
                    "name every endpoint once",
                )
        return self
