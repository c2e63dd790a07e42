"""Small routing problems."""

from dataclasses import replace

import numpy as np

from systems.boundary import PlanRequest
from systems.contracts.fleet import Break, DeliveryRequest, RequestKind, Vehicle
from systems.contracts.routing import (
    Plan,
    PlanDecision,
    PreviousPlan,
    Progress,
    Route,
    RoutingProblem,
    Unserved,
    UnservedReason,
    Visit,
    WorkLimit,
)

__all__ = ["odd_problems", "ordinary_problems"]

LIMIT = WorkLimit(iterations=200, evaluations=20_000)
HOUR = 3600


def _problem(number: int, requests: int = 6, vehicles: int = 2) -> RoutingProblem:
    rng = np.random.default_rng(number)
    places = rng.integers(0, 8000, (requests + 1, 2))
    metres = np.abs(places[:, None] - places[None]).sum(axis=-1)
    # One-way streets make the way back longer; the second slice is the rush hour.
    seconds = metres // 8 + rng.integers(0, 120, metres.shape)
    np.fill_diagonal(seconds, 0)
    return RoutingProblem(
        problem_id=f"problem-{number}",
        now_s=8 * HOUR,
        depot=0,
        requests=tuple(
            DeliveryRequest(
                request_id=f"request-{i}",
                location=i,
                weight_g=int(rng.integers(200, 9000)),
                volume_ml=int(rng.integers(500, 30_000)),
                window_start_s=9 * HOUR + HOUR * (i % 3),
                window_end_s=12 * HOUR + HOUR * (i % 3),
                service_s=180,
                kind=RequestKind.COLLECTION if i % 5 == 0 else RequestKind.DELIVERY,
                must_dispatch=i % 2 == 0,
                drop_cost=5000,
            )
            for i in range(1, requests + 1)
        ),
        vehicles=tuple(
            Vehicle(
                vehicle_id=f"van-{v}",
                start_location=0,
                end_location=0,
                weight_capacity_g=40_000,
                volume_capacity_ml=200_000,
                shift_start_s=8 * HOUR,
                shift_end_s=17 * HOUR,
                max_driving_s=6 * HOUR,
                max_shift_s=9 * HOUR,
                breaks=(Break(11 * HOUR, 14 * HOUR, 1800),),
            )
            for v in range(vehicles)
        ),
        slice_starts_s=(0, 16 * HOUR),
        durations_s=np.stack([seconds, seconds * 3 // 2]),
        distances_m=metres,
        next_decision_s=9 * HOUR,
    )


def _under_way() -> PlanRequest:
    problem = _problem(3)
    van = replace(
        problem.vehicles[0], under_way=True, on_board=("request-2",), start_location=1, max_trips=0
    )
    rest = tuple(Unserved(f"request-{i}", UnservedReason.CAN_WAIT) for i in (3, 4, 5, 6))
    visits = (Visit("request-1", 9 * HOUR), Visit("request-2", 10 * HOUR))
    route = Route("van-0", 8 * HOUR, visits)
    plan = Plan("problem-2", (route,), rest, (), PlanDecision.DISPATCH, 0.9)
    now = replace(
        problem,
        now_s=9 * HOUR + 300,
        requests=problem.requests[1:],
        vehicles=(van, problem.vehicles[1]),
    )
    previous = PreviousPlan(plan, 8 * HOUR, (Progress("van-0", done=1, locked=2),))
    return PlanRequest(now, previous, LIMIT, 11)


def ordinary_problems() -> tuple[PlanRequest, ...]:
    """Two fresh mornings, and one with a van under way."""
    return (
        PlanRequest(_problem(0), None, LIMIT, 7),
        PlanRequest(_problem(1, requests=9), None, LIMIT, 7),
        _under_way(),
    )


def odd_problems() -> tuple[tuple[str, PlanRequest], ...]:
    """Mornings on which little or nothing can be done."""
    plain = _problem(5)

    def ask(number: int, problem: RoutingProblem) -> PlanRequest:
        named = replace(problem, problem_id=f"odd-{number}")
        return PlanRequest(named, None, WorkLimit(iterations=1), 0)

    heavy = tuple(replace(request, weight_g=10**9) for request in plain.requests)
    gone = tuple(replace(request, window_start_s=0, window_end_s=1) for request in plain.requests)
    home = tuple(replace(van, shift_end_s=van.shift_start_s) for van in plain.vehicles)
    here = tuple(replace(request, location=0) for request in plain.requests)
    return (
        ("nothing to deliver", ask(0, replace(plain, requests=()))),
        ("no vehicle at all", ask(1, replace(plain, vehicles=()))),
        ("no vehicle that could carry it", ask(2, replace(plain, requests=heavy))),
        ("windows that are over", ask(3, replace(plain, requests=gone))),
        ("a shift of no length", ask(4, replace(plain, vehicles=home))),
        ("every stop at the depot", ask(5, replace(plain, requests=here))),
    )
