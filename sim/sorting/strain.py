"""What time at work, a long queue and a damaged label do to a person's pace and care."""

from typing import NamedTuple

from scenarios.desk_model import ReviewDesk

__all__ = ["EASE", "Strain", "strain"]


class Strain(NamedTuple):
    """Factors on one image.

    Attributes
    ----------
    time : float
        On the keying time.
    odds : float
        On the odds of a wrong code.
    """

    time: float
    odds: float


EASE = Strain(1.0, 1.0)
"""A fresh person, no hurry, a clean label."""


def strain(desk: ReviewDesk, at_work_s: float, queue_length: int, level: int) -> Strain:
    """Return what weighs on a person who takes an image; the influences multiply.

    Parameters
    ----------
    desk : scenarios.desk_model.ReviewDesk
    at_work_s : float
        Since the person came or had the last break.
    queue_length : int
        Images still waiting when this one is taken.
    level : int
        Sum of the severities of the degradations in the image.
    """
    time, odds = EASE
    if desk.fatigue is not None:
        tired_h = max(0.0, at_work_s - desk.fatigue.fresh_s) / 3600.0
        time *= 1.0 + desk.fatigue.slower_per_h * tired_h
        odds *= 1.0 + desk.fatigue.errors_per_h * tired_h
    if desk.haste is not None and queue_length >= desk.haste.queue:
        time *= 1.0 - desk.haste.faster
        odds *= 1.0 + desk.haste.errors
    if desk.damage is not None and level:
        time *= 1.0 + desk.damage.slower_per_level * level
        odds *= desk.damage.odds_per_level**level
    return Strain(time, odds)
