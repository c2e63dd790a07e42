"""Labels of which no two are laid out alike."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.label_templates import DOTS_PER_MM, LabelTemplate, Mark
from sim.frames.typesetting import CAP_HEIGHT

__all__ = ["varied_template"]

EDGE_MM = 4.0
"""Left blank along every edge, for a printer is never exact."""
SIDE_BY_SIDE_MM = 3.0
MATRIX_MM = 14.0
"""Side of the DataMatrix, at most."""
CODE_WIDTHS_MM = (40.0, 90.0)
CODE_SIZES = (110, 230)
"""Em of the sort code in dots: capitals of 10 to 21 mm."""
BARS_WIDTH_MM = 86.0
"""Of the Code 128 symbol with its quiet zones, which may reach over the blank edges."""
BARS_HEIGHTS_MM = (14.0, 30.0)
ID_SIZES = (40, 62)
RULED_GAP_MM = 1.6
"""Least room between two blocks for a line: nothing is printed on a rule."""
BLOCKS = ("sender", "receiver", "code", "bars", "foot", "marks")
HEIGHTS: Mapping[str, float] = MappingProxyType(
    {"sender": MATRIX_MM + 1.0, "receiver": 25.0, "foot": 6.5}
)
"""Of the blocks that are always as high, in mm."""
MARKS = ("EXPRESS", "24", "FRAGILE", "RETURN", "COD", "P", "E", "1/2", "ECO", "PRIORITY", "SHOP")
TOURS = "ABCDEFGHKMNPRSTVWX"


def varied_template(rng: np.random.Generator) -> LabelTemplate:
    """Draw a layout.

    What a label has to say stands below one another in any order, each as large as it may be and
    as far to a side, the tracking id above or below its bars, with or without lines between, and
    with words in boxes for hands.  The DataMatrix stands beside an address or such words: beside
    the sort code it stands in the layout ``split`` alone, which is kept for tests.

    Parameters
    ----------
    rng : numpy.random.Generator
        Keyed by the parcel.

    Returns
    -------
    LabelTemplate
    """
    code_size = int(rng.integers(*CODE_SIZES))
    bars_height = rng.uniform(*BARS_HEIGHTS_MM)
    id_size = int(rng.integers(*ID_SIZES))
    with_marks = bool(rng.random() < 0.6)
    blocks = [name for name in BLOCKS if with_marks or name != "marks"]
    rng.shuffle(blocks)
    code_mm, id_mm = (CAP_HEIGHT * size / DOTS_PER_MM for size in (code_size, id_size))
    heights = {
        **HEIGHTS,
        # a Q reaches below its line
        "code": 1.3 * code_mm + 1.0,
        "bars": bars_height + 1.3 * id_mm + 2.5,
        "marks": rng.uniform(MATRIX_MM + 1.0, 20.0),
    }
    room = LABEL_HEIGHT_MM - 2.0 * EDGE_MM - sum(heights[name] for name in blocks)
    gaps = (room * rng.dirichlet(np.full(len(blocks) + 1, 2.0))).tolist()
    tops, at = {}, EDGE_MM
    for name, gap in zip(blocks, gaps, strict=False):
        tops[name] = at + gap
        at = tops[name] + heights[name]
    between = [
        tops[name] - 0.5 * gap
        for name, gap in zip(blocks, gaps, strict=False)
        if gap >= RULED_GAP_MM
    ]
    host = "marks" if with_marks and rng.random() < 0.5 else "sender"
    matrix_x = (LABEL_WIDTH_MM - EDGE_MM - MATRIX_MM - 1.0, EDGE_MM + 2.0)
    code_width = rng.uniform(*CODE_WIDTHS_MM)
    code_x = _placed(rng, code_width)
    marks: list[Mark] = []
    if rng.random() < 0.5:
        marks += _beside(rng, code_x, code_width, tops["code"], code_mm)
    mark_free = EDGE_MM + 2.0 + MATRIX_MM + SIDE_BY_SIDE_MM
    if with_marks:
        # whichever side the DataMatrix is mirrored to, boxes leave it free
        marks += _row(rng, mark_free, LABEL_WIDTH_MM - mark_free, tops["marks"], heights["marks"])
    bars_top = tops["bars"]
    above = bool(rng.random() < 0.4)
    bars_y = bars_top + 1.3 * id_mm + 2.0 if above else bars_top
    id_y = bars_top + id_mm if above else bars_top + bars_height + 1.5 + id_mm
    id_width = 0.62 * 16 * id_size / DOTS_PER_MM
    return LabelTemplate(
        sender_y=tops["sender"] + 4.5,
        receiver_y=tops["receiver"] + 6.5,
        address_x=(6.0, 28.0),
        matrix=(*matrix_x, tops[host] + 0.5),
        rules=tuple(y for y in between if rng.random() < 0.7),
        code_x=code_x,
        code_y=tops["code"] + 0.5 * heights["code"],
        code_width=code_width,
        code_size=code_size,
        bars_y=bars_y,
        bars_height=bars_height,
        bars_x=_placed(rng, BARS_WIDTH_MM),
        id_y=id_y,
        id_size=id_size,
        id_x=_placed(rng, min(id_width, 88.0)),
        foot_y=tops["foot"] + 5.0,
        marks=tuple(marks),
    )


def _placed(rng: np.random.Generator, width: float) -> float:
    """Middle of something so wide, anywhere between the edges; one in three in the middle."""
    middle, play = 0.5 * LABEL_WIDTH_MM, 0.5 * LABEL_WIDTH_MM - EDGE_MM - 0.5 * width
    if rng.random() < 1.0 / 3.0:
        return middle
    return middle + rng.uniform(-play, play)


def _word(rng: np.random.Generator) -> str:
    """Something for hands: never of a sort code's length and symbols."""
    said: tuple[Callable[[], str], ...] = (
        lambda: MARKS[int(rng.integers(len(MARKS)))],
        lambda: f"{TOURS[int(rng.integers(len(TOURS)))]}-{int(rng.integers(10, 99))}",
        lambda: f"{int(rng.integers(100, 9_999))}",
    )
    return said[int(rng.integers(len(said)))]()


def _row(
    rng: np.random.Generator, left: float, right: float, top: float, height: float
) -> list[Mark]:
    """One to three boxes of one height beside each other."""
    count = int(rng.integers(1, 4))
    edges = np.linspace(left, right, count + 1).tolist()
    return [
        Mark(_word(rng), (a + 1.0, top, b - 1.0, top + height), bool(rng.random() < 0.5))
        for a, b in pairwise(edges)
    ]


def _beside(
    rng: np.random.Generator, code_x: float, code_width: float, top: float, height: float
) -> list[Mark]:
    """A box on the freer side of the sort code, where there is room for one."""
    left = code_x - 0.5 * code_width - SIDE_BY_SIDE_MM - EDGE_MM
    right = LABEL_WIDTH_MM - EDGE_MM - code_x - 0.5 * code_width - SIDE_BY_SIDE_MM
    free = max(left, right)
    if free < 12.0:
        return []
    width = rng.uniform(10.0, min(free, 30.0))
    start = EDGE_MM if left >= right else LABEL_WIDTH_MM - EDGE_MM - width
    box = (start, top, start + width, top + 1.2 * height)
    return [Mark(_word(rng), box, bool(rng.random() < 0.5))]
