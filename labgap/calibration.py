"""Measures how long a system takes to answer, for the latency profiles that runs draw from."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labgap.errors import InvalidUse
from labgap.replication import replication_of
from labgap.tasks import THREADS, prepare_process
from labgap.unanswered import is_unanswered
from scenarios.loading import load_scenario
from systems.boundary import answer_batch
from systems.contracts.vision import CameraView, Capture, Reading, VisionSystem
from systems.errors import SystemFailure
from systems.latency import LatencyProfile
from systems.registry import ResolvedSystem

__all__ = ["SCENARIO", "WARM_UP", "Stopwatch", "calibrated", "system_sha256"]

SCENARIO = "quickstart"
"""Whose production world the system is asked about."""
WARM_UP = 3
"""Batches asked before the first is timed: loading, caches, just-in-time compilers."""
PROBABILITIES = (0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
DIGITS = 7
"""Seconds are kept to 0.1 microseconds."""


class Stopwatch(StrEnum):
    """Which time is taken."""

    WALL = "wall"
    PROCESSOR = "processor"

    @property
    def read(self) -> Callable[[], float]:
        """The clock, in seconds."""
        return time.perf_counter if self is Stopwatch.WALL else time.process_time


def system_sha256(resolved: ResolvedSystem) -> str | None:
    """Hash of what a system is: fingerprint and parameters; None without a fingerprint."""
    if resolved.fingerprint is None:
        return None
    identity = json.dumps([resolved.fingerprint, dict(resolved.params)], sort_keys=True)
    return hashlib.sha256(identity.encode()).hexdigest()


def calibrated(
    resolved: ResolvedSystem,
    batch_sizes: Sequence[int],
    samples: int,
    stopwatch: Stopwatch,
    machine: str,
) -> Iterator[LatencyProfile]:
    """Measure a system, one profile of version 1 a batch size.

    Parameters
    ----------
    resolved : ResolvedSystem
    batch_sizes : sequence of int
        Captures asked at once; every batch holds other parcels than the one before.
    samples : int
        Batches timed at each size, after `WARM_UP` untimed ones.
    stopwatch : Stopwatch
    machine : str
        Where this is, for the record.

    Raises
    ------
    InvalidUse
        If the kind has no requests to be asked yet.
    systems.errors.SystemFailure
        If the system raises or breaks its contract, or if its server leaves so many batches
        unanswered that `samples` answered ones are not had in twice as many.
    """
    if resolved.kind != "vision":
        raise InvalidUse(
            f"{resolved.kind} systems cannot be calibrated: {SCENARIO} asks vision systems only",
            where=f"labgap calibrate {resolved.kind}",
            fix="calibrate a vision system; other kinds keep their shipped or default profile",
        )
    prepare_process()
    system: Any = resolved.system
    for size in batch_sizes:
        timed = _TimedReader(system, stopwatch.read)
        captures = _captures()
        asked = 0
        while len(timed.seconds) < WARM_UP + samples:
            if asked == 2 * (WARM_UP + samples):
                raise _silent(resolved, asked - len(timed.seconds), asked)
            batch = [next(captures) for _ in range(size)]
            answer_batch(replace(resolved, system=timed), batch)
            asked += 1
        seconds = np.array(timed.seconds[WARM_UP:])
        yield LatencyProfile(
            name=f"{resolved.kind}/{resolved.spec}",
            version=1,
            unit="s",
            machine=f"{machine}; {THREADS} thread; {stopwatch} time of read() on first passes of "
            f"{SCENARIO}, degradations on, taking the picture not included",
            batch_size=size,
            probabilities=PROBABILITIES,
            values=_quantiles(seconds),
            samples=samples,
            system_sha256=system_sha256(resolved),
        )


def _silent(resolved: ResolvedSystem, unanswered: int, asked: int) -> SystemFailure:
    return SystemFailure(
        resolved.spec,
        resolved.kind,
        "unanswered",
        f"{unanswered} of {asked} batches got no answer, and a profile of silence is no profile",
        fix="mend the server, then calibrate again",
    )


def _quantiles(seconds: NDArray[np.float64]) -> tuple[float, ...]:
    """Type 7 quantiles (Hyndman & Fan 1996), rounded."""
    values = np.quantile(seconds, PROBABILITIES)
    return tuple(round(float(value), DIGITS) for value in values)


def _captures() -> Iterator[Capture]:
    """First passes in the production world of the quickstart, replication by replication."""
    scenario = load_scenario(SCENARIO).scenario
    number = 0
    while True:
        replication = replication_of(scenario, number)
        for parcel in replication.population.parcels:
            yield replication.capture(parcel, 1, degraded=True)
        number += 1


@dataclass
class _Darkroom:
    """Time spent on making pictures, which a camera does and not the system."""

    clock: Callable[[], float]
    seconds: float = 0.0


class _MeteredView:
    """A camera view that knows how long its windows took to draw."""

    def __init__(self, view: CameraView, darkroom: _Darkroom) -> None:
        self._view = view
        self._darkroom = darkroom

    @property
    def name(self) -> str:
        """Name of the view."""
        return self._view.name

    @property
    def overview(self) -> NDArray[np.uint8]:
        """Whole field of view; drawn before the system is asked."""
        return self._view.overview

    @property
    def sensor_scale(self) -> float:
        """Sensor pixels per overview pixel."""
        return self._view.sensor_scale

    def window(self, quad: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint8]:
        """Resample the sensor, as `CameraView.window` does."""
        began = self._darkroom.clock()
        try:
            return self._view.window(quad, size)
        finally:
            self._darkroom.seconds += self._darkroom.clock() - began


class _TimedReader:
    """A reader that notes how long each batch took; stands inside the boundary's checks.

    A batch in which a server left a capture unanswered is not noted: how long a failure takes is
    set by deadlines and retries, and says nothing about the model.
    """

    def __init__(self, system: VisionSystem, clock: Callable[[], float]) -> None:
        self._system = system
        self._clock = clock
        self.seconds: list[float] = []

    def read(self, captures: Sequence[Capture]) -> Sequence[Reading]:
        """Pass the question on and take the time."""
        darkroom = _Darkroom(self._clock)
        metered = [
            replace(capture, views=tuple(_MeteredView(view, darkroom) for view in capture.views))
            for capture in captures
        ]
        began = self._clock()
        answers = self._system.read(metered)
        elapsed = self._clock() - began - darkroom.seconds
        if not any(is_unanswered(reading) for reading in answers):
            # Windows asked for by several threads at once take more time than passes.
            self.seconds.append(max(0.0, elapsed))
        return answers
