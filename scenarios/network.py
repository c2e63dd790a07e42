"""The schema of a network of centres, whose stations are pure queues.

Shares and rates stand for what earlier runs measured or what is assumed: nothing in a network
reads a label, and `ReaderOutcomes.reason` has to say where its shares come from.
"""

from itertools import pairwise

from pydantic import Field, model_validator

from scenarios.model import Arrivals, Burst, RatePeriod, Surge
from scenarios.strict import NonNegative, Positive, Probability, Strict, refusal

__all__ = ["CentreSizes", "Network", "NetworkLoad", "Peak", "ReaderOutcomes", "Station", "Worlds"]

LARGEST_RATE_PER_H = 20_000.0
"""Parcels an hour at which the size distribution is cut: the largest hubs."""


class CentreSizes(Strict):
    """How large the centres are: log-normal base rates."""

    median_per_h: float = Field(gt=0.0, le=5_000.0)
    """Base parcels an hour of the middle centre."""
    log_sd: float = Field(ge=0.0, le=2.0)
    """Standard deviation of the logarithm of the rate; 0 makes all centres alike."""
    reason: str = Field(min_length=10, max_length=1000)
    """Why these sizes: a source, a measurement or a plain statement that they are assumed."""


class Peak(Strict):
    """Extra parcels at every centre that exist only under load."""

    start_s: NonNegative
    """When the peak begins."""
    end_s: Positive
    """When it ends; later than `start_s`, by `duration_s` at the latest."""
    extra_share: float = Field(gt=0.0, le=10.0)
    """Extra parcels as a share of the centre's base rate."""


class NetworkLoad(Strict):
    """How parcels come to every centre: at a constant rate in the lab, like this under load."""

    duration_s: float = Field(gt=0.0, le=7 * 86_400.0)
    """How long parcels arrive."""
    profile: tuple[RatePeriod, ...] = Field(default=(), max_length=1000)
    """How the base rate varies under load; empty means constant."""
    burst: Burst | None = None
    """Clustering of arrivals under load; null means none."""
    peaks: tuple[Peak, ...] = Field(default=(), max_length=100)
    """Extra parcels under load."""

    @model_validator(mode="after")
    def _as_of_a_lane(self) -> "NetworkLoad":
        for number, peak in enumerate(self.peaks):
            if not peak.start_s < peak.end_s <= self.duration_s:
                raise refusal(
                    f"peaks.{number}.end_s",
                    f"the peak lasts from {peak.start_s:g} to {peak.end_s:g} s of "
                    f"{self.duration_s:g} s",
                    "let it end after its start and by duration_s",
                )
        starts = [period.start_s for period in self.profile]
        rising = all(before < after for before, after in pairwise(starts))
        if starts and (starts[0] != 0.0 or starts[-1] >= self.duration_s or not rising):
            raise refusal(
                "profile",
                "the periods do not follow each other from 0 to duration_s",
                "begin with start_s: 0 and sort the periods, each start once, before duration_s",
            )
        if starts and not any(period.factor > 0.0 for period in self.profile):
            raise refusal(
                "profile", "no period has a factor above 0", "give one period a factor above 0"
            )
        return self

    def arrivals(self, rate_per_h: float) -> Arrivals:
        """Arrivals of a centre of the given base rate, as those of one lane."""
        surges = tuple(
            Surge(
                start_s=peak.start_s,
                end_s=peak.end_s,
                extra_per_h=min(LARGEST_RATE_PER_H, peak.extra_share * rate_per_h),
            )
            for peak in self.peaks
        )
        return Arrivals(
            duration_s=self.duration_s,
            rate_per_h=rate_per_h,
            profile=self.profile,
            burst=self.burst,
            surges=surges,
        )


class Station(Strict):
    """A queue in front of servers, as many as the centre's plan asks for."""

    rate_per_h: float = Field(gt=0.0, le=20_000.0)
    """Parcels or images one server manages an hour."""
    cv: float = Field(ge=0.0, le=2.0)
    """Coefficient of variation of the service time (gamma distributed)."""
    planned_load: float = Field(gt=0.0, le=0.99)
    """Share of the servers' time that the plan means to use at the base rate and lab shares."""
    reason: str = Field(min_length=10, max_length=1000)
    """Why these figures: a source, a measurement or a plain statement that they are assumed."""


class ReaderOutcomes(Strict):
    """What becomes of parcels at the camera: shares that an earlier run measured, or assumed."""

    hand_off: Probability
    """Share whose image goes to the review desk."""
    no_read: Probability
    """Share that goes to the exception desk unread."""

    @model_validator(mode="after")
    def _shares_fit(self) -> "ReaderOutcomes":
        if self.hand_off + self.no_read > 1.0:
            raise refusal(
                "no_read",
                f"hand_off {self.hand_off:g} and no_read {self.no_read:g} sum to more than 1",
                "lower one of them; the rest is sorted as read",
            )
        return self


class Worlds(Strict):
    """Outcomes in the two worlds, and where they come from."""

    lab: ReaderOutcomes
    """With clean labels."""
    production: ReaderOutcomes
    """With degraded labels."""
    reason: str = Field(min_length=10, max_length=1000)
    """The run that measured these shares, or a plain statement that they are assumed."""


class Network(Strict):
    """Many centres, each a line of pure queues: docks, induction, review and exception desk.

    Left out on purpose: belts, recirculation, diverters and limited queues, which need state.
    """

    centres: int = Field(ge=1, le=5_000)
    """How many centres."""
    sizes: CentreSizes
    """How large they are."""
    load: NetworkLoad
    """How parcels come to them."""
    cut_off_s: float = Field(gt=0.0, le=14 * 86_400.0)
    """When the last trailer leaves every centre: parcels still inside are late."""
    docks: Station
    """Where parcels are unloaded."""
    induction: Station
    """Where parcels are placed on the belt."""
    review_desk: Station
    """Where people key what the reader handed off."""
    exception_desk: Station
    """Where people handle what was not read, or what the review desk could not key."""
    unkeyed_share: Probability
    """Share of images that the review desk cannot key."""
    reader: Worlds
    """What becomes of parcels at the camera; no model is run."""
