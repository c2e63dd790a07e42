"""A routing system that sends nobody: every request waits for a later plan."""

from systems.contracts.routing import (
    Plan,
    PlanDecision,
    PreviousPlan,
    Route,
    RoutingProblem,
    Unserved,
    UnservedReason,
    WorkLimit,
)

__all__ = ["HoldAll"]


class HoldAll:
    """Holds every request that is not locked into a route already."""

    def fingerprint(self) -> str:
        """Version of its behaviour."""
        return "hold_all/1"

    def plan(
        self, problem: RoutingProblem, previous: PreviousPlan | None, limit: WorkLimit, seed: int
    ) -> Plan:
        """Keep what is locked, hold the rest."""
        routes = tuple(_locked(problem, previous)) if previous else ()
        routed = {visit.request_id for route in routes for visit in route.visits}
        held = tuple(
            Unserved(request.request_id, UnservedReason.CAN_WAIT)
            for request in problem.requests
            if request.request_id not in routed
        )
        return Plan(problem.problem_id, routes, held, (), PlanDecision.REVIEW, confidence=0.0)


def _locked(problem: RoutingProblem, previous: PreviousPlan) -> list[Route]:
    routes = []
    for progress in previous.progress:
        visits = tuple(
            visit
            for route in previous.plan.routes
            if route.vehicle_id == progress.vehicle_id
            for visit in route.visits
        )[progress.done : progress.locked]
        if visits:
            routes.append(Route(progress.vehicle_id, problem.now_s, visits))
    return routes
