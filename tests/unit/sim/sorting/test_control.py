import pytest

from sim.sorting.control import LaneControl
from sim.sorting.manifest import ParcelManifest
from sim.sorting.oracle import OracleReadings
from sim.sorting.population import draw_population
from sim.sorting.readings import LaneReading
from sim.sorting.sort_plan import SortPlan
from sim.streams import Streams
from tests.sorting_world import sorting

POPULATION = draw_population(
    sorting(manifest={"late_share": 0.2, "missing_share": 0.2}), Streams(3, 0)
)
PLAN = SortPlan(32)
ARRIVAL = POPULATION.calm_arrival_s.tolist()
CONTROL = LaneControl(ParcelManifest(POPULATION.parcels, ARRIVAL), PLAN)
ON_TIME, LATE, MISSING = (
    next(parcel for parcel in POPULATION.parcels if parcel.manifest == state)
    for state in ("on_time", "late", "missing")
)
OTHER = next(p for p in POPULATION.parcels if p.manifest == "on_time" and p.chute != ON_TIME.chute)
WRONG_DIGIT = ON_TIME.tracking_id[:-1] + str((int(ON_TIME.tracking_id[-1]) + 1) % 10)


def accept(tracking_id: str | None, code: str | None) -> LaneReading:
    return LaneReading("accept", tracking_id, code, 0.9, 0.1, "model")


@pytest.mark.parametrize(
    ("reading", "lookup", "chute", "review"),
    [
        (accept(ON_TIME.tracking_id, None), "found", ON_TIME.chute, False),
        (accept(ON_TIME.tracking_id, ON_TIME.sort_code), "found", ON_TIME.chute, False),
        (accept(ON_TIME.tracking_id, OTHER.sort_code), "implausible", None, True),
        # The control cannot know: an id misread as another parcel's sends it where that one goes.
        (accept(OTHER.tracking_id, None), "found", OTHER.chute, False),
        (accept(WRONG_DIGIT, ON_TIME.sort_code), "bad_check_digit", None, False),
        (accept("12AB", None), "bad_check_digit", None, False),
        (accept(MISSING.tracking_id, MISSING.sort_code), "unknown_id", 32, False),
        (accept(None, MISSING.sort_code), "code", MISSING.chute, False),
        (accept(None, "????"), "no_read", None, False),
        (accept(None, None), "no_read", None, False),
        (LaneReading("review", ON_TIME.tracking_id, None, 0.5, 0.1, "model"), "review", None, True),
        (LaneReading("no_read", None, None, 0.0, 0.1, "model"), "no_read", None, False),
        # A guess offered with a no-read is not acted on.
        (LaneReading("no_read", ON_TIME.tracking_id, None, 0.0, 0.1, "m"), "no_read", None, False),
    ],
)
def test_verdicts(reading: LaneReading, lookup: str, chute: int | None, review: bool) -> None:
    assert CONTROL.judge(reading, 1e9, ON_TIME) == (lookup, chute, review)


def test_of_a_lost_picture_nobody_can_key_anything() -> None:
    lost = LaneReading("no_read", None, None, 0.0, 0.1, "model", pictured=False)
    for no_read_to_desk in (False, True):
        control = LaneControl(ParcelManifest(POPULATION.parcels, ARRIVAL), PLAN, no_read_to_desk)
        assert control.judge(lost, 1e9, ON_TIME) == ("no_picture", None, False)


def test_a_late_record_is_unknown_until_it_comes() -> None:
    comes_s = ARRIVAL[LATE.number] + LATE.manifest_delay_s
    reading = accept(LATE.tracking_id, LATE.sort_code)
    assert CONTROL.judge(reading, comes_s - 1e-6, LATE).lookup == "unknown_id"
    assert CONTROL.judge(reading, comes_s, LATE).lookup == "found"


def test_the_oracle_tells_the_truth() -> None:
    reading = OracleReadings(0.2).reading(ON_TIME, 1)
    assert (reading.tracking_id, reading.sort_code) == (ON_TIME.tracking_id, ON_TIME.sort_code)
    assert (reading.decision, reading.latency_s, reading.source) == ("accept", 0.2, "oracle")


@pytest.mark.parametrize(
    "changes",
    [
        {"decision": "maybe"},
        {"confidence": 1.5},
        {"confidence": float("nan")},
        {"latency_s": -0.1},
        {"latency_s": float("inf")},
        {"latency_s": float("nan")},
    ],
)
def test_answers_out_of_range_are_refused(changes: dict[str, object]) -> None:
    fields: dict[str, object] = {
        "decision": "accept",
        "tracking_id": None,
        "sort_code": None,
        "confidence": 0.5,
        "latency_s": 0.1,
        "source": "model",
    }
    with pytest.raises(ValueError, match=next(iter(changes))):
        LaneReading(**{**fields, **changes})  # type: ignore[arg-type]
