"""Prices and promises of a staffing sheet, by hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.catalogue import Better
from metrics.records import Metrics, Record
from metrics.staffing import Offer, Service, cheapest, metric_problem, priced
from scenarios.desk_model import Break, Shift
from scenarios.model import Sorting
from scenarios.staffing import Staffing
from tests.synthetic_run import make_scenario

SORTING = make_scenario(lanes=2, duration_s=7200.0).sorting
OPERATORS = "sorting.review_desk.operators"


def record(metric: str, value: float, half: float | None = None) -> Record:
    low = None if half is None else value - half
    high = None if half is None else value + half
    return Record(metric, "a", "production", "all", value, low, high, 100, 3)


def measured(right: float = 0.95, half: float | None = 0.01) -> Metrics:
    records = (
        record("rate.right_chute", right, half),
        record("rate.misroute", 0.02, 0.01),
        record("throughput.offered_per_lane_h", 1000.0),
        record("desk.overtime_s", 1800.0),
    )
    return Metrics(records=records, notes=())


def sheet(at_least: float = 0.93) -> Staffing:
    return Staffing.model_validate(
        {
            "schema_version": 1,
            "name": "sheet",
            "title": "A sheet",
            "sweep": "desk_size",
            "service": {"metric": "rate.right_chute", "at_least": at_least},
            "costs": {
                "currency": "EUR",
                "operator_h": 20.0,
                "overtime_factor": 2.0,
                "parcels": (
                    {"metric": "rate.misroute", "cost": 5.0, "reason": "assumed here and now"},
                ),
                "axes": ({"key": "camera", "value": 3200, "per_h": 1.5},),
            },
        }
    )


def desk(**changes: Any) -> Sorting:
    return SORTING.model_copy(
        update={"review_desk": SORTING.review_desk.model_copy(update=changes)}
    )


def test_an_hour_costs_people_mishaps_and_equipment() -> None:
    offer = priced(sheet(), desk(operators=3), measured(), "a", {"camera": 3200}, "cell")
    assert offer.parts == {
        "operators": 60.0,
        "overtime": 0.0,
        "rate.misroute": pytest.approx(0.02 * 2000.0 * 5.0),
        "equipment": 1.5,
    }
    assert offer.per_h == pytest.approx(261.5)
    assert (offer.per_h_low, offer.per_h_high) == pytest.approx((161.5, 361.5))
    assert offer.per_1000 == pytest.approx(130.75)


def test_people_of_shifts_are_paid_while_they_are_there_and_overtime_on_top() -> None:
    shift = Shift(
        start_s=3600.0,
        end_s=9000.0,  # half an hour of it lies beyond the arrivals
        operators=2,
        breaks=(Break(start_s=4000.0, duration_s=600.0),),
    )
    offer = priced(sheet(), desk(operators=0, shifts=(shift,)), measured(), "a", {}, "cell")
    assert offer.people_h == pytest.approx(1.0)
    assert offer.parts["operators"] == pytest.approx(20.0)
    assert offer.overtime_h == pytest.approx(0.25)
    assert offer.parts["overtime"] == pytest.approx(0.25 * 2.0 * 20.0)


@pytest.mark.parametrize(
    ("right", "half", "service"),
    [
        (0.95, 0.01, Service.YES),
        (0.9375, 0.0075, Service.YES),
        (0.935, 0.01, Service.PERHAPS),
        (0.92, 0.02, Service.PERHAPS),
        (0.91, 0.01, Service.NO),
        (0.99, None, Service.PERHAPS),
    ],
)
def test_only_a_whole_interval_at_the_level_serves(
    right: float, half: float | None, service: Service
) -> None:
    assert priced(sheet(), SORTING, measured(right, half), "a", {}, "c").service is service


def offer(per_h: float, service: Service) -> Offer:
    return Offer("a", {}, "c", service, 0.9, 0.8, 1.0, 1.0, 0.0, {}, per_h, per_h, per_h, per_h)


@given(st.lists(st.tuples(st.floats(0, 1e6), st.sampled_from(Service)), max_size=20))
def test_the_cheapest_serves_and_nothing_that_serves_is_cheaper(
    drawn: list[tuple[float, Service]],
) -> None:
    offers = [offer(per_h, service) for per_h, service in drawn]
    serving = [o.per_h for o in offers if o.service is Service.YES]
    best = cheapest(offers)
    assert (best is None) == (not serving)
    assert best is None or (best.service is Service.YES and best.per_h == min(serving))


@given(st.floats(0.0, 1.0), st.floats(0.0, 100.0), st.floats(0.0, 100.0))
def test_costs_scale_with_their_price(share: float, wage: float, more: float) -> None:
    def cost(operator_h: float) -> float:
        priced_so = sheet().model_copy(
            update={"costs": sheet().costs.model_copy(update={"operator_h": operator_h})}
        )
        return priced(priced_so, desk(operators=2), measured(share), "a", {}, "c").per_h

    assert cost(wage + more) - cost(wage) == pytest.approx(2.0 * more, abs=1e-6)


def test_only_shares_with_the_right_sense_can_be_promised_or_priced() -> None:
    assert metric_problem("rate.right_chute", Better.HIGHER) is None
    assert "less is better" in (metric_problem("rate.right_chute", Better.LOWER) or "")
    assert "no share" in (metric_problem("wait.review_mean_s", Better.LOWER) or "")
    assert "there is no metric" in (metric_problem("rate.rigth", Better.LOWER) or "")
