import pytest

from scenarios.schema import resolved_schema
from scenarios.units import unit_of


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("belt_speed_mps", "m/s"),
        ("pitch_m", "m"),
        ("duration_s", "s"),
        ("exposure_ms", "ms"),
        ("rate_per_h", "1/h"),
        ("pixels_per_m", "px/m"),
        ("sensor_width_px", "px"),
        ("read_noise_electrons", "electrons"),
        ("lanes", None),
        ("params", None),
        ("items", None),
    ],
)
def test_units_are_read_off_names(key, unit):
    assert unit_of(key) == unit


def test_every_number_with_a_dimension_names_its_unit():
    # Counts, shares, factors and coefficients of variation have none.
    bare = {
        "schema_version", "seed", "replications", "parcels", "lanes", "chutes", "max_laps",
        "operators", "queue_limit", "factor", "mean_parcels", "share", "late_share",
        "missing_share", "error_rate", "induction_cv", "service_cv", "break_waits_at", "queue",
        "faster", "errors", "slower_per_level", "odds_per_level", "induction_stations",
        "non_conveyable_share", "mttr_cv", "detected_share", "neighbour_share", "lost_share",
        "lane", "capacity", "call_at", "attendants", "swap_cv", "people", "loading_cv",
        "misload_share", "tipped_share", "singulated_share", "declared_error", "weight_tolerance",
        "size_tolerance",
    }  # fmt: skip
    schema = resolved_schema()
    for model in (schema, *schema["$defs"].values()):
        for name, field in model["properties"].items():
            if field.get("type") in ("number", "integer"):
                assert (unit_of(name) is None) == (name in bare), name
