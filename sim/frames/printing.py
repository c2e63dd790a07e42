"""The label as a thermal printer puts it on paper, a little different for every parcel."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from scenarios.labels_model import VARIED
from sim.frames.addresses import address_lines, sender_lines
from sim.frames.label import (
    CODE128_MODULE_MM,
    DATAMATRIX_MODULE_MM,
    LABEL_HEIGHT_MM,
    LABEL_WIDTH_MM,
    LabelText,
    datamatrix_payload,
)
from sim.frames.label_templates import DOTS_PER_MM, TEMPLATES, LabelTemplate, Mark
from sim.frames.typesetting import CAP_HEIGHT, draw_text, text_width
from sim.frames.varied_layout import varied_template
from sim.sorting.parcel import STANDARD_LABEL, LabelStyle

__all__ = ["LabelPrint", "LineMm", "print_label"]

LineMm = tuple[float, float, float, float]
"""(left, top, right, bottom) in mm from the label's top left corner."""
ID_FONT = "DejaVuSansMono-Bold"
MARK_FONT = "DejaVuSans-Bold"
SORT_CODE_FONTS = ("DejaVuSansMono-Bold", "DejaVuSans-Bold", "DejaVuSerif-Bold", "DejaVuSansMono")
BODY_FONTS = ("DejaVuSans", "DejaVuSansMono", "DejaVuSerif")
SERVICES = ("STANDARD", "EXPRESS 24", "ECONOMY", "NEXT DAY")


@dataclass(frozen=True, slots=True)
class LabelPrint:
    """Ink on a label.

    Attributes
    ----------
    ink : ndarray of uint8, shape (1200, 800)
        Coverage, 0 blank to 255 full, at `DOTS_PER_MM`.
    glyphs : ndarray of bool, shape (1200, 800)
        Ink of the two fields people read: the sort code and the printed tracking id.
    density : float
        Optical darkness of full ink, from 0 to 1.
    lines_mm : mapping of str to (left, top, right, bottom)
        Where either field lies, in mm from the label's corner: its ink from left to right, from
        the top of its capitals down to its baseline.
    symbols_mm : mapping of str to tuple of (left, top, right, bottom)
        The same of every symbol of either field, as wide as the font sets it.
    """

    ink: NDArray[np.uint8]
    glyphs: NDArray[np.bool_]
    density: float
    lines_mm: Mapping[str, LineMm]
    symbols_mm: Mapping[str, tuple[LineMm, ...]]


def _dots(mm: float) -> int:
    return round(mm * DOTS_PER_MM)


def _modules(text: str, kind: Literal["Code128", "DataMatrix"]) -> NDArray[np.uint8]:
    """Symbol at one pixel a module, 255 where it is dark."""
    symbology = getattr(zxingcpp.BarcodeFormat, kind)
    symbol = zxingcpp.create_barcode(text, symbology, force_square=True)
    image = np.array(symbol.to_image(scale=1, add_quiet_zones=False), dtype=np.uint8)
    return np.asarray(255 - (image[:1] if kind == "Code128" else image), dtype=np.uint8)


def _stamp(ink: NDArray[np.uint8], symbol: NDArray[np.uint8], x_mm: float, y_mm: float) -> None:
    x, y = _dots(x_mm), _dots(y_mm)
    ink[y : y + symbol.shape[0], x : x + symbol.shape[1]] = symbol


def _rule(ink: NDArray[np.uint8], y_mm: float, x0_mm: float = 4.0, x1_mm: float = 96.0) -> None:
    ink[_dots(y_mm) : _dots(y_mm) + 3, _dots(x0_mm) : _dots(x1_mm)] = 255


def _fitted(text: str, font: str, width: int, largest: int) -> int:
    """Largest em, up to `largest`, at which the text is at most `width` dots wide."""
    return min(largest, int(100 * width / text_width(text, font, 100)))


def print_label(
    text: LabelText, rng: np.random.Generator, style: LabelStyle = STANDARD_LABEL
) -> LabelPrint:
    """Print one label.

    Parameters
    ----------
    text : LabelText
    rng : numpy.random.Generator
        Keyed by the parcel: fonts, offsets, print density and addresses follow from it.
    style : LabelStyle
        The shipper's layout, and his fonts where he has his own.

    Returns
    -------
    LabelPrint
    """
    shape = (_dots(LABEL_HEIGHT_MM), _dots(LABEL_WIDTH_MM))
    ink = np.zeros(shape, np.uint8)
    code, number = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)
    varied = style.template == VARIED
    template = varied_template(rng) if varied else TEMPLATES[style.template]
    body = BODY_FONTS[int(rng.integers(len(BODY_FONTS)))]
    heavy = SORT_CODE_FONTS[int(rng.integers(len(SORT_CODE_FONTS)))]
    mirrored = bool(rng.integers(2))
    dx, dy = rng.uniform(-1.2, 1.2), rng.uniform(-1.0, 1.0)
    _address_block(ink, rng, body, template, mirrored, dy)
    matrix_px = _dots(DATAMATRIX_MODULE_MM)
    matrix = _modules(datamatrix_payload(text), "DataMatrix")
    matrix = matrix.repeat(matrix_px, axis=0).repeat(matrix_px, axis=1)
    _stamp(ink, matrix, template.matrix[mirrored] + 0.5 * dx, template.matrix[2] + dy)
    for rule in template.rules:
        _rule(ink, rule + dy)
    symbols, code_line = _sort_code(code, text.sort_code, style.font or heavy, template, dy)
    bars = _modules(text.tracking_id, "Code128").repeat(_dots(CODE128_MODULE_MM), axis=1)
    x_mm = template.bars_x - 0.5 * bars.shape[1] / DOTS_PER_MM + dx
    _stamp(ink, bars.repeat(_dots(template.bars_height), axis=0), x_mm, template.bars_y + dy)
    grouped = "  ".join(text.tracking_id[i : i + 4] for i in range(0, 12, 4))
    id_font = style.font or ID_FONT
    size = _fitted(grouped, id_font, _dots(88.0), template.id_size)
    width = text_width(grouped, id_font, size)
    origin = ((template.id_x + dx) * DOTS_PER_MM - 0.5 * width, _dots(template.id_y + dy))
    draw_text(number, grouped, origin, id_font, size)
    id_line = _line_mm(number, origin[1], size)
    digits = _symbols(grouped, id_font, *origin, size)
    service = SERVICES[int(rng.integers(len(SERVICES)))]
    foot = _dots(template.foot_y + dy)
    draw_text(ink, service, (_dots(6), foot), "DejaVuSans-Bold", 44)
    weight = f"{rng.uniform(0.2, 18.0):.1f} kg  1/1"
    draw_text(ink, weight, (_dots(68), foot), body, 34)
    for mark in template.marks:
        _mark(ink, mark, dy)
    fields = np.maximum(code, number)
    np.maximum(ink, fields, out=ink)
    density = float(rng.uniform(0.80, 0.95))
    _worn_dots(ink, rng)
    lines = {"sort_code": code_line, "tracking_id": id_line}
    boxes = {"sort_code": symbols, "tracking_id": digits}
    return LabelPrint(ink, fields > 127, density, lines, boxes)


def _sort_code(
    ink: NDArray[np.uint8], text: str, font: str, template: LabelTemplate, dy: float
) -> tuple[tuple[LineMm, ...], LineMm]:
    """Print the sort code; gives where its symbols are, and its line."""
    size = _fitted(text, font, _dots(template.code_width), template.code_size)
    left = _dots(template.code_x) - 0.5 * text_width(text, font, size)
    baseline = _dots(template.code_y + dy) + 0.5 * CAP_HEIGHT * size
    draw_text(ink, text, (left, baseline), font, size)
    return _symbols(text, font, left, baseline, size), _line_mm(ink, baseline, size)


def _symbols(text: str, font: str, left: float, baseline: float, size: int) -> tuple[LineMm, ...]:
    """Where the symbols of a text are that was drawn from `left` on."""
    ends = [left + text_width(text[:count], font, size) for count in range(len(text) + 1)]
    return tuple(
        _between(*pair, baseline, size)
        for symbol, pair in zip(text, pairwise(ends), strict=True)
        if symbol != " "
    )


def _line_mm(ink: NDArray[np.uint8], baseline: float, size: int) -> LineMm:
    """Line of the only text on an ink map."""
    columns = np.flatnonzero(ink.max(axis=0) > 127)
    return _between(float(columns[0]), float(columns[-1] + 1), baseline, size)


def _between(left: float, right: float, baseline: float, size: int) -> LineMm:
    """What lies between two columns of a line, in mm."""
    return (
        left / DOTS_PER_MM,
        (baseline - CAP_HEIGHT * size) / DOTS_PER_MM,
        right / DOTS_PER_MM,
        baseline / DOTS_PER_MM,
    )


def _address_block(
    ink: NDArray[np.uint8],
    rng: np.random.Generator,
    body: str,
    template: LabelTemplate,
    mirrored: bool,
    dy: float,
) -> None:
    sender_x = _dots(template.address_x[mirrored])
    for row, line in enumerate(sender_lines(rng)):
        draw_text(ink, line, (sender_x, _dots(template.sender_y + 4.2 * row + dy)), body, 24)
    receiver_y = template.receiver_y
    draw_text(ink, "TO", (_dots(6.0), _dots(receiver_y - 2.0 + dy)), "DejaVuSans-Bold", 28)
    for row, line in enumerate(address_lines(rng)):
        size = 46 if row == 0 else 40
        draw_text(ink, line, (_dots(13.0), _dots(receiver_y + 7.0 * row + dy)), body, size)


def _mark(ink: NDArray[np.uint8], mark: Mark, dy: float) -> None:
    """Print a word in its box, as large as the box allows."""
    left, top, right, bottom = (
        _dots(place) for place in np.add(mark.box, (0.0, dy, 0.0, dy)).tolist()
    )
    drawn = np.zeros((bottom - top, right - left), np.uint8)
    size = _fitted(mark.text, MARK_FONT, int(0.84 * drawn.shape[1]), int(0.95 * drawn.shape[0]))
    x = 0.5 * (drawn.shape[1] - text_width(mark.text, MARK_FONT, size))
    draw_text(drawn, mark.text, (x, 0.5 * (drawn.shape[0] + CAP_HEIGHT * size)), MARK_FONT, size)
    if mark.filled:
        drawn = 255 - drawn
    else:
        drawn[:3] = drawn[-3:] = drawn[:, :3] = drawn[:, -3:] = 255
    np.maximum(ink[top:bottom, left:right], drawn, out=ink[top:bottom, left:right])


def _worn_dots(ink: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """Print a few faint columns where an element of the thermal head is weak."""
    for column in rng.integers(0, ink.shape[1], size=int(rng.integers(0, 3))):
        ink[:, column] = ink[:, column] // 2
