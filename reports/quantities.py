"""Numbers as people write them: shares in percent, their differences in percentage points."""

import math
from enum import StrEnum

__all__ = ["Unit", "count", "difference", "interval", "value"]

NOT_MEASURED = "not measured"


class Unit(StrEnum):
    """What a metric is measured in."""

    SHARE = "share"
    SECONDS = "s"
    PER_HOUR = "/h"
    NUMBER = "number"


def _known(number: float | None) -> bool:
    return number is not None and math.isfinite(number)


def _minus(text: str) -> str:
    return text.replace("-", "\u2212")


def _decimals(number: float, unit: Unit) -> int:
    size = abs(number)
    if unit is Unit.PER_HOUR:
        return 0 if size >= 100 else 1
    if unit is Unit.SECONDS:
        return 0 if size >= 1000 else 1 if size >= 10 else 2
    return 1 if size >= 1 else 2


def _plain(number: float, unit: Unit) -> str:
    places = _decimals(number, unit)
    rounded = round(number, places) + 0.0  # + 0.0 turns -0.0 into 0.0
    return _minus(f"{rounded:,.{places}f}")


def value(number: float | None, unit: Unit) -> str:
    """Write a level: ``92.4%``, ``4,210 /h``, ``3.15 s``; ``not measured`` for None and NaN.

    A share that is nearly but not quite 0 or 1 never rounds to it.
    """
    if number is None or not _known(number):
        return NOT_MEASURED
    if unit is not Unit.SHARE:
        return _plain(number, unit) + {Unit.SECONDS: " s", Unit.PER_HOUR: " /h"}.get(unit, "")
    percent = 100.0 * number
    if 0.0 < percent < 0.005:
        return "< 0.01%"
    if 99.995 <= percent < 100.0:
        return "> 99.99%"
    places = 2 if 0.0 < percent < 1.0 or 99.9 <= percent < 100.0 else 1
    return _minus(f"{percent:,.{places}f}%")


def difference(number: float | None, unit: Unit, signed: bool = True) -> str:
    """Write a difference of two levels: shares in percentage points (``pp``), with a sign."""
    if number is None or not _known(number):
        return NOT_MEASURED
    sized = number if signed else abs(number)
    scaled = 100.0 * sized if unit is Unit.SHARE else sized
    text = _plain(scaled, Unit.NUMBER if unit is Unit.SHARE else unit)
    if signed and scaled > 0 and float(text.replace(",", "")) != 0:
        text = "+" + text
    return text + {Unit.SHARE: " pp", Unit.SECONDS: " s", Unit.PER_HOUR: " /h"}.get(unit, "")


def interval(
    low: float | None, high: float | None, unit: Unit, is_difference: bool, flip: bool = False
) -> str:
    """Write an interval as ``6.1 to 7.3 pp``; ``no interval`` where either end is missing.

    Parameters
    ----------
    low, high : float or None
        Ends, in the metric's own unit (a share lies in [0, 1]).
    unit : Unit
    is_difference : bool
        True for gaps.
    flip : bool
        Negate and swap the ends, for a gap told as a loss or a rise.
    """
    if low is None or high is None or not (_known(low) and _known(high)):
        return "no interval"
    if flip:
        low, high = -high, -low
    scale = 100.0 if unit is Unit.SHARE else 1.0
    basis = Unit.NUMBER if unit is Unit.SHARE else unit
    places = _decimals(max(abs(low), abs(high)) * scale, basis)
    ends = [_minus(f"{round(end * scale, places) + 0.0:,.{places}f}") for end in (low, high)]
    suffix = {Unit.SHARE: " pp" if is_difference else "%", Unit.SECONDS: " s"}.get(unit, "")
    return f"{ends[0]} to {ends[1]}{' /h' if unit is Unit.PER_HOUR else suffix}"


def count(number: int | None) -> str:
    """Write a whole number with thousands separated."""
    return NOT_MEASURED if number is None else f"{number:,}"
