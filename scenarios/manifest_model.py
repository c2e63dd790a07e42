"""Advance data of the parcels."""

from pydantic import Field, model_validator

from scenarios.strict import Positive, Probability, Strict, refusal

__all__ = ["BodyCheck", "Manifest"]


class BodyCheck(Strict):
    """Records carry weight and size; what the tunnel measures must agree with them."""

    declared_error: float = Field(ge=0.0, le=1.0)
    """How far shippers' declared weights and sides are off, as a share (sd of the logarithm)."""
    weight_tolerance: float = Field(gt=0.0, le=10.0)
    """Difference in weight, as a share of the declared one, beyond which it is another parcel."""
    size_tolerance: float = Field(gt=0.0, le=10.0)
    """The same for each of the three sides, longest first, however the parcel lies."""


class Manifest(Strict):
    """Advance data of each parcel, keyed by tracking id."""

    late_share: Probability
    """Share of parcels whose record comes after the parcel itself."""
    missing_share: Probability
    """Share of parcels that never get a record."""
    late_mean_s: Positive = Field(le=7 * 86_400.0)
    """Mean delay of a late record after the parcel's arrival (exponential)."""
    body: BodyCheck | None = None
    """Hold an id that no sort code confirms against weight and size; null holds it against none."""

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
