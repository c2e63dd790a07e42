"""Which arms a chart shows: those that have something of their own to show."""

from collections.abc import Mapping
from typing import Any

from reports.vision_seeds import further_seeds

__all__ = ["charted_arms"]


def charted_arms(figures: Mapping[str, Any], most: int) -> list[str]:
    """The first arms of a bench, less those that would lie on another's curve.

    Arms whose readers propose the same and hand over more or less of it have one curve; so have,
    nearly, readers trained alike with other seeds.

    Parameters
    ----------
    figures : mapping
        Of ``labgap bench vision``.
    most : int
        Arms shown.
    """
    again = further_seeds(figures)
    curves: dict[tuple[Any, ...], str] = {}
    for arm in figures["arms"]:
        if arm not in again:
            curve = sorted(
                (row["mix"], row["kind"], row["severity"], row["n"], row["value"])
                for row in figures["damage"]
                if row["arm"] == arm
            )
            # an arm without a curve hides no other
            curves.setdefault(tuple(curve) or (arm,), arm)
    return list(curves.values())[:most]
