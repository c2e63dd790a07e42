import pytest

from scenarios.degradations import KINDS
from scenarios.did_you_mean import did_you_mean
from scenarios.explain import guidance
from scenarios.schema import field_schema


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("sorting.lane.belt_speed_mps", "a number above 0 and up to 2.5, in m/s"),
        ("sorting.lanes", "a whole number from 1 to 64"),
        ("sorting.arrivals.burst.mean_gap_s", "a number above 0, in s"),
        ("sorting.arrivals.profile.0.start_s", "a number of 0 or more, in s"),
        ("sorting.arrivals.burst", "a mapping with mean_parcels, mean_gap_s, or null"),
        ("title", "text of 3 to 120 characters"),
        ("arms", "a list of 1 to 32 entries"),
        ("sorting.degradations.0.severity_shares", "a list of 5 entries"),
        ("sorting.degradations.0.kind", " or ".join(KINDS)),
        ("arms.0.vision.params.x", "text, a number, true or false"),
        ("fidelity", "a mapping with kind: full or sampled"),
        ("schema_version", "1"),
    ],
)
def test_guidance_reads_as_words(path, text):
    parts = [int(part) if part.isdigit() else part for part in path.split(".")]
    assert guidance(field_schema(parts, {})) == text


def test_a_currency_has_words_of_its_own():
    schema = {"type": "string", "pattern": "^[A-Z]{3}$"}
    assert guidance(schema) == "three capital letters, e.g. EUR"


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("quikstart", ["quickstart", "sorting_lab"], "quickstart"),
        ("QUICKSTART", ["quickstart"], "quickstart"),
        ("exposure", ["exposure_ms", "pixels_per_m"], "exposure_ms"),
        ("diverter", ["diverter_distance_m", "chutes"], "diverter_distance_m"),
        ("sensor", ["sensor_width_px", "sensor_height_px"], None),
        ("weather", ["seed", "name"], None),
        ("", ["seed"], None),
        ("x" * 100_000, ["seed"], None),
    ],
)
def test_did_you_mean(word, known, meant):
    assert did_you_mean(word, known) == meant
