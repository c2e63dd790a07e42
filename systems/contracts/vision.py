"""Vision: camera captures in, readings out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from systems.contracts.answers import Stage

__all__ = [
    "FIELDS",
    "Box",
    "CameraView",
    "Capture",
    "Reading",
    "ReadingDecision",
    "TextFound",
    "TextReader",
    "TextReading",
    "VisionSystem",
]

FIELDS = ("tracking_id", "sort_code")
"""Text fields a reading may carry; a system offers those it can read."""

Image = NDArray[np.uint8]


class ReadingDecision(StrEnum):
    """What a reader wants done with its own answer."""

    ACCEPT = "accept"
    REVIEW = "review"
    NO_READ = "no_read"


class CameraView(Protocol):
    """One camera's sight of the belt, read-only."""

    @property
    def name(self) -> str:
        """``top``, ``side``, ..."""

    @property
    def overview(self) -> Image:
        """The whole field of view at low resolution: uint8 RGB, shape (height, width, 3)."""

    @property
    def sensor_scale(self) -> float:
        """Sensor pixels per overview pixel.

        A window of a quad `q` overview pixels wide is worth at most ``q * sensor_scale`` pixels.
        """

    def window(self, quad: NDArray[np.float64], size: tuple[int, int]) -> Image:
        """Resample the degraded full-resolution sensor at the quad *the system* asks for.

        Parameters
        ----------
        quad : array, shape (4, 2)
            Corners in overview pixels, (x, y): where the window's top-left, top-right,
            bottom-right and bottom-left corners lie.  Outside the sensor there is black.
        size : (width, height)
            Pixels of the result, each from 1 to 8192, at most 2**25 in all.

        Returns
        -------
        ndarray of uint8, shape (height, width, 3)
            RGB, the caller's own to write to.

        Raises
        ------
        ValueError
            If the quad is not four finite points in convex position or the size is out of range.
        """


@dataclass(frozen=True, slots=True)
class Capture:
    """What the tunnel knows of one parcel on one pass.

    Attributes
    ----------
    capture_id : str
        Opaque.
    views : tuple of CameraView
        One or more.
    dimensions_mm : (length, width, height)
        As measured by the dimensioner, length along the belt.
    weight_g : float
    """

    capture_id: str
    views: tuple[CameraView, ...]
    dimensions_mm: tuple[float, float, float]
    weight_g: float


@dataclass(frozen=True, slots=True)
class Box:
    """A located thing: four corners in overview pixels of the view named `view`.

    Corners run as those of `CameraView.window` do, so that a box can be asked for as it is.
    """

    name: str
    view: str
    quad: tuple[tuple[float, float], ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A reader's answer to one capture.

    Attributes
    ----------
    capture_id : str
        That of the capture.
    decision : ReadingDecision
        To accept it must offer at least one field.
    confidence : float
        In [0, 1]: how sure the system is that every field it offers is right.
    fields : mapping of str to str
        Text by name (`FIELDS`).  On review or no-read it may still hold the best guess, which
        the lane does not act on but forced-choice accuracy scores.  A field it cannot read is
        left out, never empty.
    boxes : tuple of Box
    stages : tuple of Stage
        What each stage proposed.
    """

    capture_id: str
    decision: ReadingDecision
    confidence: float
    fields: Mapping[str, str] = field(default_factory=dict)
    boxes: tuple[Box, ...] = ()
    stages: tuple[Stage, ...] = ()


class VisionSystem(Protocol):
    """A reader under test."""

    def read(self, captures: Sequence[Capture]) -> Sequence[Reading]:
        """Answer every capture, in order."""


@dataclass(frozen=True, slots=True)
class TextFound:
    """A text that a picture shows, whatever it means.

    Attributes
    ----------
    text : str
        As decoded or recognised; never empty.
    kind : str
        What it was read from: a symbology in lower case (``ean13``, ``qrcode``, ...) or ``print``.
    confidence : float
        In [0, 1].
    """

    text: str
    kind: str
    confidence: float


@dataclass(frozen=True, slots=True)
class TextReading:
    """What a reader makes of a picture that need not show a label of the carrier's standard.

    Attributes
    ----------
    capture_id : str
        That of the capture.
    texts : tuple of TextFound
        The first is the reader's answer; empty where it read nothing.
    """

    capture_id: str
    texts: tuple[TextFound, ...] = ()


class TextReader(Protocol):
    """What a reader may offer besides `VisionSystem`: the raw text of any picture.

    Photographs of other people's codes are read so.  A reader without it is asked `read`, and the
    tracking id it offers is its answer.
    """

    def read_text(self, captures: Sequence[Capture]) -> Sequence[TextReading]:
        """Answer every capture, in order."""
