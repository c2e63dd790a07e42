"""The exception desk and its people."""

from pydantic import Field

from scenarios.strict import Probability, Strict

__all__ = ["ExceptionDesk"]


class ExceptionDesk(Strict):
    """People who work off what left the belt for the exception station, and what never got on."""

    people: int = Field(ge=1, le=500)
    """People at the desk, shared by all lanes."""
    parcels_per_h: float = Field(gt=0.0, le=3600.0)
    """Parcels one person finds the address of and carries to its chute, an hour."""
    service_cv: float = Field(ge=0.0, le=2.0)
    """Coefficient of variation of that time (gamma distributed)."""
    error_rate: Probability
    """Share of parcels that end up in a wrong chute."""
