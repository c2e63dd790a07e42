"""Requests made safe to hand out: what a system does to them never reaches the world."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from systems.contracts.arrays import sealed
from systems.contracts.live_state import FutureStateError, LiveState, StateView
from systems.contracts.vision import CameraView, Capture

__all__ = ["PresentState", "SealedView", "sealed_capture"]


class SealedView:
    """A camera view whose overview cannot be written to and whose windows are copies.

    The view behind it is held in a closure rather than an attribute, so that a system which
    walks the attributes of what it is given finds no part of the world there.
    """

    __slots__ = ("_ask", "_name", "_overview", "_sensor_scale")

    def __init__(self, view: CameraView) -> None:
        self._name = view.name
        self._sensor_scale = view.sensor_scale
        self._overview = sealed(view.overview)

        def ask(quad: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint8]:
            return np.array(view.window(quad, size))

        self._ask = ask

    @property
    def name(self) -> str:
        """Name of the view."""
        return self._name

    @property
    def overview(self) -> NDArray[np.uint8]:
        """Whole field of view, uint8 RGB, sealed."""
        return self._overview

    @property
    def sensor_scale(self) -> float:
        """Sensor pixels per overview pixel."""
        return self._sensor_scale

    def window(self, quad: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint8]:
        """Resample the sensor, as `CameraView.window` does."""
        return self._ask(quad, size)


def sealed_capture(capture: Capture) -> Capture:
    """Copy a capture with all its views sealed."""
    return replace(capture, views=tuple(SealedView(view) for view in capture.views))


class PresentState:
    """Live state that ends at the present: later instants are refused.

    Parameters
    ----------
    state : LiveState
    present : float
        The latest `at` among the queries at hand.
    """

    __slots__ = ("_ask", "_present")

    def __init__(self, state: LiveState, present: float) -> None:
        self._ask = state.at
        self._present = present

    def at(self, t: float) -> StateView:
        """State as of `t`, as `LiveState.at` gives it.

        Raises
        ------
        FutureStateError
            If `t` is later than the present, or no number.
        """
        if not t <= self._present:
            raise FutureStateError(
                f"state was asked for t={t} while the present is {self._present}; "
                "ask for query.at or earlier"
            )
        return self._ask(t)
