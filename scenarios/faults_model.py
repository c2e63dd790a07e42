"""What goes wrong with the machine under load: jams, doubles, lost tracking, dead diverters."""

from pydantic import Field, model_validator

from scenarios.strict import NonNegative, Positive, Probability, Strict, refusal

__all__ = ["DiverterFaults", "Doubles", "Faults", "Jams", "Outage", "Tracking"]


class Jams(Strict):
    """Stops of a whole lane: a parcel wedges, the belt stands until somebody has freed it."""

    mtbf_h: Positive = Field(le=10_000.0)
    """Mean running time of a lane between two jams (exponential)."""
    mttr_s: Positive = Field(le=86_400.0)
    """Mean time until the belt runs again."""
    mttr_cv: float = Field(default=1.0, ge=0.0, le=3.0)
    """Coefficient of variation of that time (gamma distributed); 1 is exponential."""


class Doubles(Strict):
    """Two parcels fed as one: the second rides along and its label is never seen."""

    share: Probability
    """Share of placings with a parcel waiting behind that drag it along."""
    detected_share: Probability = 0.0
    """Share of doubles the measuring tunnel finds; both then go to the exception station."""


class Tracking(Strict):
    """Parcels that slip on the belt, so that the control takes them to be where they are not."""

    neighbour_share: Probability = 0.0
    """Share of diversions that drop the parcel into the next chute."""
    lost_share: Probability = 0.0
    """Share of diversions that miss the parcel: it goes round as unknown and is read anew."""

    @model_validator(mode="after")
    def _shares_fit(self) -> "Tracking":
        if self.neighbour_share + self.lost_share > 1.0:
            raise refusal(
                "lost_share",
                f"neighbour_share {self.neighbour_share:g} and lost_share {self.lost_share:g} "
                "sum to more than 1",
                "lower one of them; a diversion goes wrong one way at most",
            )
        return self


class DiverterFaults(Strict):
    """Diverters that do not fire until repaired; their parcels go round again."""

    mtbf_h: Positive = Field(le=100_000.0)
    """Mean time of one diverter between two failures (exponential)."""
    mttr_s: Positive = Field(le=86_400.0)
    """Mean time until it fires again (exponential)."""


class Outage(Strict):
    """A lane whose belt stands for a while, whatever the reason."""

    lane: int | None = Field(default=None, ge=0, le=63)
    """Which lane, counted from 0; null means every lane."""
    start_s: NonNegative
    """When it is lost."""
    end_s: Positive
    """When it is back."""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Outage":
        if self.end_s <= self.start_s:
            raise refusal(
                "end_s",
                f"the outage ends at {self.end_s:g} s, not after its start at {self.start_s:g} s",
                "give an end_s later than start_s",
            )
        return self


class Faults(Strict):
    """Faults of the machine, under load only: a lab tries its readers on one that runs."""

    jams: Jams | None = None
    """Stops of a lane; null means none."""
    doubles: Doubles | None = None
    """Parcels fed two at a time; null means none."""
    tracking: Tracking | None = None
    """Parcels that slip from their place; null means none."""
    diverters: DiverterFaults | None = None
    """Diverters that do not fire; null means none."""
    outages: tuple[Outage, ...] = Field(default=(), max_length=100)
    """Lanes that stand from a given time to another."""
