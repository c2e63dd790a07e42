"""Chutes that fill, and the people who empty them."""

from pydantic import Field, model_validator

from scenarios.strict import Positive, Strict, refusal

__all__ = ["Chutes"]


class Chutes(Strict):
    """Bags or cages under the chutes; a full chute takes nothing and sends parcels round again."""

    capacity: int = Field(ge=1, le=100_000)
    """Parcels one chute holds, slide and cage together."""
    call_at: int | None = Field(default=None, ge=1, le=100_000)
    """Parcels at which an attendant is called; null means when it is full."""
    attendants: int = Field(ge=1, le=500)
    """People who swap full cages for empty ones, shared by all lanes."""
    swap_s: Positive = Field(le=86_400.0)
    """Mean time one swap takes, the walk included."""
    swap_cv: float = Field(ge=0.0, le=2.0)
    """Coefficient of variation of the swap time (gamma distributed)."""

    @model_validator(mode="after")
    def _called_by_the_time_it_is_full(self) -> "Chutes":
        if self.call_at is not None and self.call_at > self.capacity:
            raise refusal(
                "call_at",
                f"an attendant is called at {self.call_at} parcels, but a chute holds "
                f"{self.capacity}",
                "give a call_at of at most capacity",
            )
        return self
