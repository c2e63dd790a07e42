"""Routing: a problem and the plan being driven in, the next plan out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from systems.contracts.answers import Stage
from systems.contracts.arrays import sealed
from systems.contracts.fleet import DeliveryRequest, Tariff, Vehicle

__all__ = [
    "Plan",
    "PlanDecision",
    "PreviousPlan",
    "Progress",
    "Route",
    "RoutingProblem",
    "RoutingSystem",
    "Unserved",
    "UnservedReason",
    "Visit",
    "WorkLimit",
]

Matrix = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class RoutingProblem:
    """What is to be planned at one instant.

    Attributes
    ----------
    problem_id : str
        Opaque.
    now_s : int
        The present; nothing can depart earlier.
    depot : int
        Location deliveries are loaded at.
    requests : tuple of DeliveryRequest
        Still to be served, those on board of vans included.
    vehicles : tuple of Vehicle
    slice_starts_s : tuple of int
        When each time slice begins, strictly increasing; the first slice also holds before its
        start, the last one for ever.
    durations_s : ndarray of int64, shape (slices, locations, locations)
        Expected travel time of a leg that departs within the slice, from row to column; may be
        asymmetric.  Sealed.
    distances_m : ndarray of int64, shape (locations, locations)
        Sealed.
    next_decision_s : int or None
        When the next plan will be asked for, where that is known.
    tariff : Tariff

    Raises
    ------
    ValueError
        If shapes, locations, ids or windows do not fit together.
    """

    problem_id: str
    now_s: int
    depot: int
    requests: tuple[DeliveryRequest, ...]
    vehicles: tuple[Vehicle, ...]
    slice_starts_s: tuple[int, ...]
    durations_s: Matrix
    distances_m: Matrix
    next_decision_s: int | None = None
    tariff: Tariff = field(default_factory=Tariff)

    def __post_init__(self) -> None:
        slices, n = len(self.slice_starts_s), len(self.distances_m)
        for name, shape in (("distances_m", (n, n)), ("durations_s", (slices, n, n))):
            matrix = np.asarray(getattr(self, name))
            if matrix.dtype.kind not in "iu" or matrix.shape != shape:
                raise ValueError(f"{name} must be whole numbers of shape {shape}")
            if matrix.size and matrix.min() < 0:
                raise ValueError(f"{name} must not be negative")
            object.__setattr__(self, name, sealed(matrix.astype(np.int64)))
        if not slices or sorted(set(self.slice_starts_s)) != list(self.slice_starts_s):
            raise ValueError("slice_starts_s must be strictly increasing and not empty")
        ends = [place for v in self.vehicles for place in (v.start_location, v.end_location)]
        for place in (self.depot, *ends, *(r.location for r in self.requests)):
            if not 0 <= place < n:
                raise ValueError(f"location {place} is outside the {n} x {n} matrices")
        request_ids = [r.request_id for r in self.requests]
        vehicle_ids = [v.vehicle_id for v in self.vehicles]
        for ids in (request_ids, vehicle_ids):
            if len(ids) != len(set(ids)):
                raise ValueError("request and vehicle ids must be unique")
        unknown = {i for v in self.vehicles for i in v.on_board} - set(request_ids)
        if unknown:
            raise ValueError(f"on board but not requested: {', '.join(sorted(unknown))}")

    def duration_s(self, origin: int, destination: int, departure_s: int) -> int:
        """Expected travel time, in seconds, of a leg that departs at `departure_s`."""
        index = int(np.searchsorted(self.slice_starts_s, departure_s, side="right")) - 1
        return int(self.durations_s[max(index, 0), origin, destination])


@dataclass(frozen=True, slots=True)
class WorkLimit:
    """How much a system may work, counted so that a run can be repeated on any machine.

    Attributes
    ----------
    iterations : int or None
        Of the system's main loop.
    evaluations : int or None
        Of moves, insertions or model calls.
    wall_s : float or None
        A safety net on top; never alone, because wall time differs from run to run.

    Raises
    ------
    ValueError
        If neither `iterations` nor `evaluations` is given, or a limit is not positive.
    """

    iterations: int | None = None
    evaluations: int | None = None
    wall_s: float | None = None

    def __post_init__(self) -> None:
        if self.iterations is None and self.evaluations is None:
            raise ValueError("a work limit needs iterations or evaluations, not wall time alone")
        for limit in (self.iterations, self.evaluations, self.wall_s):
            if limit is not None and not limit > 0:
                raise ValueError("a work limit must be positive")


class PlanDecision(StrEnum):
    """What a routing system wants done with its plan."""

    DISPATCH = "dispatch"
    REVIEW = "review"


class UnservedReason(StrEnum):
    """Why a request is held for later or dropped."""

    CAN_WAIT = "can_wait"
    NOT_RELEASED = "not_released"
    NO_VEHICLE = "no_vehicle"
    NO_CAPACITY = "no_capacity"
    WINDOW_UNREACHABLE = "window_unreachable"
    SHIFT_TOO_SHORT = "shift_too_short"
    NOT_WORTH_IT = "not_worth_it"
    WORK_LIMIT = "work_limit"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop of a route, with the arrival the system expects (what a customer may be told)."""

    request_id: str
    arrival_s: int


@dataclass(frozen=True, slots=True)
class Route:
    """One trip of one vehicle.

    Attributes
    ----------
    vehicle_id : str
        Where a vehicle has several trips, its routes stand in the order driven.
    departure_s : int
        When it leaves its start.
    visits : tuple of Visit
        In the order driven.
    breaks : tuple of (int, int)
        Each break still due: after how many visits of this route, and when it begins.
    end_s : int or None
        When the system expects it back.
    """

    vehicle_id: str
    departure_s: int
    visits: tuple[Visit, ...]
    breaks: tuple[tuple[int, int], ...] = ()
    end_s: int | None = None


@dataclass(frozen=True, slots=True)
class Unserved:
    """A request that no route serves, and why."""

    request_id: str
    reason: UnservedReason
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A system's answer to one problem.  Every request is routed, held or dropped: exactly one.

    Attributes
    ----------
    problem_id : str
        That of the problem.
    routes : tuple of Route
        What is driven from now on; visits already done are not repeated.
    held : tuple of Unserved
        Left to a later plan.
    dropped : tuple of Unserved
        Given up.
    decision : PlanDecision
        `REVIEW` asks a dispatcher to look before vans leave.
    confidence : float
        In [0, 1]: how sure the system is that the plan can be driven as it stands.
    work : mapping of str to int
        What was used of the work limit (``iterations``, ``evaluations``).
    stages : tuple of Stage
    """

    problem_id: str
    routes: tuple[Route, ...]
    held: tuple[Unserved, ...]
    dropped: tuple[Unserved, ...]
    decision: PlanDecision
    confidence: float
    work: Mapping[str, int] = field(default_factory=dict)
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a previous route got.

    Attributes
    ----------
    vehicle_id : str
    done : int
        Visits of its previous routes, counted from the first, that are over; they are not in
        the new problem.
    locked : int
        At least `done`: visits up to here cannot be changed any more (the van is on its way, the
        customer was told), so the new route begins with visits `done` to `locked` in that order.
    """

    vehicle_id: str
    done: int
    locked: int


@dataclass(frozen=True, slots=True)
class PreviousPlan:
    """The plan being driven, and what of it is over or locked."""

    plan: Plan
    made_at_s: int
    progress: tuple[Progress, ...] = ()


class RoutingSystem(Protocol):
    """A routing system under test."""

    def plan(
        self, problem: RoutingProblem, previous: PreviousPlan | None, limit: WorkLimit, seed: int
    ) -> Plan:
        """Plan one problem.

        The same problem, previous plan, limit and seed give the same plan.  Hard caps are judged
        by the world's own checker, never by the solver's word.
        """
