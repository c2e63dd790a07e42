"""A small network for tests: two peaks, bursts, a reader that falls in production."""

from typing import Any

from scenarios.network import Network

__all__ = ["network"]

WHY = "Assumed, for tests."


def network(**changes: Any) -> Network:
    """Build a network; sections given replace the specimen's, mappings are merged into them."""
    fields: dict[str, Any] = {
        "centres": 3,
        "sizes": {"median_per_h": 900.0, "log_sd": 0.5, "reason": WHY},
        "load": {
            "duration_s": 3600.0,
            "profile": [{"start_s": 0.0, "factor": 0.8}, {"start_s": 1800.0, "factor": 1.2}],
            "burst": {"mean_parcels": 6.0, "mean_gap_s": 0.8},
            "peaks": [{"start_s": 600.0, "end_s": 1500.0, "extra_share": 0.6}],
        },
        "cut_off_s": 4500.0,
        "docks": {"rate_per_h": 700.0, "cv": 0.5, "planned_load": 0.8, "reason": WHY},
        "induction": {"rate_per_h": 1500.0, "cv": 0.3, "planned_load": 0.8, "reason": WHY},
        "review_desk": {"rate_per_h": 60.0, "cv": 0.5, "planned_load": 0.8, "reason": WHY},
        "exception_desk": {"rate_per_h": 40.0, "cv": 1.0, "planned_load": 0.8, "reason": WHY},
        "unkeyed_share": 0.1,
        "reader": {
            "lab": {"hand_off": 0.05, "no_read": 0.01},
            "production": {"hand_off": 0.15, "no_read": 0.06},
            "reason": WHY,
        },
    }
    for name, value in changes.items():
        fields[name] = {**fields[name], **value} if isinstance(value, dict) else value
    return Network.model_validate(fields, strict=False)
