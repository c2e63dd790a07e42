"""The funnel from the dock to the right chute: bars of both worlds, stage by stage."""

from collections.abc import Mapping, Sequence

from reports.figures.plain_svg import hatching, label, plain_drawing, rectangle
from reports.figures.svg import Drawing
from reports.funnel import WORLDS, FunnelStage
from reports.quantities import Unit, count, value

__all__ = ["funnel_bars"]

_WIDTH, _BAR, _STAGE, _TOP = 440.0, 13.0, 58.0, 6.0
_LONGEST = 250.0


def funnel_bars(arm: str, stages: Sequence[FunnelStage], name: str) -> Drawing:
    """Draw the share of the parcels that reach each stage, lab hatched above production.

    Parameters
    ----------
    arm : str
    stages : sequence of FunnelStage
        None larger than the one before it.
    name : str
    """
    body = [hatching(f"{name}-lab", "lab")]
    told = []
    for number, stage in enumerate(stages):
        top = _TOP + number * _STAGE
        body.append(label(0.0, top + 12.0, stage.words))
        for row, (world, role) in enumerate(zip(WORLDS, ("lab", "floor"), strict=True)):
            y = top + 18.0 + row * (_BAR + 3.0)
            share = stage.shares[world]
            length = _LONGEST * share
            if role == "lab":
                body.append(rectangle(0.5, y, length, _BAR, edge="lab", hatch=f"{name}-lab"))
            else:
                body.append(rectangle(0.5, y, length, _BAR, fill=role))
            text = f"{world} {value(share, Unit.SHARE)}, {count(stage.parcels[world])}"
            body.append(label(length + 8.0, y + 11.0, text, role="mute", size=11.0))
        told.append(f"{stage.words}: {_said(stage.shares)}")
    height = _TOP + len(stages) * _STAGE
    title = f"From the dock to the right chute, {arm}"
    return plain_drawing(name, title, "; ".join(told) + ".", (_WIDTH, height), body)


def _said(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{world} {value(shares[world], Unit.SHARE)}" for world in WORLDS)
