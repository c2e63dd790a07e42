"""The mixes that the vision bench plays, and what each of them shares with the fixed ones."""

from typing import Any

from scenarios.loading import load_scenario
from scenarios.model import Scenario

__all__ = [
    "ACCEPTED",
    "FACTORS",
    "MIXES",
    "OTHER_PARCELS",
    "OUTSIDE",
    "PRODUCTION",
    "READERS",
    "REDRAWN",
    "SAME_PARCELS",
    "SIZES",
    "UNSEEN",
    "as_fixed",
]

PRODUCTION, UNSEEN = MIXES = ("vision_production", "vision_unseen")
READERS = "vision_readers"
"""The production mix again, for a row of readers from poor to good."""
REDRAWN = "vision_redrawn"
"""The production mix again, its pictures drawn by another renderer."""
SIZES = "vision_sizes"
"""The production mix again, for networks of several sizes."""
FACTORS = "vision_factors"
"""The production mix again, for every combination of training, detector and abstention."""
SAME_PARCELS = {FACTORS: 3, READERS: 3, REDRAWN: 1, SIZES: 3}
"""Scenarios of the production mix's parcels, and how many of its replications they take."""
ACCEPTED = "vision_accepted"
"""More parcels of the production mix, to count wrong answers that were accepted."""
OUTSIDE = "vision_outside"
"""A few parcels of the production mix, for readers that are slow."""
OTHER_PARCELS = (ACCEPTED, OUTSIDE)
"""Scenarios of the production mix's labels and damage, for another time or on other parcels."""


def as_fixed(scenario: Scenario) -> Scenario:
    """The production mix as it was fixed, if a scenario has no more of its own than it may."""
    camera = scenario.sorting.camera.model_copy(update={"renderer": "layers"})
    sorting = scenario.sorting.model_copy(update={"camera": camera})
    changes: dict[str, Any] = {"name": PRODUCTION}
    if scenario.name in OTHER_PARCELS:
        fixed = load_scenario(PRODUCTION).scenario
        lasting = {"duration_s": fixed.sorting.arrivals.duration_s}
        arrivals = sorting.arrivals.model_copy(update=lasting)
        sorting = sorting.model_copy(update={"arrivals": arrivals})
        changes |= {"seed": fixed.seed, "replications": fixed.replications}
    return scenario.model_copy(update={**changes, "sorting": sorting})
