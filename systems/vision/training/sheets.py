"""Pictures to train on, kept on disk in numbered sheets so that a killed training goes on."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from systems.contracts.training import Example, SampleStream
from systems.contracts.vision import Capture, Reading
from systems.vision.cascade.windows import (
    DETECTOR_SIZE,
    LINES,
    SINGLE_STAGE_SIZE,
    letterboxed,
    line_window,
    square_window,
    to_window,
)
from systems.whole_file import writing_whole

__all__ = ["LABEL_PX", "LINE_PX", "SHEET_EXAMPLES", "Sheet", "draw_sheets", "read_sheet"]

SHEET_EXAMPLES = 128
LABEL_PX = 320
"""Side of the picture around a label: more than the locator sees, to shift and turn within."""
LABEL_ZOOM = 1.9
LINE_PX = (320, 112)
"""(width, height) of the picture around a line."""
LINE_ROOM = (0.12, 0.9)
"""Room beside and above a line, in its widths and heights."""
WHOLE_QUADS = ("label", "tracking_id", *(f"sort_code.{place}" for place in range(6)))
ARRAYS = ("overview", "boxes", "label", "line_quads", "lines", "whole", "whole_quads")
SHOWN_TO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "detector": ("overview", "boxes"),
        "locator": ("label", "line_quads"),
        "reader": ("lines",),
        "single_stage": ("whole", "whole_quads"),
    }
)
"""What each part looks at."""
NOTHING = np.zeros(0, np.uint8)


@dataclass(frozen=True, slots=True)
class Sheet:
    """So many examples, side by side.

    Attributes
    ----------
    overview : ndarray of uint8, shape (n, 128, 160, 3)
        Letterboxed, RGB.
    boxes : ndarray of float32, shape (n, 2, 4)
        Parcel and label as (left, top, right, bottom) in `overview`; NaN where not in view.
    label : ndarray of uint8, shape (n, 320, 320)
        Grey, around the label; around the parcel where there is no label.
    line_quads : ndarray of float32, shape (n, 2, 4, 2)
        Corners of either line in `label`; NaN where there is no label.
    lines : ndarray of uint8, shape (n, 2, 112, 320)
        Grey, around either line; black where there is no label.
    whole : ndarray of uint8, shape (n, 320, 416)
        Letterboxed, grey: fine enough to read the sort code on.
    whole_quads : ndarray of float32, shape (n, 8, 4, 2)
        Corners of the label, the tracking id and every symbol of the sort code in `whole`; NaN
        where there is no label.
    texts : list of (str, str)
        Sort code and tracking id; empty where there is no label.
    damage : list of str
        ``kind:severity`` of all that was done to the picture, joined by commas.
    """

    overview: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    label: NDArray[np.uint8]
    line_quads: NDArray[np.float32]
    lines: NDArray[np.uint8]
    whole: NDArray[np.uint8]
    whole_quads: NDArray[np.float32]
    texts: list[tuple[str, str]]
    damage: list[str]


def draw_sheets(
    stream: SampleStream[Capture, Reading],
    folder: Path,
    numbers: range,
    examples: int = SHEET_EXAMPLES,
    said: Callable[[int], None] = lambda number: None,
) -> None:
    """Draw the sheets of a folder that are not there yet.

    Parameters
    ----------
    stream : SampleStream
    folder : Path
        Holds sheets of this stream alone.
    numbers : range
        Of sheets; sheet ``i`` holds examples from ``i * examples``.
    examples : int
        Of each sheet.
    said : callable (number)
        Hears of every sheet that is there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        path = _path(folder, number)
        if not path.exists():
            first = number * examples
            shown = (stream.example(first + place) for place in range(examples))
            _write(path, shown)
        said(number)


def read_sheet(folder: Path, number: int, part: str | None = None) -> Sheet:
    """Open a sheet that `draw_sheets` wrote.

    Parameters
    ----------
    folder : Path
    number : int
    part : str, optional
        Of `SHOWN_TO`: the part that learns from it.  What that one does not look at is left empty,
        for a training holds all its sheets in memory.

    Raises
    ------
    FileNotFoundError
        If it was never drawn.
    """
    with np.load(_path(folder, number), allow_pickle=False) as kept:
        words = json.loads(bytes(kept["words"]).decode())
        wanted = ARRAYS if part is None else SHOWN_TO[part]
        shown: dict[str, NDArray[Any]] = {
            name: kept[name] if name in wanted else NOTHING for name in ARRAYS
        }
        return Sheet(
            **shown,
            texts=[tuple(pair) for pair in words["texts"]],
            damage=words["damage"],
        )


def _path(folder: Path, number: int) -> Path:
    return folder / f"sheet-{number:05d}.npz"


def _write(path: Path, examples: Iterator[Example[Capture, Reading]]) -> None:
    rows = [_row(example) for example in examples]
    columns = {name: np.stack([row[0][name] for row in rows]) for name in ARRAYS}
    words = {"texts": [row[1] for row in rows], "damage": [row[2] for row in rows]}
    text = np.frombuffer(json.dumps(words).encode(), np.uint8)
    with writing_whole(path) as file:
        np.savez(file, allow_pickle=False, words=text, **columns)


def _row(
    example: Example[Capture, Reading],
) -> tuple[dict[str, NDArray[Any]], tuple[str, str], str]:
    view = example.request.views[0]
    quads = {box.name: np.array(box.quad) for box in example.target.boxes}
    overview, scale, offset = letterboxed(view.overview, DETECTOR_SIZE)
    boxes = np.full((2, 4), np.nan, np.float32)
    for place, name in enumerate(("parcel", "label")):
        if name in quads:
            framed = quads[name] * scale + offset
            boxes[place] = (*framed.min(axis=0), *framed.max(axis=0))
    around = quads.get("label", quads["parcel"])
    square = square_window((*around.min(axis=0), *around.max(axis=0)), LABEL_ZOOM)
    size = (LABEL_PX, LABEL_PX)
    label = cv2.cvtColor(view.window(square, size), cv2.COLOR_RGB2GRAY)
    line_quads = np.full((len(LINES), 4, 2), np.nan, np.float32)
    lines = np.zeros((len(LINES), LINE_PX[1], LINE_PX[0]), np.uint8)
    for place, name in enumerate(LINES):
        if name in quads:
            line_quads[place] = to_window(quads[name], square, size)
            window = view.window(line_window(quads[name], *LINE_ROOM), LINE_PX)
            lines[place] = cv2.cvtColor(window, cv2.COLOR_RGB2GRAY)
    texts = tuple(example.target.fields.get(name, "") for name in LINES)
    damage = ",".join(f"{done.kind}:{done.severity}" for done in example.degradations)
    whole, scale, offset = letterboxed(view.overview, SINGLE_STAGE_SIZE)
    whole_quads = np.full((len(WHOLE_QUADS), 4, 2), np.nan, np.float32)
    for place, name in enumerate(WHOLE_QUADS):
        if name in quads:
            whole_quads[place] = quads[name] * scale + offset
    arrays: dict[str, NDArray[Any]] = {
        "overview": overview,
        "boxes": boxes,
        "label": label,
        "line_quads": line_quads,
        "lines": lines,
        "whole": cv2.cvtColor(whole, cv2.COLOR_RGB2GRAY),
        "whole_quads": whole_quads,
    }
    return arrays, (texts[0], texts[1]), damage
