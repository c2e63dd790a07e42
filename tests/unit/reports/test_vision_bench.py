"""The bench's page says what was reached and what was not."""

from dataclasses import asdict
from typing import Any

import pytest

from metrics.effective_robustness import RightCounts, effective_robustness
from metrics.intervals import clopper_pearson
from reports.figures.deadlines import deadline_chart
from reports.figures.reader_curves import risk_chart, severity_chart
from reports.figures.reader_sizes import sizes_chart
from reports.figures.robustness import robustness_chart
from reports.vision_bench import vision_bench_markdown
from reports.vision_factors import ARMS
from reports.vision_seeds import further_seeds, seed_groups


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
        "deadlines": [
            {
                "arm": "cascade",
                "p99_s": 0.11,
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
             "wrong": {"value": wrong, "low": wrong - 0.001, "high": wrong + 0.001}}
            for mix, group, wrong in (
                ("production", "trained damage", 0.999 - floor),
                ("unseen", "kinds kept from training", 0.03),
            )
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


def _lines(given: dict[str, Any], what: str) -> list[str]:
    return [line for line in vision_bench_markdown(given, []).splitlines() if what in line]


@pytest.mark.parametrize(("floor", "reached"), [(0.995, True), (0.99, False)])
def test_a_target_that_is_missed_is_said_to_be(floor: float, reached: bool) -> None:
    page = vision_bench_markdown(figures(floor, 0), [])
    (row,) = [line for line in page.splitlines() if "production on readable" in line]
    assert ("**no**" in row) != reached
    assert f"{100 * floor:.2f}" in row


def test_a_share_of_wrong_answers_beyond_the_promise_is_said_to_be() -> None:
    (row,) = [
        line
        for line in vision_bench_markdown(figures(0.995, 9), []).splitlines()
        if "wrong among accepted in production" in line
    ]
    assert "**no**" in row
    assert "9 of 900" in row


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.993, 0.996, "| yes |"), (0.985, 0.991, "| **no** |"), (0.990, 0.996, "| not shown")],
)
def test_an_aim_within_the_interval_is_neither_reached_nor_missed(low, high, verdict) -> None:
    given = figures(0.5 * (low + high), 0)
    given["records"][1] |= {"low": low, "high": high}
    page = vision_bench_markdown(given, [])
    (row,) = [line for line in page.splitlines() if "production on readable" in line]
    assert verdict in row


def test_few_answers_without_a_mistake_show_nothing_yet() -> None:
    page = vision_bench_markdown(figures(0.995, 0), [])
    (row,) = [line for line in page.splitlines() if "wrong among accepted in production" in line]
    assert "not shown" in row


def test_a_part_of_the_bench_says_that_it_is_one() -> None:
    assert "1,000 parcels in 3 of 10 replications" in vision_bench_markdown(figures(0.99, 0), [])


def test_what_is_lost_to_the_unknown_is_compared_with_what_is_lost_to_the_known() -> None:
    (row,) = _lines(figures(0.989, 0), "lost to kinds kept from training")
    assert "3.00 times [2.7" in row
    assert "**no**" in row


def test_a_loss_that_may_be_none_is_no_measure_of_another() -> None:
    for floor in (1.0, 0.999, 0.9985):
        (row,) = _lines(figures(floor, 0), "lost to kinds kept from training")
        assert "nothing lost for certain" in row
        assert row.endswith("| not shown |")
    no_interval = figures(0.989, 0)
    no_interval["unseen"][1]["wrong"] |= {"low": None, "high": None}
    (row,) = _lines(no_interval, "lost to kinds kept from training")
    assert row.endswith("| not shown |")


def test_what_training_saw_stands_beside_what_it_did_not() -> None:
    (row,) = [row for row in _lines(figures(0.989, 0), "not measured | 1.00") if "3.00" in row]
    assert row.startswith("| `cascade` | not measured | not measured | 1.00 [0.90, 1.10] | not")
    given = figures(0.989, 0) | {"unseen": []}
    assert "Seen and unseen" not in vision_bench_markdown(given, [])


def test_what_is_not_read_goes_to_people_too() -> None:
    given = figures(0.995, 0)
    for metric, value in (("rate.hand_off", 0.045), ("rate.to_desk", 0.09)):
        given["records"].append(record("vision_production", metric, "production", value))
    (reviewed,) = _lines(given, "uncertain reads handed over")
    (all_of_it,) = _lines(given, "with what is not read at all")
    assert reviewed.endswith("| yes |")
    assert all_of_it.endswith("| **no** |")


def test_parcels_that_had_no_part_in_the_making_are_told_apart() -> None:
    given = figures(0.995, 0)
    assert "had no part in it" not in vision_bench_markdown(given, [])
    further = record("vision_accepted", "accuracy.forced", "production", 0.981, "readable=yes")
    given["records"].append(further)
    (row,) = _lines(given, "production on readable parcels, vision_accepted")
    assert "98.10 [98.00, 98.20]" in row
    assert row.endswith("| **no** |")
    assert "had no part in it" in vision_bench_markdown(given, [])


@pytest.mark.parametrize(
    ("least", "most", "verdict"), [(61, 72, "yes"), (55, 72, "not shown"), (50, 59, "**no**")]
)
def test_a_pace_is_judged_by_all_its_rounds(least, most, verdict) -> None:
    given = figures(0.995, 0)
    given["pace"][0] |= {"parcels_per_s": float(least + 1), "least": least, "most": most}
    (row,) = _lines(given, "parcels a second, 2 processes")
    assert f"({least} to {most})" in row
    assert verdict in row


def test_damage_is_told_over_kinds_where_there_are_parcels_enough() -> None:
    given = figures(0.995, 0)
    assert "too few" not in vision_bench_markdown(given, [])
    given["damage"] = [
        {"mix": "vision_production", "arm": "cascade", "kind": kind, "severity": 2, "value": value,
         "n": n}
        for kind, value, n in (("torn", 0.8, 20), ("glare", 0.9, 40), ("film", 0.1, 19))
    ]  # fmt: skip
    (row,) = _lines(given, "(torn 80.0)")
    assert row == "| `cascade` | too few | 85.0 (torn 80.0) | too few | too few | too few |"


def test_kinds_that_are_no_unit_are_named() -> None:
    given = figures(0.995, 0)
    given["corruption"] = [
        {"mix": "vision_production", "arm": "cascade", "mean": 0.26, "interval": [0.19, 0.35],
         "relative_mean": None, "of_kind": {"torn": 0.6, "glare": 0.2},
         "left_out": {"defocus": 0, "shadow": 6}, "reference": ["imagenet", "imagenet_2"]}
    ]  # fmt: skip
    page = vision_bench_markdown(given, [])
    assert "| 0.26 [0.19, 0.35] | not measured | torn 0.60 |" in page
    assert "`vision_production`: defocus 0, shadow 6." in page
    assert "with 2 seeds together" in page


def test_a_way_to_train_is_held_against_another() -> None:
    given = figures(0.995, 0)
    weights = {"reader": "shipped:reader-robust-medium-2"}
    given["arms"]["cascade_2"] = given["arms"]["cascade"] | {"params": weights}
    given["training"]["cascade_2"] = trained("robust", 2)
    given["methods"] = [
        {"mix": "vision_production", "arms": ["cascade", "cascade_2"],
         "reference": ["imagenet", "imagenet_2"], "value": 0.035, "low": 0.0286, "high": 0.0414,
         "replications": 10}
    ]  # fmt: skip
    (line,) = _lines(given, "reads 3.50 pp [2.86, 4.14] more")
    assert "10 replications and 2 trainings" in line


def test_the_spread_over_mixes_names_the_worst() -> None:
    page = vision_bench_markdown(figures(0.995, 0), [])
    assert "| 0.40 | 0.20 to 0.90 | 1.30 | torn x 2.9, glare x 0.4 | 812 |" in page


def test_a_figure_that_is_missing_is_not_made_up() -> None:
    given = figures(0.995, 0)
    given["records"] = []
    page = vision_bench_markdown(given, [])
    (row,) = [line for line in page.splitlines() if "lab, forced choice" in line]
    assert row.count("not measured") == 2


def test_reads_in_time_stand_beside_the_speed_of_the_belt() -> None:
    page = vision_bench_markdown(figures(0.995, 0), [])
    assert "| `cascade` | 110 | 90.0 | 80.0 | 75.0 | 70.0 | 100.0 | 100.0 |" in page
    assert "| at most 280 ms | 110 ms | yes |" in page


def test_photographs_stand_beside_the_twin() -> None:
    given = figures(0.995, 0)
    assert "photographs" not in vision_bench_markdown(given, [])
    given["records"].append(record("vision_production", "accuracy.forced", "production", 0.97))
    given["photos"] = {
        "files": 20,
        "refused": 1,
        "records": [
            {"arm": "cascade", "group": group, "read_rate": 0.25, "read_low": 0.1, "read_high": 0.5}
            for group in ("all", "ean13/")
        ],
        "rank": {"readers": 3, "tied": 0, "value": 0.5, "low": -1.0, "high": 1.0},
        "found": [{"arm": "cascade", "photos": 10, "found": 4, "interval": [0.2, 0.7]}],
    }
    page = vision_bench_markdown(given, [])
    row = "| `cascade` | 25.0 [10.0, 50.0] | 97.00 | 40.0 [20.0, 70.0] |"
    assert page.count(row) == 1
    assert "of 3 arms between photographs and twin: 0.50 [-1.00, 1.00]" in page


def test_trainings_with_other_seeds_stand_together() -> None:
    given = figures(0.995, 0)
    assert "Trained again" not in vision_bench_markdown(given, [])
    weights = {"reader": "shipped:reader-robust-medium-2"}
    given["arms"]["cascade_2"] = given["arms"]["cascade"] | {"params": weights}
    given["arms"]["cascade_lab"] = given["arms"]["cascade"] | {"params": {"calibration": "lab"}}
    given["training"] |= {"cascade_2": trained("robust", 2), "cascade_lab": trained("robust", 1)}
    again = record("vision_production", "accuracy.forced", "production", 0.985, "readable=yes")
    given["records"].append(again | {"arm": "cascade_2"})
    assert seed_groups(given) == [["cascade", "cascade_2"]]
    assert further_seeds(given) == {"cascade_2"}
    page = vision_bench_markdown(given, [])
    (row,) = [line for line in page.splitlines() if "(98.50 to 99.50)" in line]
    assert row.startswith("| `cascade` | 1, 2 | not measured | 99.00 (98.50 to 99.50) |")


def test_a_second_drawing_stands_beside_the_first() -> None:
    given = figures(0.995, 0)
    assert "Another renderer" not in vision_bench_markdown(given, [])
    given["redrawn"] = [
        {
            "arm": "cascade",
            "parcels": 900,
            "lab": [900, 891],
            "production": [882, 864],
            "lost": 20,
            "gained": 2,
        }
    ]
    row = "| `cascade` | 900 | 100.00 | 99.00 | 98.00 | 96.00 | 20 | 2 |"
    assert row in vision_bench_markdown(given, [])


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


def test_what_a_reading_costs_stands_beside_what_it_is_worth() -> None:
    given = figures(0.995, 0)
    assert "Accuracy against time" not in vision_bench_markdown(given, [])
    given["sizes"] = sizes()
    row = "| `one` | medium | 2,000 | 48 | 100 | 25.0 | 100.00 | 97.90 [97.50, 98.30] |"
    assert row in vision_bench_markdown(given, [])
    given["sizes"] = sizes(None)
    assert "| `other` | medium | 2,000 | 48 | 100 | not measured |" in vision_bench_markdown(
        given, []
    )


def test_readers_stand_about_the_line_of_standard_training() -> None:
    given = figures(0.995, 0)
    assert "Effective robustness" not in vision_bench_markdown(given, [])
    given["robustness"] = row_of_readers()
    page = vision_bench_markdown(given, [])
    rows = {
        name: row
        for row in page.splitlines()
        for name in ("cascade", "clean_980")
        if row.startswith(f"| `{name}` |") and "steps" in row
    }
    assert "| robust, medium, 2,000 steps, seed 1 | 99.90 | 99.00 | +" in rows["cascade"]
    assert rows["cascade"].endswith("|  |")
    leverage = given["robustness"]["leverage"]["clean_980"]
    assert rows["clean_980"].endswith(f"| {leverage:.2f} |")
    assert "| training | seeds |" not in page
    given["robustness"]["training"]["barcode"] = trained("robust", 2)
    row = "| robust, medium, 2,000 steps | 2 | 99.85 (99.80 to 99.90) | 93.50 (88.00 to 99.00) |"
    assert row in vision_bench_markdown(given, [])
    given["robustness"] = {"line": None, "why_not": "a line needs 5 readers"}
    assert "No line can be drawn: a line needs 5 readers." in vision_bench_markdown(given, [])


def test_what_each_part_earns_stands_in_a_table_of_its_own() -> None:
    given = figures(0.99, 0)
    assert "Which part earns what" not in vision_bench_markdown(given, [])
    shares = dict.fromkeys(("accuracy.forced", "rate.misroute", "rate.to_desk"), 0.25)
    given["factors"] = {
        "parcels": 3000,
        "replications": 3,
        "forced": {
            arm: [0.9 + 0.05 * levels[0] + 0.01 * levels[0] * number for number in range(3)]
            for levels, arm in ARMS.items()
        },
        "values": {arm: shares | {"rate.right_chute": 0.5} for arm in ARMS.values()},
    }
    page = vision_bench_markdown(given, [])
    assert "| with | with | with | `cascade` | 25.00 | 50.00 | 25.00 | 25.00 |" in page
    assert "3,000 parcels of 3 replications" in page
    # 5, 6 and 7 pp in three replications: 6 +- 4.303 / sqrt(3)
    (effect, none, _) = [line for line in page.splitlines() if "**effect**" in line]
    assert effect.startswith("| **effect** |  |  |  | +0.00 pp [+3.52, +8.48] |")
    assert none.startswith("|  | **effect** |  |  | +0.00 pp |")


def test_pictures_are_pictures() -> None:
    given = figures(0.995, 0)
    for picture in (
        severity_chart(given["damage"], ["cascade"], "vision_production"),
        severity_chart([], ["cascade"], "vision_production"),
        risk_chart(given["answers"], ["cascade", "absent"], "vision_production"),
        deadline_chart(given["deadlines"], ["cascade", "absent"]),
        robustness_chart(row_of_readers()),
        sizes_chart(sizes()),
    ):
        assert picture.startswith(b"\x89PNG")
