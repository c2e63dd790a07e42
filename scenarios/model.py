"""The scenario schema: strict, frozen, no unknown keys, no NaN, units in names."""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from scenarios.degradations import KINDS, SEVERITY_SHARES
from scenarios.strict import (
    Metric,
    NonNegative,
    Positive,
    Probability,
    Slug,
    Strict,
    Value,
    refusal,
)

__all__ = [
    "Arm",
    "Arrivals",
    "Burst",
    "Camera",
    "DegradationShare",
    "Full",
    "Lane",
    "Manifest",
    "RatePeriod",
    "ReviewDesk",
    "Sampled",
    "Scenario",
    "Sorting",
    "Surge",
    "SystemChoice",
]

MAX_PARCELS = 10_000_000
"""Parcels of one replication beyond which a scenario is taken for a typing error."""


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise refusal("", f"{kind!r} is no degradation", f"use one of {', '.join(KINDS)}")
    return kind


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


class RatePeriod(Strict):
    """From `start_s` on, arrivals come at `factor` times the base rate."""

    start_s: NonNegative
    """Start of the period, from the start of the shift; it lasts until the next one."""
    factor: NonNegative = Field(le=1000.0)
    """Weight of the period: its share of the base parcels is factor x length, normalised."""


class Burst(Strict):
    """Parcels tipped together from a container: a Poisson cluster process."""

    mean_parcels: float = Field(ge=1.0, le=500.0)
    """Mean number of parcels of one burst."""
    mean_gap_s: Positive
    """Mean time between parcels of one burst."""


class Surge(Strict):
    """Extra parcels that exist only under load, on top of the base population."""

    start_s: NonNegative
    """When the surge begins."""
    end_s: Positive
    """When it ends; later than `start_s`, by `duration_s` at the latest."""
    extra_per_h: float = Field(gt=0.0, le=20_000.0)
    """Extra parcels an hour on each lane while it lasts."""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Surge":
        if self.end_s <= self.start_s:
            raise refusal(
                "end_s",
                f"the surge ends at {self.end_s:g} s, not after its start at {self.start_s:g} s",
                "give an end_s later than start_s",
            )
        return self


class Arrivals(Strict):
    """How parcels come to each lane.

    The lab sees the base population at a constant rate; the load of production is the profile,
    the bursts and the surges.
    """

    duration_s: float = Field(gt=0.0, le=7 * 86_400.0)
    """How long parcels arrive; the run goes on until the last one has left the belt."""
    rate_per_h: float = Field(gt=0.0, le=20_000.0)
    """Base parcels an hour on each lane."""
    profile: tuple[RatePeriod, ...] = Field(default=(), max_length=1000)
    """How the base rate varies under load; empty means constant."""
    burst: Burst | None = None
    """Clustering of arrivals under load; null means none."""
    surges: tuple[Surge, ...] = Field(default=(), max_length=100)
    """Extra parcels under load."""

    @model_validator(mode="after")
    def _inside_the_duration(self) -> "Arrivals":
        starts = [period.start_s for period in self.profile]
        for number, (before, after) in enumerate(pairwise(starts), start=1):
            if after <= before:
                raise refusal(
                    f"profile.{number}.start_s",
                    f"the period starts at {after:g} s, not after the one before it at "
                    f"{before:g} s",
                    "sort the profile by start_s, each start once",
                )
        if starts and starts[0] != 0.0:
            raise refusal(
                "profile.0.start_s",
                f"the profile begins at {starts[0]:g} s, so the time before it has no rate",
                "let the first period have start_s: 0",
            )
        if starts and starts[-1] >= self.duration_s:
            number = next(i for i, start in enumerate(starts) if start >= self.duration_s)
            raise refusal(
                f"profile.{number}.start_s",
                f"the period starts at {starts[number]:g} s, but arrivals end at "
                f"{self.duration_s:g} s",
                "start every period before duration_s, or lengthen duration_s",
            )
        if self.profile and not any(period.factor > 0.0 for period in self.profile):
            raise refusal(
                "profile", "no period has a factor above 0", "give one period a factor above 0"
            )
        for number, surge in enumerate(self.surges):
            if surge.end_s > self.duration_s:
                raise refusal(
                    f"surges.{number}.end_s",
                    f"the surge ends at {surge.end_s:g} s, but arrivals end at "
                    f"{self.duration_s:g} s",
                    "end it by duration_s, or lengthen duration_s",
                )
        return self

    def expected_parcels(self) -> float:
        """Mean number of parcels of one lane under load, base and surge."""
        surge = sum((s.end_s - s.start_s) * s.extra_per_h for s in self.surges)
        return (self.duration_s * self.rate_per_h + surge) / 3600.0


class Lane(Strict):
    """One belt loop: induction, camera, diverters, recirculation."""

    belt_speed_mps: float = Field(gt=0.0, le=2.5)
    """Speed of the belt."""
    pitch_m: float = Field(gt=0.0, le=5.0)
    """Least distance between the fronts of two parcels."""
    induction_rate_per_h: float = Field(gt=0.0, le=20_000.0)
    """What the induction station manages when parcels wait and the belt is free."""
    induction_cv: float = Field(ge=0.0, le=2.0)
    """Coefficient of variation of the induction time (gamma distributed)."""
    camera_distance_m: Positive = Field(le=1000.0)
    """From the induction point to the camera."""
    diverter_distance_m: Positive = Field(le=1000.0)
    """From the camera to the first diverter."""
    chute_spacing_m: Positive = Field(le=100.0)
    """From one diverter to the next."""
    chutes: int = Field(ge=2, le=512)
    """Chutes of the lane, each with its diverter."""
    return_distance_m: Positive = Field(le=1000.0)
    """From the last diverter back to the induction point."""
    max_laps: int = Field(ge=1, le=10)
    """Laps after which a parcel that still has no destination goes to the exception station."""
    no_read_to_desk: bool = False
    """Send the image of a parcel that could not be read to the review desk while it goes round."""

    @model_validator(mode="after")
    def _returns_are_seen_in_time(self) -> "Lane":
        if self.return_distance_m < self.pitch_m:
            raise refusal(
                "return_distance_m",
                f"the belt returns over {self.return_distance_m:g} m, less than the pitch of "
                f"{self.pitch_m:g} m, so a place could not be kept free in time",
                "give at least pitch_m",
            )
        return self


class Camera(Strict):
    """Sensor over the belt."""

    pixels_per_m: float = Field(ge=200.0, le=10_000.0)
    """Sensor pixels for one metre of belt."""
    sensor_width_px: int = Field(ge=64, le=8192)
    """Along the belt."""
    sensor_height_px: int = Field(ge=64, le=8192)
    """Across the belt."""
    overview_width_px: int = Field(ge=32, le=2048)
    """Width of the low-resolution picture of the whole field of view; at most the sensor's."""
    exposure_ms: float = Field(gt=0.0, le=20.0)
    """Nominal exposure; blur in pixels is belt speed x exposure x pixels per metre."""
    full_well_electrons: float = Field(ge=500.0, le=200_000.0)
    """Photo-electrons at white: shot noise at white has a relative sd of 1/sqrt(full well)."""
    read_noise_electrons: float = Field(ge=0.0, le=500.0)
    """Standard deviation of the sensor's own noise."""

    @model_validator(mode="after")
    def _overview_is_smaller(self) -> "Camera":
        if self.overview_width_px > self.sensor_width_px:
            raise refusal(
                "overview_width_px",
                f"the overview is {self.overview_width_px} px wide, the sensor only "
                f"{self.sensor_width_px} px",
                "give at most sensor_width_px",
            )
        return self


class Manifest(Strict):
    """Advance data of each parcel, keyed by tracking id."""

    late_share: Probability
    """Share of parcels whose record comes after the parcel itself."""
    missing_share: Probability
    """Share of parcels that never get a record."""
    late_mean_s: Positive = Field(le=7 * 86_400.0)
    """Mean delay of a late record after the parcel's arrival (exponential)."""

    @model_validator(mode="after")
    def _shares_fit(self) -> "Manifest":
        if self.late_share + self.missing_share > 1.0:
            raise refusal(
                "late_share",
                f"late_share {self.late_share:g} and missing_share {self.missing_share:g} sum to "
                "more than 1",
                "lower one of them; a record is either on time, late or missing",
            )
        return self


class ReviewDesk(Strict):
    """People who key the sort code of images the reader was unsure of (video coding)."""

    operators: int = Field(ge=0, le=500)
    """People at the desk, shared by all lanes."""
    images_per_h: float = Field(gt=0.0, le=3600.0)
    """Images one operator keys an hour; 700-1,200 in the field."""
    service_cv: float = Field(ge=0.0, le=2.0)
    """Coefficient of variation of the keying time (gamma distributed)."""
    error_rate: float = Field(ge=0.005, le=1.0)
    """Share of keyed codes that are wrong; never below 0.5 %."""
    queue_limit: int = Field(ge=0, le=100_000)
    """Images that may wait; beyond it the parcel recirculates without an answer."""


class DegradationShare(Strict):
    """How often one kind hits, how hard, and why we think so."""

    kind: Annotated[str, AfterValidator(_known)] = Field(json_schema_extra={"enum": list(KINDS)})
    """Name of the degradation."""
    share: Probability
    """Share of parcels (item scope) or of passes (pass scope) it hits."""
    severity_shares: tuple[Probability, Probability, Probability, Probability, Probability] = (
        SEVERITY_SHARES
    )
    """Shares of severities 1 to 5 among those it hits; they sum to 1."""
    reason: str = Field(min_length=10, max_length=1000)
    """Why this share: a source, a measurement or a plain statement that it is assumed."""

    @model_validator(mode="after")
    def _whole(self) -> "DegradationShare":
        if abs(sum(self.severity_shares) - 1.0) > 1e-9:
            raise refusal(
                "severity_shares",
                f"the severity shares sum to {sum(self.severity_shares):g}",
                "let the five shares sum to 1, e.g. [0.3, 0.3, 0.2, 0.12, 0.08]",
            )
        return self


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
