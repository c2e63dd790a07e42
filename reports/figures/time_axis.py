"""A shift from left to right: what every row of a timeline shares."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from reports.figures.plain_svg import label, line, steps
from reports.shift.spans import BINS

__all__ = ["LEFT", "WIDTH", "TimeAxis", "halves"]

LEFT, RIGHT, _COLUMN = 128.0, 12.0, 4.0
WIDTH = LEFT + BINS * _COLUMN + RIGHT
"""Columns are whole pixels, which are shorter to write."""
_MINUTES = (1, 5, 15, 30, 60, 120, 180, 360, 720, 1440, 2880)
_MOST_TICKS = 12

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Times from 0 to `end_s` on the width of a drawing, in `BINS` columns."""

    end_s: float

    @property
    def edges(self) -> Values:
        """Times between the columns, shape (BINS + 1,)."""
        return np.linspace(0.0, self.end_s, BINS + 1)

    def x(self, at_s: float) -> float:
        """Pixel of a time; times beyond the ends are held at them."""
        share = min(max(at_s / self.end_s, 0.0), 1.0)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def path(self, levels: Sequence[float] | Values, floor: float | None = None) -> str:
        """Path of one level a column, in pixels."""
        xs = [self.x(float(edge)) for edge in self.edges]
        return steps(xs, [float(level) for level in levels], floor)

    def hours(self, top: float, bottom: float) -> list[Markup]:
        """Upright lines at full hours or minutes, with their names below."""
        minutes = self.end_s / 60.0
        step = next((each for each in _MINUTES if minutes / each <= _MOST_TICKS), _MINUTES[-1])
        drawn = []
        for number in range(int(minutes / step) + 1):
            x = self.x(number * step * 60.0)
            drawn.append(line(f"M{x:.1f} {top:g}V{bottom:g}", "grid", width=0.7))
            name = f"{number * step / 60:g} h" if step >= 60 else f"{number * step} min"
            drawn.append(label(x, bottom + 15.0, name, role="mute", size=11.0, anchor="middle"))
        return drawn

    def queue(
        self, lab: NDArray[np.int64], production: NDArray[np.int64], top: float, height: float
    ) -> list[Markup]:
        """Levels of a queue in both worlds over a common scale from zero: lab dashed."""
        most = max(int(lab.max(initial=0)), int(production.max(initial=0)), 1)
        bottom = top + height
        drawn = []
        for level in sorted({0, most // 2, most}):
            y = bottom - height * level / most
            end = WIDTH - RIGHT
            drawn.append(line(f"M{LEFT:g} {y:.1f}H{end:g}", "grid", width=0.7))
            name = f"{level:,}"
            drawn.append(label(LEFT - 6.0, y + 4.0, name, role="mute", size=11.0, anchor="end"))
        for levels, role, width, dashes in (
            (lab, "lab", 1.4, "4 3"),
            (production, "floor", 1.8, ""),
        ):
            path = self.path(bottom - halves(height * levels / most))
            drawn.append(line(path, role, width=width, dashes=dashes))
        return drawn


def halves(heights: Values) -> Values:
    """Heights to half a pixel: nobody sees less, and what nobody sees need not be written."""
    rounded: Values = np.round(2.0 * heights) / 2.0
    # What is there at all is seen.
    return np.where((heights > 0.0) & (rounded == 0.0), 0.5, rounded)
