import json
import math

import pytest

from metrics.records import Metrics, Note, Record

RECORD = Record("rate.read", "barcode", "gap", "all", 0.1, 0.05, 0.15, 100, 10)
NOTE = Note("rate.read", "barcode", "gap", "all", 'Ünusual "quoted" </script>')


def test_json_round_trip_keeps_every_digit() -> None:
    metrics = Metrics((RECORD, Record("m", "a", "lab", "all", 1 / 3, None, None, 0, 0)), (NOTE,))
    assert Metrics.from_json(metrics.to_json()) == metrics


def test_json_is_one_object_with_exactly_the_nine_fields() -> None:
    document = json.loads(Metrics((RECORD,), (NOTE,)).to_json())
    assert list(document) == ["schema_version", "records", "notes"]
    assert list(document["records"][0]) == (
        ["metric", "arm", "condition", "group", "value", "low", "high", "n", "replications"]
    )
    assert list(document["notes"][0]) == ["metric", "arm", "condition", "group", "text"]


def test_empty_metrics_round_trip() -> None:
    assert Metrics.from_json(Metrics(()).to_json()) == Metrics(())


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_no_record_holds_what_is_not_finite(number: float, place: int) -> None:
    numbers = [0.0, 0.0, 0.0]
    numbers[place] = number
    with pytest.raises(ValueError, match=r"rate\.read"):
        Record("rate.read", "barcode", "lab", "all", *numbers, 1, 1)


def test_unknown_condition_is_refused() -> None:
    with pytest.raises(ValueError, match="degraded"):
        Record("rate.read", "barcode", "degraded", "all", 0.0, 0.0, 0.0, 1, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(schema_version=2), "recompute"),
        (lambda d: d.update(records={}), "must be a list"),
        (lambda d: d["records"][0].pop("n"), "exactly"),
        (lambda d: d["records"][0].update(extra=1), "exactly"),
        (lambda d: d["records"][0].update(n=True), "n cannot be"),
        (lambda d: d["records"][0].update(value="0.5"), "value cannot be"),
        (lambda d: d["records"][0].update(arm=3), "arm cannot be"),
        (lambda d: d["notes"].append("text"), "exactly"),
    ],
)
def test_foreign_json_is_refused_with_a_reason(change, message: str) -> None:
    document = json.loads(Metrics((RECORD,), (NOTE,)).to_json())
    change(document)
    with pytest.raises(ValueError, match=message):
        Metrics.from_json(json.dumps(document))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"schema_version": NaN}'])
def test_what_is_not_metrics_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (json's own message)
        Metrics.from_json(text)


def test_get_finds_one_record_or_raises() -> None:
    metrics = Metrics((RECORD,))
    assert metrics.get("rate.read", arm="barcode") is RECORD
    with pytest.raises(KeyError):
        metrics.get("rate.read", arm="barcode", condition="lab")
