"""How the reader of an arm was trained, by the card of its weights."""

import inspect
from collections.abc import Mapping
from typing import Any

from labgap.arms import ArmSpec
from systems.builtin import BUILT_IN
from systems.loading import imported
from systems.weights import card_of

__all__ = ["reader_training"]

TOLD = ("recipe", "size", "steps", "seed")


def reader_training(arm: ArmSpec) -> Mapping[str, Any] | None:
    """Recipe, size, steps and seed of an arm's reader.

    Parameters
    ----------
    arm : ArmSpec

    Returns
    -------
    mapping or None
        None for a system that is not one of ours, has no weights to choose, or whose weights have
        no card of a training.

    Raises
    ------
    SystemLoadError
        If the weights or their card cannot be read.
    """
    built_in = BUILT_IN["vision"].get(arm.spec)
    if built_in is None:
        return None
    factory = imported(built_in.target, arm.spec)
    parameter = inspect.signature(factory).parameters.get("reader")
    if parameter is None:
        return None
    card = card_of(str(arm.params.get("reader", parameter.default)))
    return {name: card[name] for name in TOLD} if card.keys() >= set(TOLD) else None
