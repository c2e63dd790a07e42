"""What the control holds an answer against, and that it holds none against what it has not."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.events import ParcelDiverted, ParcelExcepted, ParcelRead, ReviewRequested
from scenarios.model import BodyCheck
from sim.sorting.centre import run_cell
from sim.sorting.control import LaneControl
from sim.sorting.declared_body import declared_bodies
from sim.sorting.manifest import ParcelManifest
from sim.sorting.population import draw_population
from sim.sorting.readings import LaneReading
from sim.sorting.sort_plan import SortPlan
from sim.streams import Streams
from tests.sorting_world import DictReadings, noisy, sorting

STREAMS = Streams(5, 0)
EXACT = BodyCheck(declared_error=0.0, weight_tolerance=1e-6, size_tolerance=1e-6)
USUAL = BodyCheck(declared_error=0.05, weight_tolerance=0.25, size_tolerance=0.2)
SCENARIO = sorting(manifest={"late_share": 0.1, "missing_share": 0.1})
POPULATION = draw_population(SCENARIO, STREAMS)
ARRIVAL = POPULATION.calm_arrival_s.tolist()
PLAN = SortPlan(32)


def control(check: BodyCheck | None = None, *, excepted: bool = False) -> LaneControl:
    bodies = None
    if check is not None:
        bodies = declared_bodies(check, POPULATION.parcels, POPULATION.cohorts, STREAMS)
    manifest = ParcelManifest(POPULATION.parcels, ARRIVAL, bodies)
    return LaneControl(manifest, PLAN, unknown_code_excepted=excepted)


def accept(tracking_id: str | None, code: str | None) -> LaneReading:
    return LaneReading("accept", tracking_id, code, 0.9, 0.1, "model")


def test_exact_records_hold_nothing_against_the_right_id() -> None:
    judge = control(EXACT).judge
    lookups = {judge(accept(p.tracking_id, None), 1e9, p).lookup for p in POPULATION.parcels}
    assert lookups == {"found", "unknown_id"}


def test_an_id_taken_for_anothers_is_caught_by_weight_and_size() -> None:
    known = [p for p in POPULATION.parcels if p.manifest == "on_time"]
    pairs = list(pairwise(known))
    judge = control(USUAL).judge
    verdicts = [judge(accept(other.tracking_id, None), 1e9, parcel) for parcel, other in pairs]
    caught = sum(verdict == ("other_body", None, True) for verdict in verdicts)
    assert caught / len(pairs) > 0.9
    blind = control().judge
    for parcel, other in pairs[:20]:
        verdict = blind(accept(other.tracking_id, None), 1e9, parcel)
        assert verdict == ("found", other.chute, False)


@given(st.integers(0, len(POPULATION.parcels) - 1), st.permutations((0, 1, 2)))
def test_how_a_parcel_lies_does_not_change_what_it_is(number: int, order: list[int]) -> None:
    parcel = POPULATION.parcels[number]
    sides = (parcel.length_mm, parcel.width_mm, parcel.height_mm)
    lain = replace(
        parcel, length_mm=sides[order[0]], width_mm=sides[order[1]], height_mm=sides[order[2]]
    )
    bodies = declared_bodies(EXACT, POPULATION.parcels, POPULATION.cohorts, STREAMS)
    assert bodies[number].fits(lain)
    assert not bodies[number].fits(replace(lain, weight_g=2.0 * parcel.weight_g))
    assert not bodies[number].fits(replace(lain, height_mm=2.0 * lain.height_mm))


def test_a_code_that_confirms_the_id_is_believed_and_one_that_contradicts_it_is_not() -> None:
    known = [p for p in POPULATION.parcels if p.manifest == "on_time"]
    parcel, other = known[0], next(p for p in known if p.chute != known[0].chute)
    judge = control(USUAL).judge
    both = accept(other.tracking_id, other.sort_code)
    assert judge(both, 1e9, parcel).lookup == "found"
    # Another valid chute by the plan, but not the one under the id.
    contradiction = accept(parcel.tracking_id, other.sort_code)
    assert PLAN.chute(other.sort_code) == other.chute
    assert judge(contradiction, 1e9, parcel) == ("implausible", None, True)


@pytest.mark.parametrize("state", ["late", "missing"])
def test_without_a_record_nothing_is_held_against_an_answer(state: str) -> None:
    parcel = next(p for p in POPULATION.parcels if p.manifest == state)
    other = next(p for p in POPULATION.parcels if p.chute != parcel.chute)
    judge = control(EXACT).judge
    heavier = replace(parcel, weight_g=9.0 * parcel.weight_g)
    assert judge(accept(parcel.tracking_id, None), 0.0, heavier).lookup == "unknown_id"
    assert judge(accept(None, other.sort_code), 0.0, parcel) == ("code", other.chute, False)


def test_a_code_the_plan_does_not_have_is_an_exception_only_where_asked() -> None:
    parcel, reading = POPULATION.parcels[0], accept(None, "NOCODE1")
    assert control().judge(reading, 0.0, parcel) == ("no_read", None, False)
    assert control(excepted=True).judge(reading, 0.0, parcel) == ("unknown_code", 32, False)


def lost_ids() -> DictReadings:
    """Every parcel is read as the next one, without its code; the last as what no plan knows."""
    parcels = POPULATION.parcels
    texts = [(other.tracking_id, None) for other in parcels[1:]] + [(None, "NOCODE1")]
    return DictReadings(
        {
            (parcel.number, lap): accept(*text)
            for parcel, text in zip(parcels, texts, strict=True)
            for lap in range(1, 4)
        }
    )


def test_on_the_lane_the_desk_gets_what_does_not_fit_and_the_station_what_is_unknown() -> None:
    def played(**changes: object):
        law = SCENARIO.model_copy(
            update={
                "manifest": SCENARIO.manifest.model_copy(update={"body": changes.get("body")}),
                "lane": SCENARIO.lane.model_copy(
                    update={"unknown_code_to_exception": changes.get("excepted", False)}
                ),
            }
        )
        return run_cell(law, POPULATION, False, lost_ids(), STREAMS)

    plain, checked = played(), played(body=USUAL, excepted=True)
    assert not plain.rows(ReviewRequested)
    assert len(checked.rows(ReviewRequested)) > 0.5 * len(POPULATION.parcels)
    right = {p.parcel_id: p.chute for p in POPULATION.parcels}

    def astray(log) -> int:
        return sum(row.chute != right[row.parcel_id] for row in log.rows(ParcelDiverted))

    assert astray(checked) < 0.3 * astray(plain)
    reasons = {row.reason for row in checked.rows(ParcelExcepted)}
    assert "unknown_code" in reasons
    assert "unknown_code" not in {row.reason for row in plain.rows(ParcelExcepted)}
    assert "other_body" in {row.lookup for row in checked.rows(ParcelRead)}


def test_asking_for_a_check_moves_no_other_draw() -> None:
    readings = noisy(POPULATION, misread=0.0)
    exact = SCENARIO.model_copy(
        update={"manifest": SCENARIO.manifest.model_copy(update={"body": EXACT})}
    )
    plain = run_cell(SCENARIO, POPULATION, True, readings, STREAMS)
    held = run_cell(exact, POPULATION, True, readings, STREAMS)
    assert plain.tables() == held.tables()
