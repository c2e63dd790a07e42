"""Made-up figures of the vision bench, as its page is written from."""

from dataclasses import asdict
from typing import Any

from metrics.effective_robustness import RightCounts, effective_robustness
from metrics.intervals import clopper_pearson
from reports.vision_bench import vision_bench_markdown

__all__ = ["figures", "page_lines", "record", "row_of_readers", "sizes", "trained"]


def record(
    mix: str, metric: str, condition: str, value: float, group: str = "all"
) -> dict[str, Any]:
    return {
        "mix": mix,
        "metric": metric,
        "arm": "cascade",
        "condition": condition,
        "group": group,
        "value": value,
        "low": value - 0.001,
        "high": value + 0.001,
        "n": 1000,
        "replications": 10,
    }


def trained(recipe: str, seed: int) -> dict[str, Any]:
    return {"recipe": recipe, "size": "medium", "steps": 2000, "seed": seed}


def row_of_readers() -> dict[str, Any]:
    labs = (800, 900, 950, 980, 995)
    standard = {f"clean_{lab}": RightCounts(lab, round(0.9 * lab), 1000) for lab in labs}
    others = {"cascade": RightCounts(999, 990, 1000), "barcode": RightCounts(998, 880, 1000)}
    found = asdict(effective_robustness(standard, others))
    return {
        **found,
        "line": found["line"].tolist(),
        "why_not": None,
        "standard": list(standard),
        "counts": {arm: asdict(counts) for arm, counts in {**standard, **others}.items()},
        "training": {
            **{arm: trained("imagenet", 1) | {"steps": step} for step, arm in enumerate(standard)},
            "cascade": trained("robust", 1),
            "barcode": None,
        },
        "replications": 3,
    }


def figures(floor: float, wrong: int) -> dict[str, Any]:
    readable = "readable=yes"
    return {
        "labgap": "0.1",
        "machine": "a machine",
        "smoke": False,
        "mixes": {
            "vision_production": {
                "parcels": 1000,
                "replications": 3,
                "fixed_replications": 10,
                "damaged_share": 0.5,
            }
        },
        "arms": {
            "cascade": {"system": "cascade", "params": {}, "fingerprint": "cascade 3; ab; t=0.9"}
        },
        "training": {"cascade": trained("robust", 1)},
        "robustness": None,
        "redrawn": [],
        "sizes": [],
        "accepted": [],
        "outside": None,
        "factors": None,
        "records": [
            record("vision_production", "accuracy.forced", "lab", 0.999),
            record("vision_production", "accuracy.forced", "production", floor, readable),
            record("vision_production", "accuracy.forced", "gap", 0.999 - floor, readable),
        ],
        "damage": [
            {"mix": "vision_production", "arm": "cascade", "kind": "torn", "severity": s,
             "value": 1.0 - 0.1 * s, "n": 10}
            for s in (1, 3, 5)
        ],
        "answers": [
            {
                "mix": "vision_production",
                "arm": "cascade",
                "world": "production",
                "accepted": 900,
                "accepted_wrong": wrong,
                "accepted_wrong_interval": clopper_pearson(wrong, 900),
                "area_under_risk_coverage": 0.001,
                "coverage_at_promised": 0.97,
                "calibration_error": 0.02,
                "reliability": [[10, 0.5, 0.4], [10, 0.99, 1.0]],
                "risk_coverage": [[0.5, 0.0], [1.0, 0.01]],
            }
        ],
        "photos": None,
        "lines": [
            {"mix": "vision_production", "arm": "cascade", "parcels": 1000, "sort_code": 901,
             "tracking_id": 902, "both": 840, "neither": 37}
        ],
        "deadlines": [
            {
                "arm": "cascade",
                "p99_s": 0.11,
                "timed": 1240,
                "diverter_distance_m": 12.0,
                "speed_mps": speed,
                "before_next": 1.0 - 0.1 * speed,
                "before_diverter": 1.0,
                "busy": 0.1 * speed,
            }
            for speed in (0.5, 1.0, 2.0, 2.5, 3.0)
        ],
        "corruption": [],
        "methods": [],
        "unseen": [
            {"arm": "cascade", "mix": mix, "group": group, "parcels": 400, "lab": 1.0,
             "production": 1.0 - wrong,
             "wrong": {"value": wrong + 0.1, "low": wrong + 0.09, "high": wrong + 0.11},
             "lost": {"value": wrong, "low": wrong - 0.001, "high": wrong + 0.001}}
            for mix, group, wrong in (
                ("production", "trained damage", 0.999 - floor),
                ("unseen", "kinds kept from training", 0.03),
            )
        ],
        "broken_parts": [
            {"mix": "vision_production", "arm": "cascade", "parcels": 1000, "wrong": 17,
             "broken": {"label not found": 2, "lines not found": 5,
                        "not read where they truly are": 6, "neither line left whole": 4},
             "legible": 990, "legible_right": 981}
        ],
        "drawn_mixes": [
            {
                "mix": "vision_production",
                "arm": "cascade",
                "drawn": 1000,
                "gap": 0.004,
                "low": 0.002,
                "median": 0.004,
                "high": 0.009,
                "worst": 0.013,
                "worst_factors": {"torn": 2.9, "glare": 0.4},
                "least_parcels": 812.4,
            }
        ],
        "pace": [{"arm": "cascade", "parcels_per_s": 70.0, "least": 65.0, "most": 72.0,
                  "processes": 2, "batch": 32}],
    }  # fmt: skip


def sizes(milliseconds: float | None = 25.04) -> list[dict[str, Any]]:
    found = {"value": 0.979, "low": 0.975, "high": 0.983, "n": 900}
    return [
        {
            "arm": arm,
            "trained": {"size": "medium", "steps": 2000, "seconds": 2880.0},
            "chain_seconds": 6000.0,
            "milliseconds": milliseconds,
            "lab": {"value": 1.0, "low": None, "high": None, "n": 900},
            "production": found,
        }
        for arm in ("one", "other")
    ]


def page_lines(given: dict[str, Any], what: str) -> list[str]:
    return [line for line in vision_bench_markdown(given, []).splitlines() if what in line]
