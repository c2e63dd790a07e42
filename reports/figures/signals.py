"""The signals of one lane over a night, with the onset of a fault and the alarm."""

import numpy as np
from markupsafe import Markup

from metrics.detection import SIGNALS
from metrics.watched_lane import WatchedLane
from reports.figures.plain_svg import area, label, line, plain_drawing, rectangle
from reports.figures.svg import Drawing
from reports.figures.time_axis import LEFT, WIDTH, TimeAxis
from reports.noticing import SIGNAL_WORDS, fault_words
from reports.shift.people import clock

__all__ = ["signal_timeline"]

_TOP, _PANEL, _GAP = 44.0, 76.0, 22.0
_END = WIDTH - 12.0
_NAMES = {"unsure": ("Unsure", "1 \u2212 confidence"), "no_read": ("Not read", "share")}
_QUEUE = ("Desk queue", "images ahead")


def signal_timeline(seen: WatchedLane) -> Drawing:
    """Draw each signal over the night: a line, its usual level dashed, the fault as a bracket.

    Parameters
    ----------
    seen : WatchedLane
        With one point at least.
    """
    fault = seen.watch.fault
    end_s = float(seen.at_s[-1])
    axis = TimeAxis(end_s)
    bottom = _TOP + len(SIGNALS) * (_PANEL + _GAP) - _GAP
    body = [*axis.hours(_TOP, bottom)]
    left, right = axis.x(fault.onset_s), axis.x(fault.until_s)
    open_end = "" if fault.until_s > end_s else "v8"
    body.append(line(f"M{left:.1f} {_TOP:g}v-8H{right:.1f}{open_end}", "ink", width=1.4))
    words = f"{fault_words(fault.kind)}, lane {fault.lane}"
    anchor = "start" if left < WIDTH / 2 else "end"
    at = left if anchor == "start" else right
    body.append(label(at, _TOP - 14.0, words, size=12.0, anchor=anchor))
    body.append(line(f"M{left:.1f} {_TOP:g}V{bottom:g}", "ink", width=1.4))
    for number, name in enumerate(SIGNALS):
        body += _panel(seen, axis, number, _TOP + number * (_PANEL + _GAP), name)
    title = f"Signals of lane {fault.lane} over one night, {seen.arm}"
    return plain_drawing("signals", title, _told(seen), (WIDTH, bottom + 22.0), body)


def _panel(seen: WatchedLane, axis: TimeAxis, number: int, top: float, name: str) -> list[Markup]:
    values = seen.points[:, number]
    usual = None if seen.usual is None else seen.usual[number]
    most = max(float(values.max()), usual or 0.0, 1.0 if name == "desk_queue" else 0.04)
    floor = top + _PANEL
    heights = [floor - _PANEL * float(value) / most for value in values]
    first, second = _NAMES.get(name, _QUEUE)
    scale = f"{most:.2f}" if most < 10.0 else f"{most:,.0f}"
    drawn = [
        label(0.0, top + 14.0, first),
        label(0.0, top + 30.0, second, role="mute", size=11.0),
        label(LEFT - 6.0, top + 4.0, scale, role="mute", size=11.0, anchor="end"),
        label(LEFT - 6.0, floor + 4.0, "0", role="mute", size=11.0, anchor="end"),
        rectangle(LEFT, top, _END - LEFT, _PANEL, edge="grid"),
    ]
    places = [f"{axis.x(at_s):.1f} {y:.1f}" for at_s, y in zip(seen.at_s, heights, strict=True)]
    drawn.append(line("M" + "L".join(places), "floor", width=1.5))
    if usual is not None:
        y = floor - _PANEL * usual / most
        drawn.append(line(f"M{LEFT:g} {y:.1f}H{_END:g}", "lab", width=1.3, dashes="4 3"))
    if seen.watch.signal == name and seen.watch.alarm_s is not None:
        x = axis.x(seen.watch.alarm_s)
        drawn.append(line(f"M{x:.1f} {top:g}V{floor:g}", "wrong", width=2.0))
        drawn.append(area(f"M{x:.1f} {top + 2:g}l-6-10h12Z", "wrong"))
    return drawn


def _told(seen: WatchedLane) -> str:
    fault, watch = seen.watch.fault, seen.watch
    told = [f"{fault_words(fault.kind)} on lane {fault.lane} from {clock(fault.onset_s)}"]
    if np.isfinite(fault.until_s):
        told.append(f"until {clock(fault.until_s)}")
    if watch.alarm_s is None or watch.signal is None:
        told.append("no alarm while it lasted")
    else:
        took_s = watch.alarm_s - fault.onset_s
        told.append(f"alarm {took_s:.0f} s after the onset by {SIGNAL_WORDS[watch.signal]}")
    return ", ".join(told) + "."
