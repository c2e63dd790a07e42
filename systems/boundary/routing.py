"""What a plan must be: complete and well-formed.  Whether it can be driven, others judge."""

from collections import Counter
from collections.abc import Mapping

from systems.boundary.breach import (
    MAX_ENTRIES,
    Breach,
    instance,
    member,
    members,
    probability,
    sequence,
    shown,
    stages,
    text,
    whole,
)
from systems.contracts.routing import (
    Plan,
    PlanDecision,
    Route,
    RoutingProblem,
    Unserved,
    UnservedReason,
    Visit,
)

__all__ = ["checked_plan"]


def checked_plan(answer: object, problem: RoutingProblem) -> Plan:
    """Give the plan back in plain types, or raise the first `Breach` of its contract."""
    plan = instance(answer, Plan, "an answer")
    most = len(problem.requests) + sum(vehicle.max_trips for vehicle in problem.vehicles)
    routes = tuple(_route(route, problem) for route in members(plan.routes, Route, "routes", most))
    held = tuple(_unserved(entry) for entry in members(plan.held, Unserved, "held", most))
    dropped = tuple(_unserved(entry) for entry in members(plan.dropped, Unserved, "dropped", most))
    _accounted(routes, held + dropped, problem)
    if not isinstance(plan.work, Mapping) or len(plan.work) > MAX_ENTRIES:
        raise Breach("type", f"work must be a small mapping of counts, not {shown(plan.work)}")
    return Plan(
        problem.problem_id,
        routes,
        held,
        dropped,
        member(plan.decision, PlanDecision, "decision", "decision"),
        probability(plan.confidence),
        {text(name, "a name in work"): whole(count, "work") for name, count in plan.work.items()},
        stages(plan.stages),
    )


def _route(route: Route, problem: RoutingProblem) -> Route:
    vehicle_id = text(route.vehicle_id, "a route's vehicle")
    if vehicle_id not in {vehicle.vehicle_id for vehicle in problem.vehicles}:
        raise Breach("content", f"there is no vehicle {shown(vehicle_id)}")
    where = f"the route of {vehicle_id}"
    visits = members(route.visits, Visit, f"visits of {where}", len(problem.requests))
    breaks = []
    for entry in sequence(route.breaks, f"breaks of {where}"):
        pair = [whole(part, "a break") for part in sequence(entry, "a break")]
        if len(pair) != 2 or not 0 <= pair[0] <= len(visits):
            raise Breach(
                "content", f"a break of {where} is no (visits before it, start): {shown(entry)}"
            )
        breaks.append((pair[0], pair[1]))
    return Route(
        vehicle_id,
        whole(route.departure_s, f"departure of {where}"),
        tuple(
            Visit(text(visit.request_id, "a visit"), whole(visit.arrival_s, f"arrival on {where}"))
            for visit in visits
        ),
        tuple(breaks),
        None if route.end_s is None else whole(route.end_s, f"end of {where}"),
    )


def _unserved(entry: Unserved) -> Unserved:
    return Unserved(
        text(entry.request_id, "a held or dropped request"),
        member(entry.reason, UnservedReason, "a reason"),
        text(entry.note, "a note"),
    )


def _accounted(
    routes: tuple[Route, ...], unserved: tuple[Unserved, ...], problem: RoutingProblem
) -> None:
    named = Counter(visit.request_id for route in routes for visit in route.visits)
    named.update(entry.request_id for entry in unserved)
    wanted = {request.request_id for request in problem.requests}
    for ids, wrong in (
        (sorted(set(named) - wanted), "named but not in the problem"),
        (sorted(wanted - set(named)), "neither routed, held nor dropped"),
        (sorted(request for request, times in named.items() if times > 1), "named more than once"),
    ):
        if ids:
            raise Breach("content", f"{len(ids)} requests are {wrong}: {shown(ids[:3])}")
