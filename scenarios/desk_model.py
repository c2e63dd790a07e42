"""The review desk and its people: who is there when, how fast and how well they key."""

from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from scenarios.strict import NonNegative, Positive, Strict, refusal

__all__ = ["Break", "DamageStrain", "Fatigue", "Haste", "ReviewDesk", "Shift"]


class Break(Strict):
    """A break that falls due at a time."""

    start_s: NonNegative
    """When it is due, from the start of the scenario."""
    duration_s: float = Field(gt=0.0, le=4 * 3600.0)
    """How long it lasts once begun."""


class Shift(Strict):
    """People who come and go together."""

    start_s: NonNegative
    """When they come."""
    end_s: Positive
    """When they go; an image in hand is finished first."""
    operators: int = Field(ge=1, le=500)
    """How many they are."""
    breaks: tuple[Break, ...] = Field(default=(), max_length=50)
    """Breaks of each of them, in order."""
    break_stagger_s: NonNegative = 0.0
    """How much later each person's breaks are due than the last one's, so that some stay."""
    overtime_max_s: NonNegative = 0.0
    """How long they stay on while images wait, at most."""

    @model_validator(mode="after")
    def _in_order(self) -> "Shift":
        if self.end_s <= self.start_s:
            raise refusal(
                "end_s",
                f"the shift ends at {self.end_s:g} s, not after its start at {self.start_s:g} s",
                "give an end_s later than start_s",
            )
        latest_s = (self.operators - 1) * self.break_stagger_s
        for number, rest in enumerate(self.breaks):
            over_s = rest.start_s + latest_s + rest.duration_s
            if rest.start_s < self.start_s or over_s > self.end_s:
                raise refusal(
                    f"breaks.{number}.start_s",
                    f"the break, from {rest.start_s:g} s for the first to {over_s:g} s for the "
                    f"last, does not lie in the shift from {self.start_s:g} to {self.end_s:g} s",
                    "move the break into the shift, or lower break_stagger_s",
                )
        for number, (before, after) in enumerate(pairwise(self.breaks), start=1):
            if after.start_s < before.start_s + before.duration_s:
                raise refusal(
                    f"breaks.{number}.start_s",
                    f"the break at {after.start_s:g} s begins before the one at "
                    f"{before.start_s:g} s is over",
                    "sort the breaks and let none overlap",
                )
        return self


class Fatigue(Strict):
    """How people tire between breaks; one at work without a break is never fresh again."""

    fresh_s: NonNegative
    """Time at work, since coming or since the last break, before it shows."""
    slower_per_h: float = Field(ge=0.0, le=5.0)
    """Growth of the keying time for each further hour, as a share of it."""
    errors_per_h: float = Field(ge=0.0, le=20.0)
    """Growth of the odds of a wrong code for each further hour, as a share of them."""


class Haste(Strict):
    """How people trade care for speed when the queue is long."""

    queue: int = Field(ge=1, le=100_000)
    """Images waiting from which on they hurry."""
    faster: float = Field(ge=0.0, le=0.9)
    """Cut of the keying time, as a share of it."""
    errors: float = Field(ge=0.0, le=20.0)
    """Growth of the odds of a wrong code, as a share of them."""


class DamageStrain(Strict):
    """How the damage that troubles the reader troubles people.

    The level of an image is the sum of the severities of all degradations that hit that pass: 0
    for a clean label, 5 for one kind at its worst.
    """

    slower_per_level: float = Field(ge=0.0, le=2.0)
    """Growth of the keying time for each level, as a share of it."""
    odds_per_level: float = Field(ge=1.0, le=10.0)
    """Factor on the odds of a wrong code for each level; 1 means that damage does no harm."""


class ReviewDesk(Strict):
    """People who key the sort code of images the reader was unsure of (video coding)."""

    operators: int = Field(ge=0, le=500)
    """People at the desk all the time, shared by all lanes; those of `shifts` come on top."""
    images_per_h: float = Field(gt=0.0, le=3600.0)
    """Images one operator keys an hour; 700-1,200 in the field."""
    service_cv: float = Field(ge=0.0, le=2.0)
    """Coefficient of variation of the keying time (gamma distributed)."""
    error_rate: float = Field(ge=0.005, le=1.0)
    """Share of keyed codes that are wrong; never below 0.5 %."""
    queue_limit: int = Field(ge=0, le=100_000)
    """Images that may wait; one beyond them is refused."""
    when_full: Literal["recirculate", "best_guess"] = "recirculate"
    """What becomes of a refused image's parcel: another lap, or the reader's best guess, unsure as
    it is."""
    shifts: tuple[Shift, ...] = Field(default=(), max_length=100)
    """People who come and go; numbered after those who are always there, shift by shift."""
    break_waits_at: int | None = Field(default=None, ge=1, le=100_000)
    """Images waiting from which on a break that is due is put off; null means never."""
    break_grace_s: NonNegative = 1800.0
    """How long a break can be put off before it is lost."""
    fatigue: Fatigue | None = None
    """How people tire; null means they do not."""
    haste: Haste | None = None
    """What a long queue does to their work; null means nothing."""
    damage: DamageStrain | None = None
    """What a damaged label does to their work; null means nothing short of an unreadable one."""

    def people(self) -> int:
        """Operators in all, whenever they are there."""
        return self.operators + sum(shift.operators for shift in self.shifts)
