"""The scenario schema: strict, frozen, no unknown keys, no NaN, units in names."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scenarios.degradations import KINDS, SEVERITY_SHARES

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

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
NonNegative = Annotated[float, Field(ge=0.0)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Strict(BaseModel):
    """Base of every scenario part."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


class SystemChoice(Strict):
    """A registered system by name, with parameters for its factory."""

    name: str = Field(min_length=1, max_length=120)
    params: dict[str, str | int | float | bool] = Field(default_factory=dict)


class Arm(Strict):
    """One choice of systems."""

    name: Slug
    vision: SystemChoice


class Full(Strict):
    """The real model reads every parcel."""

    kind: Literal["full"]


class Sampled(Strict):
    """Every parcel moves; a pre-drawn random sample is read by the real model."""

    kind: Literal["sampled"]
    parcels: int = Field(ge=20, le=100_000)
    """Base parcels of each replication that the real model reads."""


Fidelity = Annotated[Full | Sampled, Field(discriminator="kind")]


class RatePeriod(Strict):
    """From `start_s` on, arrivals come at `factor` times the base rate."""

    start_s: NonNegative
    factor: NonNegative


class Burst(Strict):
    """Parcels tipped together from a container: a Poisson cluster process."""

    mean_parcels: float = Field(ge=1.0, le=500.0)
    mean_gap_s: Positive
    """Mean time between parcels of one burst."""


class Surge(Strict):
    """Extra parcels that exist only under load, on top of the base population."""

    start_s: NonNegative
    end_s: Positive
    extra_per_h: Positive

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Surge":
        if self.end_s <= self.start_s:
            raise ValueError("end_s must be later than start_s")
        return self


class Arrivals(Strict):
    """How parcels come to each lane.

    The lab sees the base population at a constant rate; the load of production is the profile,
    the bursts and the surges.
    """

    duration_s: float = Field(gt=0.0, le=7 * 86_400.0)
    rate_per_h: float = Field(gt=0.0, le=20_000.0)
    profile: tuple[RatePeriod, ...] = ()
    burst: Burst | None = None
    surges: tuple[Surge, ...] = ()

    @model_validator(mode="after")
    def _inside_the_duration(self) -> "Arrivals":
        starts = [period.start_s for period in self.profile]
        if starts != sorted(set(starts)):
            raise ValueError("profile must be sorted by start_s, each start once")
        if starts and starts[0] != 0.0:
            raise ValueError("profile must begin at start_s: 0")
        if any(start >= self.duration_s for start in starts):
            raise ValueError("every profile period must start before duration_s")
        if self.profile and not any(period.factor > 0.0 for period in self.profile):
            raise ValueError("at least one profile period needs a factor above 0")
        if any(surge.end_s > self.duration_s for surge in self.surges):
            raise ValueError("every surge must end by duration_s")
        return self


class Lane(Strict):
    """One belt loop: induction, camera, diverters, recirculation."""

    belt_speed_mps: float = Field(gt=0.0, le=2.5)
    pitch_m: float = Field(gt=0.0, le=5.0)
    """Least distance between the fronts of two parcels."""
    induction_rate_per_h: float = Field(gt=0.0, le=20_000.0)
    """What the induction station manages when parcels wait and the belt is free."""
    induction_cv: float = Field(ge=0.0, le=2.0)
    """Coefficient of variation of the induction time (gamma distributed)."""
    camera_distance_m: Positive
    """From the induction point to the camera."""
    diverter_distance_m: Positive
    """From the camera to the first diverter."""
    chute_spacing_m: Positive
    chutes: int = Field(ge=2, le=512)
    return_distance_m: Positive
    """From the last diverter back to the induction point."""
    max_laps: int = Field(ge=1, le=10)
    """Laps after which a parcel that still has no destination goes to the exception station."""


class Camera(Strict):
    """Sensor over the belt."""

    pixels_per_m: float = Field(ge=200.0, le=10_000.0)
    sensor_width_px: int = Field(ge=64, le=8192)
    """Along the belt."""
    sensor_height_px: int = Field(ge=64, le=8192)
    overview_width_px: int = Field(ge=32, le=2048)
    exposure_ms: float = Field(gt=0.0, le=20.0)
    full_well_electrons: float = Field(ge=500.0, le=200_000.0)
    """Photo-electrons at white: shot noise at white has a relative sd of 1/sqrt(full well)."""
    read_noise_electrons: float = Field(ge=0.0, le=500.0)

    @model_validator(mode="after")
    def _overview_is_smaller(self) -> "Camera":
        if self.overview_width_px > self.sensor_width_px:
            raise ValueError("overview_width_px must not exceed sensor_width_px")
        return self


class Manifest(Strict):
    """Advance data of each parcel, keyed by tracking id."""

    late_share: Probability
    missing_share: Probability
    late_mean_s: Positive
    """Mean delay of a late record after the parcel's arrival (exponential)."""

    @model_validator(mode="after")
    def _shares_fit(self) -> "Manifest":
        if self.late_share + self.missing_share > 1.0:
            raise ValueError("late_share + missing_share must not exceed 1")
        return self


class ReviewDesk(Strict):
    """People who key the sort code of images the reader was unsure of (video coding)."""

    operators: int = Field(ge=0, le=500)
    images_per_h: float = Field(gt=0.0, le=3600.0)
    """Images one operator keys an hour; 700-1,200 in the field."""
    service_cv: float = Field(ge=0.0, le=2.0)
    error_rate: float = Field(ge=0.005, le=1.0)
    """Share of keyed codes that are wrong; never below 0.5 %."""
    queue_limit: int = Field(ge=0, le=100_000)


class DegradationShare(Strict):
    """How often one kind hits, how hard, and why we think so."""

    kind: str
    share: Probability
    """Share of parcels (item scope) or of passes (pass scope) it hits."""
    severity_shares: tuple[float, float, float, float, float] = SEVERITY_SHARES
    reason: str = Field(min_length=10)

    @model_validator(mode="after")
    def _known_and_whole(self) -> "DegradationShare":
        if self.kind not in KINDS:
            raise ValueError(f"unknown degradation {self.kind!r}; known: {', '.join(KINDS)}")
        if min(self.severity_shares) < 0.0 or abs(sum(self.severity_shares) - 1.0) > 1e-9:
            raise ValueError("severity_shares must be non-negative and sum to 1")
        return self


class Sorting(Strict):
    """A sorting centre."""

    lanes: int = Field(ge=1, le=64)
    arrivals: Arrivals
    lane: Lane
    camera: Camera
    manifest: Manifest
    review_desk: ReviewDesk
    degradations: tuple[DegradationShare, ...] = ()

    @model_validator(mode="after")
    def _each_kind_once(self) -> "Sorting":
        kinds = [entry.kind for entry in self.degradations]
        if len(kinds) != len(set(kinds)):
            raise ValueError("degradations lists a kind twice")
        return self


class Scenario(Strict):
    """What happens, to which systems, how often."""

    schema_version: Literal[1]
    name: Slug
    title: str = Field(min_length=3, max_length=120)
    description: str = Field(min_length=10, max_length=4000)
    seed: int = Field(ge=0, le=2**63 - 1)
    replications: int = Field(ge=1, le=1000)
    fidelity: Fidelity
    arms: tuple[Arm, ...] = Field(min_length=1, max_length=32)
    primary_metrics: tuple[str, ...] = ("accuracy.forced",)
    """Endpoints named in advance; every other metric is exploration."""
    sorting: Sorting

    @model_validator(mode="after")
    def _each_arm_once(self) -> "Scenario":
        names = [arm.name for arm in self.arms]
        if len(names) != len(set(names)):
            raise ValueError("two arms have the same name")
        return self
