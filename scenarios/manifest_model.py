"""Advance data of the parcels."""

from pydantic import Field, model_validator

from scenarios.strict import Positive, Probability, Strict, refusal

__all__ = ["Manifest"]


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
