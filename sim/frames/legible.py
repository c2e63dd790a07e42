"""Of which lines of the print every symbol is left, as far as geometry goes."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from scenarios.model import Camera
from sim.degradations.mix import Condition
from sim.frames.article import LabelArticle
from sim.frames.capture import MAX_LABEL_ANGLE_DEG
from sim.frames.lying import Lying
from sim.frames.pose import AS_IT_SHOULD, draw_pose
from sim.frames.printing import LineMm
from sim.frames.staging import damaged_label, hidden_from_above, lying_of
from sim.sorting.parcel import Parcel
from sim.streams import Streams

__all__ = ["legible_lines"]

LEAST_INK = 0.5
"""Share of its ink in sight that a symbol needs to count as left.  An assumption: a reader may tell
a symbol from less, or not from more."""
MAY_BE_GONE: Mapping[str, int] = MappingProxyType({"sort_code": 0, "tracking_id": 1})
"""Symbols that a line can spare: the check digit of a tracking id gives back one of its digits."""


def legible_lines(
    parcel: Parcel,
    lap: int,
    conditions: Sequence[Condition],
    camera: Camera,
    streams: Streams,
    rest: Lying = AS_IT_SHOULD,
) -> frozenset[str]:
    """Lines of which half of every symbol that is needed is in sight of the camera over the belt.

    `sim.frames.capture.is_readable` asks for 70 % of the ink of both lines together, which may lack
    a whole symbol of either. Who reads the print of such a label must tell a symbol from less than
    half of its ink: no bound, but harder. What hides ink is the same: blur, noise and missing light
    do not count.

    Parameters
    ----------
    parcel, lap, conditions, camera, streams, rest
        As for `sim.frames.capture.capture`.

    Returns
    -------
    frozenset of str
        Of ``sort_code`` and ``tracking_id``.
    """
    lying = lying_of(parcel, lap, conditions, streams, rest)
    if draw_pose(parcel, lap, camera, streams, lying=lying).angle_deg > MAX_LABEL_ANGLE_DEG:
        return frozenset()
    label = damaged_label(parcel, lap, conditions, streams, px_per_mm=4.0)
    veiled = hidden_from_above(label, parcel, lap, conditions, camera, streams, lying)
    hidden = label.hidden if veiled is None else label.hidden | veiled
    return frozenset(
        line
        for line, symbols in label.symbols_mm.items()
        if sum(_share_in_sight(label, hidden, box) < LEAST_INK for box in symbols)
        <= MAY_BE_GONE[line]
    )


def _share_in_sight(label: LabelArticle, hidden: NDArray[np.bool_], box: LineMm) -> float:
    """Share of the ink within a box that shows."""
    left, top, right, bottom = (round((side + label.margin_mm) * label.px_per_mm) for side in box)
    ink = label.glyphs[top:bottom, left:right]
    total = int(np.count_nonzero(ink))
    return 1.0 - np.count_nonzero(ink & hidden[top:bottom, left:right]) / total if total else 0.0
