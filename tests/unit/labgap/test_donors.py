import json
from dataclasses import replace

import numpy as np
import pytest

from labgap.donors import DonorPool, ran
from scenarios.degradations import Scope
from sim.degradations.mix import Condition
from sim.sorting.parcel import Parcel

DONOR = Parcel(
    "P000-000000", 0, 0, False, "123456789018", "ABCDEF", 1, "on_time", 0.0, "kraft",
    300.0, 200.0, 100.0, 900.0,
)  # fmt: skip
TAKER = replace(
    DONOR, parcel_id="P000-000001", number=1, tracking_id="987654321098", sort_code="UVWXYZ"
)
TORN = Condition("torn", 3, Scope.ITEM)
GLARE = Condition("glare", 1, Scope.PASS)


def row(**changes: object) -> dict[str, object]:
    return {
        "tracking_id": "123456789018", "sort_code": "ABCDEF", "confidence": 0.9,
        "decision": "accept", "readable": True, **changes,
    }  # fmt: skip


def draw(pool: DonorPool, *conditions: Condition, seed: int = 0) -> dict[str, object]:
    donor, answer = pool.donor(conditions, lambda: np.random.default_rng(seed))
    return pool.outcome(donor, answer, TAKER, 1, degraded=True)


def test_a_right_answer_becomes_the_takers_own_truth() -> None:
    taken = draw(DonorPool([(DONOR, (), row())]))
    assert (taken["tracking_id"], taken["sort_code"]) == ("987654321098", "UVWXYZ")
    assert taken["source"] == "donor"
    assert taken["parcel_id"] == TAKER.parcel_id


def test_wrong_symbols_stay_wrong_in_the_same_places() -> None:
    taken = draw(DonorPool([(DONOR, (), row(sort_code="AB8DEF"))]))
    assert taken["sort_code"] == "UV8XYZ"


def test_nothing_read_stays_nothing() -> None:
    taken = draw(
        DonorPool([(DONOR, (), row(tracking_id=None, sort_code=None, decision="no_read"))])
    )
    assert taken["tracking_id"] is None
    assert taken["decision"] == "no_read"


def test_the_donor_comes_from_the_finest_stratum() -> None:
    pool = DonorPool(
        [
            (DONOR, (TORN,), row(confidence=0.1)),
            (DONOR, (replace(TORN, severity=5),), row(confidence=0.2)),
            (DONOR, (), row(confidence=0.3)),
        ]
    )
    assert {draw(pool, TORN, seed=seed)["confidence"] for seed in range(20)} == {0.1}
    kinds = {draw(pool, replace(TORN, severity=4), seed=seed)["confidence"] for seed in range(40)}
    assert kinds == {0.1, 0.2}
    anyone = {draw(pool, GLARE, seed=seed)["confidence"] for seed in range(60)}
    assert anyone == {0.1, 0.2, 0.3}


def test_a_pool_without_donors_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        DonorPool([])


def test_a_taker_spends_the_time_of_the_stages_its_donor_went_through() -> None:
    asked = json.dumps([{"name": "barcode"}, {"name": "ocr", "proposed": {"tracking_id": "1"}}])
    for trace, names in ((asked, ["ocr"]), ("[]", [])):
        pool = DonorPool([(DONOR, (), row(stages=trace))], timed_stages=("ocr",))
        assert [stage["name"] for stage in json.loads(str(draw(pool)["stages"]))] == names
    assert draw(DonorPool([(DONOR, (), row(stages=asked))]))["stages"] == "[]"


def test_a_stage_is_told_by_its_name_and_not_by_what_a_stage_proposed() -> None:
    assert ran("ocr", json.dumps([{"name": "ocr"}]))
    assert not ran("ocr", json.dumps([{"name": "desk", "proposed": {"by": "ocr"}}]))
