"""How parcels come to a lane: base rate, profile, bursts, surges."""

from itertools import pairwise

from pydantic import Field, model_validator

from scenarios.strict import NonNegative, Positive, Strict, refusal

__all__ = ["Arrivals", "Burst", "RatePeriod", "Surge"]


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
