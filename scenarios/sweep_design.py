"""Points of a design: which values every axis takes in every cell."""

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.strict import Value
from scenarios.sweep import Axis, Design, Sweep

__all__ = ["corners", "design_points", "level"]

Point = tuple[Value, ...]


def design_points(sweep: Sweep) -> tuple[Point, ...]:
    """Choose the points of a sweep, one value an axis.

    Parameters
    ----------
    sweep : Sweep

    Returns
    -------
    tuple of tuple
        In a fixed order, each once: whole numbers and listed values can make a drawn point equal
        to an earlier one, which is then left out.

    Notes
    -----
    A Latin hypercube (McKay, Beckman, Conover 1979; `scipy.stats.qmc.LatinHypercube`) has in each
    of its `points` equal strata of every axis exactly one point.
    """
    if sweep.design is Design.GRID:
        return tuple(itertools.product(*(_levels(axis) for axis in sweep.axes)))
    unit = _unit_points(sweep.design, sweep.points or 0, len(sweep.axes), sweep.seed)
    drawn = (
        tuple(level(axis, float(u)) for axis, u in zip(sweep.axes, row, strict=True))
        for row in unit
    )
    return tuple(dict.fromkeys(drawn))


def corners(sweep: Sweep) -> Sweep:
    """A small sweep of the same shape: both ends of its first two axes, one value of others."""
    axes = tuple(
        _thinned(axis, 2 if n < 2 else 1, sweep.design) for n, axis in enumerate(sweep.axes)
    )
    points = None if sweep.points is None else min(sweep.points, 3)
    return sweep.model_copy(update={"axes": axes, "points": points})


def _thinned(axis: Axis, kept: int, design: Design) -> Axis:
    if axis.values is None and design is not Design.GRID:
        return axis
    ends = dict.fromkeys((_levels(axis)[0], _levels(axis)[-1]))
    return Axis(key=axis.key, system=axis.system, values=tuple(ends)[:kept])


def _unit_points(design: Design, points: int, axes: int, seed: int) -> NDArray[np.float64]:
    """Points in the unit cube, shape (points, axes)."""
    generator = np.random.default_rng(seed)
    if design is Design.RANDOM:
        return generator.random((points, axes))
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(axes, rng=generator).random(points), dtype=np.float64)


def level(axis: Axis, unit: float) -> Value:
    """Value of an axis at `unit` in [0, 1): uniform over its values or along its scale."""
    if axis.values is not None:
        return axis.values[min(int(unit * len(axis.values)), len(axis.values) - 1)]
    assert axis.low is not None
    assert axis.high is not None
    if not axis.integer:
        return _between(axis, axis.low, axis.high, unit)
    # Each whole number gets the stretch from itself to the next one.
    found = math.floor(_between(axis, axis.low, axis.high + 1, unit))
    return int(min(max(found, axis.low), axis.high))


def _levels(axis: Axis) -> Sequence[Value]:
    if axis.values is not None:
        return axis.values
    assert axis.low is not None
    assert axis.high is not None
    assert axis.steps is not None
    spaced = [_between(axis, axis.low, axis.high, i / (axis.steps - 1)) for i in range(axis.steps)]
    if axis.integer:
        return list(dict.fromkeys(round(value) for value in spaced))
    return spaced


def _between(axis: Axis, low: float, high: float, unit: float) -> float:
    if axis.scale == "log":
        value = math.exp((1.0 - unit) * math.log(low) + unit * math.log(high))
    else:
        value = (1.0 - unit) * low + unit * high
    # Twelve digits: 0.30000000000000004 would look odd in a table and mean nothing.
    return float(min(max(float(f"{value:.12g}"), low), high))
