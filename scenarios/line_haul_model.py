"""Trailers that take the parcels on, and when they leave."""

from pydantic import Field, model_validator

from scenarios.strict import NonNegative, Positive, Probability, Strict, refusal

__all__ = ["DAY_S", "LineHaul", "Route"]

DAY_S = 86_400.0
"""Trailers leave at the same times every day."""


class Route(Strict):
    """A direction: chutes side by side whose parcels go onto the same trailers."""

    chutes: int = Field(ge=1, le=512)
    """How many chutes; the first route has the first ones, and so on."""
    cut_offs_s: tuple[Positive, ...] = Field(min_length=1, max_length=100)
    """When its trailers leave, from the start of the scenario; the same every day."""

    @model_validator(mode="after")
    def _within_one_day(self) -> "Route":
        if list(self.cut_offs_s) != sorted(set(self.cut_offs_s)) or (
            self.cut_offs_s[-1] - self.cut_offs_s[0] >= DAY_S
        ):
            raise refusal(
                "cut_offs_s",
                "the cut-offs are not in order within one day",
                "sort them, each once, all within 86,400 s of the first",
            )
        return self


class LineHaul(Strict):
    """Line-haul trailers; what misses its promised one is late and takes the next of its route.

    A parcel is promised the first trailer of its route that leaves at least `promise_s` after it
    came, by the later of its two arrival times, calm and loaded: the promise is the same in every
    cell and can be kept in all of them.
    """

    routes: tuple[Route, ...] = Field(min_length=1, max_length=512)
    """Directions; their chutes add up to those of a lane."""
    promise_s: NonNegative = Field(le=86_400.0)
    """How long before the cut-off a parcel must come to be promised that trailer."""
    loading_s: NonNegative = Field(le=86_400.0)
    """Mean time from the chute onto the trailer."""
    loading_cv: float = Field(default=0.0, ge=0.0, le=2.0)
    """Coefficient of variation of that time (gamma distributed)."""
    misload_share: Probability = 0.0
    """Share of parcels put on the trailer of another route."""

    @property
    def chute_routes(self) -> tuple[int, ...]:
        """Number of the route of every chute of a lane, whatever lies in it."""
        return tuple(
            number for number, route in enumerate(self.routes) for _ in range(route.chutes)
        )

    @model_validator(mode="after")
    def _another_route_to_misload_to(self) -> "LineHaul":
        if self.misload_share > 0.0 and len(self.routes) == 1:
            raise refusal(
                "misload_share",
                "parcels are loaded onto the trailer of another route, but there is only one",
                "add a route, or set misload_share: 0",
            )
        return self
