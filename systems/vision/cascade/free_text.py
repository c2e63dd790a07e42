"""What a cascade says of pictures that follow no label standard."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from systems.contracts.vision import FIELDS, CameraView, Reading, ReadingDecision, TextFound
from systems.vision.cascade.strips import WINDOW, StripReader, whole_strip
from systems.vision.cascade.windows import LINE_SIZE, window_on

__all__ = ["offered_texts"]

LEAST_OF_STRIP = 0.05
"""A text less likely than this is none, where all that is shown is one line."""
LEAST_OF_LINE = 0.5
"""The same of a line that a locator found, where there may be none or part of one."""
MOST_LONG = 1024
"""Pixels of a located line, at most."""


def offered_texts(
    strips: StripReader,
    own: Reading,
    lines: Sequence[tuple[CameraView, NDArray[np.float64]]],
    views: Sequence[CameraView],
) -> tuple[TextFound, ...]:
    """Every text of a capture, the surest first.

    Parameters
    ----------
    strips : StripReader
    own : Reading
        What a label of the standard says; offered if it would be accepted in a lane.
    lines : sequence of (view, ndarray of shape (4, 2))
        Lines that a locator found, in overview pixels.
    views : sequence of CameraView
        Those that are as slender as a line are read whole.
    """
    found = []
    if own.decision is ReadingDecision.ACCEPT:
        found = [
            TextFound(own.fields[name], "label", own.confidence)
            for name in FIELDS
            if name in own.fields
        ]
    located = [strips.read(picture, (WINDOW,)) for picture in _pictures(lines)]
    whole = [strips.read(strip) for strip in map(whole_strip, views) if strip is not None]
    found += [
        TextFound(each.text, "print", each.chance)
        for said, least in ((located, LEAST_OF_LINE), (whole, LEAST_OF_STRIP))
        for each in said
        if each.chance >= least
    ]
    # of equally sure ones the standard's own come first, as they stand
    return tuple(sorted(found, key=lambda each: -each.confidence))


def _pictures(
    lines: Sequence[tuple[CameraView, NDArray[np.float64]]],
) -> Iterator[NDArray[np.uint8]]:
    """Lines in grey, as long as they are."""
    high = LINE_SIZE[1]
    for view, quad in lines:
        window = window_on(quad)
        if window is None:
            continue
        along, down = (float(np.linalg.norm(window[at] - window[0])) for at in (1, 3))
        long = round(min(max(high * along / down, high), MOST_LONG))
        seen = view.window(window, (long, high))
        yield np.asarray(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), np.uint8)
