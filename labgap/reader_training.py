"""How the reader of an arm was trained, by the card of its weights."""

import inspect
from collections.abc import Mapping
from typing import Any

from labgap.arms import ArmSpec
from systems.builtin import BUILT_IN
from systems.loading import imported
from systems.vision.cascade.cascade import CENTRE
from systems.weights import card_of

__all__ = ["chain_seconds", "reader_card", "reader_training"]

TOLD = ("recipe", "size", "steps", "seed")
ROUND = "round"
"""On the card of a reader that an adversarial round trained further, for `steps` more."""
BEFORE = ("detector", "locator")
"""Parameters that name what stands before a reader."""
WEIGHTS = ("reader", "weights")
"""Parameters of our systems that name what reads, behind other networks or by itself."""


def reader_training(arm: ArmSpec) -> Mapping[str, Any] | None:
    """Recipe, size, steps and seed of an arm's reader, and the adversarial round that they are of.

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
    card = reader_card(arm)
    if card is None or not card.keys() >= set(TOLD):
        return None
    return {name: card[name] for name in (*TOLD, ROUND) if name in card}


def reader_card(arm: ArmSpec) -> Mapping[str, Any] | None:
    """The card of the weights that an arm reads with; empty where those have none.

    Parameters
    ----------
    arm : ArmSpec

    Returns
    -------
    mapping or None
        None for a system that is not one of ours, or has no weights to choose.

    Raises
    ------
    SystemLoadError
        If the weights or their card cannot be read.
    """
    used = _weights(arm)
    return next((card_of(used[name]) for name in WEIGHTS if name in used), None)


def chain_seconds(arm: ArmSpec) -> float:
    """Seconds that the networks an arm's parameters name were trained for together, by their cards.

    Raises
    ------
    SystemLoadError
        If weights or a card cannot be read.
    """
    used = _weights(arm)
    names = [used[name] for name in (*BEFORE, *WEIGHTS) if used.get(name, CENTRE) != CENTRE]
    return float(sum(card_of(name).get("seconds", 0.0) for name in names))


def _weights(arm: ArmSpec) -> Mapping[str, str]:
    """Parameter -> weights that an arm's system takes; empty for one that is not ours."""
    built_in = BUILT_IN["vision"].get(arm.spec)
    if built_in is None:
        return {}
    parameters = inspect.signature(imported(built_in.target, arm.spec)).parameters
    return {
        name: str(arm.params.get(name, parameters[name].default))
        for name in (*BEFORE, *WEIGHTS)
        if name in parameters
    }
