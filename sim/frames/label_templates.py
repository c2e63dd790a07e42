"""Where a label carries what: the layouts that shippers' printers use."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sim.frames.label import LABEL_WIDTH_MM

__all__ = ["DOTS_PER_MM", "TEMPLATES", "LabelTemplate", "Mark"]

DOTS_PER_MM = 8
"""A 203 dpi thermal head."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A word in a box, for hands and not for machines: a service, a tour, a warning.

    Attributes
    ----------
    text : str
    box : (left, top, right, bottom)
        In mm from the label's top left corner.
    filled : bool
        White on black; otherwise black in a thin frame.
    """

    text: str
    box: tuple[float, float, float, float]
    filled: bool


@dataclass(frozen=True, slots=True)
class LabelTemplate:
    """Lengths in mm from the label's top left corner, font sizes in dots of the thermal head.

    Attributes
    ----------
    sender_y, receiver_y : float
        Baselines of the first line of either address.
    address_x : (plain, mirrored)
        Left edge of the sender's address.
    matrix : (x plain, x mirrored, y)
        Top left corner of the DataMatrix.
    rules : tuple of float
        Heights of the horizontal lines.
    code_x, code_y : float
        Middle of the sort code.
    code_width, code_size
        Widest that it may become, and its largest em.
    bars_y, bars_height : float
        Of the Code 128 symbol.
    id_y, id_size
        Baseline and em of the printed tracking id.
    foot_y : float
        Baseline of service and weight.
    bars_x, id_x : float
        Middle of the Code 128 symbol and of the printed tracking id.
    marks : tuple of Mark
    """

    sender_y: float
    receiver_y: float
    address_x: tuple[float, float]
    matrix: tuple[float, float, float]
    rules: tuple[float, ...]
    code_x: float
    code_y: float
    code_width: float
    code_size: int
    bars_y: float
    bars_height: float
    id_y: float
    id_size: int
    foot_y: float
    bars_x: float = 0.5 * LABEL_WIDTH_MM
    id_x: float = 0.5 * LABEL_WIDTH_MM
    marks: tuple[Mark, ...] = ()


TEMPLATES: Mapping[str, LabelTemplate] = MappingProxyType(
    {
        "standard": LabelTemplate(
            sender_y=10.0,
            receiver_y=35.0,
            address_x=(6.0, 28.0),
            matrix=(80.0, 6.0, 8.0),
            rules=(56.0, 86.5, 133.0),
            code_x=0.5 * LABEL_WIDTH_MM,
            code_y=71.5,
            code_width=90.0,
            code_size=216,
            bars_y=91.5,
            bars_height=27.0,
            id_y=128.0,
            id_size=58,
            foot_y=141.5,
        ),
        # the sort code on top, for hands that read it from afar; the addresses at the foot
        "banner": LabelTemplate(
            sender_y=86.0,
            receiver_y=108.0,
            address_x=(6.0, 28.0),
            matrix=(80.0, 6.0, 84.0),
            rules=(32.5, 78.0, 130.0),
            code_x=0.5 * LABEL_WIDTH_MM,
            code_y=17.5,
            code_width=90.0,
            code_size=216,
            bars_y=36.5,
            bars_height=27.0,
            id_y=73.0,
            id_size=58,
            foot_y=141.5,
        ),
        # a smaller sort code beside the DataMatrix, and the printed id above its bars
        "split": LabelTemplate(
            sender_y=10.0,
            receiver_y=35.0,
            address_x=(6.0, 28.0),
            matrix=(7.0, 80.0, 66.0),
            rules=(58.0, 88.0, 134.0),
            code_x=0.5 * LABEL_WIDTH_MM,
            code_y=73.0,
            code_width=56.0,
            code_size=150,
            bars_y=102.0,
            bars_height=29.0,
            id_y=98.0,
            id_size=52,
            foot_y=142.5,
        ),
    }
)
"""By the name that scenario files use; the first is the carrier's own.  What scenario files call
``varied`` is drawn anew for every parcel, by `sim.frames.varied_layout`."""
