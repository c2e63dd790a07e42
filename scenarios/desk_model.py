"""The review desk and its people."""

from pydantic import Field

from scenarios.strict import Strict

__all__ = ["ReviewDesk"]


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
