"""RapidOCR as an instrument: which lines of text a camera view shows, where, and how sure it is.

The PP-OCRv6 models lie in RapidOCR's own wheel and are named by their files, so that nothing is
looked for anywhere else: RapidOCR downloads a model only where no file is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from systems.contracts.vision import CameraView

__all__ = ["TextEngine", "TextLine", "model_files"]

THREADS = 1
"""Of onnxruntime, within and between operators: answers then repeat byte for byte."""
LINE_HEIGHT_PX = 48
"""What the recogniser was trained on; lines are cut out of the sensor at this height."""
MAX_LINE_PX = 1920
MAX_LINES = 40
"""Boxes looked at, largest first: a frame of noise must not take minutes."""
PROBES = 3
"""Largest boxes, read both ways up to find out how the text is turned."""
END_MARGIN = 0.35
"""Of the line's height: the detector's box ends inside the last letter of large print, and half a P
is an F."""
SQUARE = 1.5
"""Boxes less elongated than this do not tell along which side their text runs."""

Quad = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text.

    Attributes
    ----------
    text : str
        As recognised.
    score : float
        Mean probability of its characters, in [0, 1].
    quad : tuple of four (x, y)
        Overview pixels; top left, top right, bottom right and bottom left *of the text*.
    """

    text: str
    score: float
    quad: tuple[tuple[float, float], ...]

    @property
    def corners(self) -> Quad:
        """Its quad as an array, shape (4, 2)."""
        return np.array(self.quad)

    @property
    def height(self) -> float:
        """Of the line, in overview pixels: the mean of its left and right sides."""
        return _height(self.corners)

    @property
    def turn_deg(self) -> float:
        """Direction in which the text runs, clockwise from the overview's x axis, [0, 360)."""
        right = _right(self.corners)
        return float(np.degrees(np.arctan2(right[1], right[0])) % 360.0)


def model_files() -> dict[str, Path]:
    """Models in RapidOCR's wheel by task.

    Raises
    ------
    FileNotFoundError
        If RapidOCR is not installed or comes without them.
    """
    spec = find_spec("rapidocr")
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise FileNotFoundError("rapidocr is not installed: pip install 'labgap[vision]'")
    folder = Path(places[0]) / "models"
    files = {task: folder / f"PP-OCRv6_{task}_small.onnx" for task in ("det", "rec")}
    for file in files.values():
        if not file.is_file():
            raise FileNotFoundError(
                f"{file} is not there, and labgap downloads no models: "
                "pip install --force-reinstall --no-deps rapidocr==3.10.0"
            )
    return files


class TextEngine:
    """Finds and reads text in camera views.

    Raises
    ------
    FileNotFoundError
        If the models are not there.
    """

    def __init__(self) -> None:
        self._files = model_files()

    @staticmethod
    def versions() -> str:
        """What the lines of text follow from, besides the parameters."""
        return (
            f"rapidocr {version('rapidocr')}; onnxruntime {version('onnxruntime')}; "
            f"opencv {version('opencv-python-headless')}; PP-OCRv6 small; {THREADS} thread"
        )

    @cached_property
    def _rapid(self) -> Any:
        # Loading takes a second: a process that only lists systems or plays events never needs it.
        from rapidocr import RapidOCR

        return RapidOCR(
            params={
                "Global.log_level": "error",
                "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
                "EngineConfig.onnxruntime.inter_op_num_threads": THREADS,
                "Det.model_path": str(self._files["det"]),
                "Det.limit_side_len": 32,
                "Rec.model_path": str(self._files["rec"]),
            }
        )

    def lines(self, view: CameraView, detect_side_px: int) -> list[TextLine]:
        """Read every line of text in a view, turned as the text is, largest first.

        The largest boxes are read both ways up; the way that scores best is that of all text,
        and boxes that lie across it are read both ways too.

        Parameters
        ----------
        view : CameraView
        detect_side_px : int
            Longest side of the picture in which text is looked for, at most the sensor's; it is
            read at full resolution.
        """
        boxes = self._boxes(view, detect_side_px)
        probed = boxes[:PROBES]
        votes = np.zeros(2)
        for box in probed:
            for way in _both_ways(box):
                text, score = self._read(view, way)
                # Short scraps say little; a box turned wrongly has a score of 0.6 to 0.8.
                votes += _right(way) * max(score - 0.5, 0.0) * min(len(text), 12)
        read = [[self.line(view, way) for way in _ways_along(box, votes)] for box in boxes]
        lines = [max(ways, key=lambda line: line.score) for ways in read]
        return [line for line in lines if line.text]

    def line(self, view: CameraView, quad: Quad) -> TextLine:
        """Read what stands in a quad, its first side along the text."""
        text, score = self._read(view, quad)
        corners = tuple((float(x), float(y)) for x, y in quad)
        return TextLine(text.strip(), min(1.0, max(0.0, score)), corners)

    def _boxes(self, view: CameraView, side_px: int) -> list[Quad]:
        """Where text is, in overview pixels, first side along it if elongated; largest first."""
        height, width = view.overview.shape[:2]
        sensor_px = max(width, height) * view.sensor_scale
        fine = min(float(side_px), sensor_px)
        boxes = self._detected(view, fine)
        # Print that fills a third of the picture is missed at a scale that shows the small print.
        if fine > max(width, height):
            boxes += [
                box
                for box in self._detected(view, max(width, height))
                if not any(_same(box, other) for other in boxes)
            ]
        boxes.sort(key=lambda quad: (-_height(quad) * _width(quad), quad.tolist()))
        return boxes[:MAX_LINES]

    def _detected(self, view: CameraView, side_px: float) -> list[Quad]:
        height, width = view.overview.shape[:2]
        shrink = side_px / max(width, height)
        size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
        whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
        picture = np.ascontiguousarray(view.window(whole, size)[:, :, ::-1])
        found = self._rapid(picture, use_det=True, use_cls=False, use_rec=False).boxes
        if found is None:
            return []
        per_px = np.array([width / size[0], height / size[1]])
        quads = [np.asarray(box, dtype=np.float64) * per_px for box in found]
        return [_widened(_lengthwise(quad)) for quad in quads if _convex(quad)]

    def _read(self, view: CameraView, quad: Quad) -> tuple[str, float]:
        if not _convex(quad):
            return "", 0.0  # pieces of scribble joined to a row may cross; nothing stands there
        width = round(LINE_HEIGHT_PX * _width(quad) / max(_height(quad), 1e-6))
        size = (int(np.clip(width, 16, MAX_LINE_PX)), LINE_HEIGHT_PX)
        crop = np.ascontiguousarray(view.window(quad, size)[:, :, ::-1])
        found = self._rapid(crop, use_det=False, use_cls=False, use_rec=True)
        if not found.txts:
            return "", 0.0
        return str(found.txts[0]), float(found.scores[0])


def _right(quad: Quad) -> Quad:
    """Unit vector along the text."""
    along = 0.5 * (quad[1] - quad[0] + quad[2] - quad[3])
    return np.asarray(along / max(float(np.hypot(*along)), 1e-9))


def _width(quad: Quad) -> float:
    return float(0.5 * (np.hypot(*(quad[1] - quad[0])) + np.hypot(*(quad[2] - quad[3]))))


def _height(quad: Quad) -> float:
    return float(0.5 * (np.hypot(*(quad[3] - quad[0])) + np.hypot(*(quad[2] - quad[1]))))


def _turned(quad: Quad, quarters: int) -> Quad:
    """Same box with its text taken to run `quarters` turns on, clockwise."""
    return np.roll(quad, -quarters, axis=0)


def _lengthwise(quad: Quad) -> Quad:
    return _turned(quad, 1) if _height(quad) > _width(quad) else quad


def _widened(quad: Quad) -> Quad:
    """Give a box a margin at both ends: the detector's cut into the last character."""
    step = END_MARGIN * _height(quad) * _right(quad)
    return np.asarray(quad + np.array([-step, step, step, -step]))


def _same(one: Quad, other: Quad) -> bool:
    """Whether two boxes hold some of the same print: they overlap and are of one height."""
    offset = one.mean(axis=0) - other.mean(axis=0)
    right = _right(other)
    along, across = abs(float(offset @ right)), abs(float(offset @ (-right[1], right[0])))
    apart = along > 0.5 * (_width(one) + _width(other)) or across > 0.5 * _height(other)
    return not apart and 0.6 < _height(one) / max(_height(other), 1e-9) < 1.6


def _both_ways(quad: Quad) -> tuple[Quad, Quad]:
    return quad, _turned(quad, 2)


def _ways_along(quad: Quad, direction: Quad) -> Sequence[Quad]:
    """How a box may be read when the text of the view runs in `direction`."""
    ways: tuple[Quad, ...] = _both_ways(quad)
    if _width(quad) < SQUARE * _height(quad):
        ways = (*ways, _turned(quad, 1), _turned(quad, 3))
    norm = float(np.hypot(*direction))
    along = [way for way in ways if float(_right(way) @ direction) > 0.7 * norm]
    return along if norm > 0.0 and along else ways


def _convex(quad: Quad) -> bool:
    edges = np.roll(quad, -1, axis=0) - quad
    after = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * after[:, 1] - edges[:, 1] * after[:, 0]
    return quad.shape == (4, 2) and bool((turns > 1e-6).all())
