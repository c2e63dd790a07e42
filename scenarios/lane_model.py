"""The lane of a sorting centre: belt, induction, camera, diverters, recirculation."""

from pydantic import Field, model_validator

from scenarios.strict import Positive, Probability, Strict, refusal

__all__ = ["Lane"]


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
    induction_stations: int = Field(default=1, ge=1, le=64)
    """Induction stations of the lane, each at that rate; they share its queue and merge in turn."""
    non_conveyable_share: Probability = 0.0
    """Share of parcels the induction turns away (too long, too heavy, round): done by hand."""
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
    unknown_code_to_exception: bool = False
    """Send a parcel whose sort code is not in the sort plan to the exception station at once."""
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
