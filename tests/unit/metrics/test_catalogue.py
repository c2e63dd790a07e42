import pytest

from metrics.catalogue import CATALOGUE, Better, MetricKind, Scope
from metrics.floor_catalogue import FLOOR_METRICS

OUTCOMES = ("rate.read", "rate.misread", "rate.hand_off", "rate.no_read")


def test_names_of_the_published_metrics() -> None:
    assert set(CATALOGUE) == {
        "accuracy.forced",
        "accuracy.reader",
        "accuracy.accepted",
        *OUTCOMES,
        "rate.to_desk",
        "rate.right_chute",
        "rate.misroute",
        "rate.exception",
        "rate.recirculated",
        "rate.missed_deadline",
        "throughput.per_lane_h",
        "throughput.offered_per_lane_h",
        "wait.induction_mean_s",
        "wait.induction_p95_s",
        "time_in_system.mean_s",
        "time_in_system.p95_s",
        "wait.review_mean_s",
        "utilisation.review_desk",
        "utilisation.induction",
        "queue.induction_max",
        "surge.parcels",
        "desk.pace_per_h",
        "desk.error_rate",
        "desk.overtime_s",
        "desk.breaks_missed",
        "desk.break_delay_s",
        *(spec.name for spec in FLOOR_METRICS),
    }


@pytest.mark.parametrize("spec", CATALOGUE.values(), ids=CATALOGUE)
def test_every_entry_is_complete(spec) -> None:
    assert CATALOGUE[spec.name] is spec
    assert spec.title
    assert spec.description.endswith(".")
    assert spec.unit in ("share", "s", "parcels/h", "images/h", "parcels", "laps")
    assert (spec.numerator is None) == (spec.scope is Scope.STATION)
    if spec.kind is MetricKind.PROPORTION:
        assert spec.bounds == (0.0, 1.0)
        assert spec.unit == "share"


def test_accuracies_are_better_high_and_errors_better_low() -> None:
    for name in ("accuracy.forced", "accuracy.accepted", "rate.right_chute"):
        assert CATALOGUE[name].better is Better.HIGHER
    for name in ("rate.misread", "rate.misroute", "wait.induction_p95_s"):
        assert CATALOGUE[name].better is Better.LOWER


def test_only_surge_has_no_gap() -> None:
    assert [name for name, spec in CATALOGUE.items() if not spec.has_gap] == ["surge.parcels"]
