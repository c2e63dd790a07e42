"""The induction chute and its belt, and what slides on them how well."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["GRIP", "Chute"]

GRIP: Mapping[str, float] = MappingProxyType(
    {
        "kraft": 0.65,
        "white_card": 0.58,
        "brown_paper": 0.62,
        "grey_bag": 0.55,
        "black_bag": 0.55,
        "blue_bag": 0.55,
    }
)
"""Friction number of each material.

Bullet multiplies the numbers of two bodies that touch, so a material's number is the square root
of its coefficient on itself: 0.42 for corrugated board on board (box slide angles after TAPPI T 815
are usually 20 to 28 degrees, tangent 0.36 to 0.53), 0.34 for coated card, 0.38 for wrapping paper,
0.30 for polythene on polythene.  The values within those ranges are assumed.
"""


@dataclass(frozen=True, slots=True)
class Chute:
    """Shape and surfaces of one induction; every value is assumed unless a source is named.

    Attributes
    ----------
    slope_deg : float
        Steel chutes of this trade have 20 to 30 degrees: parcels must slide, not fly.
    length_m, drop_m : float
        Along the slope, and from its lip down to the belt.
    width_m, rail_m : float
        Between the side rails of chute and belt, and how high these stand.
    push_mps : float
        Speed at which a parcel is let go.
    belt_speed_mps : float
        Induction belts run slower than the lane, so parcels off the chute catch one another up.
    belt_grip, steel_grip : float
        Friction numbers, to be multiplied with `GRIP`: 0.80 makes 0.44 to 0.52 on a belt, 0.42
        makes 0.23 to 0.27 on steel (a drive maker's table has 0.18 to 0.35 for steel on plastic,
        sliding; Lust CDA3000 engineering guide, table 7.21).
    restitution : float
        Bullet multiplies this one too: parcels hardly bounce.
    parcels : int
        How many come in one burst.
    laid_gap_s, tipped_gap_s : float
        Mean time between them, exponential.  Laid: a person sets each down, label up, once there is
        room.  Tipped: a roll cage is emptied onto the chute; they come in any orientation and fall
        on what lies there.
    laid_yaw_deg : float
        How askew a person lays a parcel, standard deviation.
    tip_height_m : float
        From which a tipped parcel falls.
    """

    slope_deg: float = 25.0
    length_m: float = 1.2
    drop_m: float = 0.12
    width_m: float = 0.8
    rail_m: float = 0.5
    push_mps: float = 0.6
    belt_speed_mps: float = 1.2
    belt_grip: float = 0.80
    steel_grip: float = 0.42
    restitution: float = 0.3
    parcels: int = 6
    laid_gap_s: float = 1.0
    tipped_gap_s: float = 0.35
    laid_yaw_deg: float = 15.0
    tip_height_m: float = 0.08
