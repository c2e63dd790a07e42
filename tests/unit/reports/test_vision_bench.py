"""The bench's page has a table for everything that was measured."""

from reports.figures.deadlines import deadline_chart
from reports.figures.reader_curves import risk_chart, severity_chart
from reports.figures.reader_sizes import sizes_chart
from reports.figures.robustness import robustness_chart
from reports.vision_bench import vision_bench_markdown
from reports.vision_factors import ARMS
from reports.vision_seeds import further_seeds, seed_groups
from tests.vision_bench_specimen import (
    figures,
    page_lines,
    record,
    row_of_readers,
    sizes,
    trained,
)


def test_a_part_of_the_bench_says_that_it_is_one() -> None:
    assert "1,000 parcels in 3 of 10 replications" in vision_bench_markdown(figures(0.99, 0), [])


def test_what_training_saw_stands_beside_what_it_did_not() -> None:
    (row,) = [row for row in page_lines(figures(0.989, 0), "not measured | 1.00") if "3.00" in row]
    assert row.startswith("| `cascade` | not measured | not measured | 1.00 [0.90, 1.10] | not")
    given = figures(0.989, 0) | {"unseen": []}
    assert "Seen and unseen" not in vision_bench_markdown(given, [])


def test_damage_is_told_over_kinds_where_there_are_parcels_enough() -> None:
    given = figures(0.995, 0)
    assert "too few" not in vision_bench_markdown(given, [])
    given["damage"] = [
        {"mix": "vision_production", "arm": "cascade", "kind": kind, "severity": 2, "value": value,
         "n": n}
        for kind, value, n in (("torn", 0.8, 20), ("glare", 0.9, 40), ("film", 0.1, 19))
    ]  # fmt: skip
    (row,) = page_lines(given, "(torn 80.0)")
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
    (line,) = page_lines(given, "reads 3.50 pp [2.86, 4.14] more")
    assert "10 replications and 2 trainings" in line


def test_the_spread_over_mixes_names_the_worst() -> None:
    page = vision_bench_markdown(figures(0.995, 0), [])
    assert "| 0.40 | 0.20 to 0.90 | 1.30 | torn x 2.9, glare x 0.4 | 812 |" in page


def test_reads_in_time_stand_beside_the_speed_of_the_belt() -> None:
    page = vision_bench_markdown(figures(0.995, 0), [])
    assert "| `cascade` | 110 | 1,240 | 90.0 | 80.0 | 75.0 | 70.0 | 100.0 | 100.0 |" in page
    assert "| at most 280 ms | 110 ms | yes |" in page


def test_photographs_stand_beside_the_twin() -> None:
    given = figures(0.995, 0)
    assert "Not measured here: `labgap bench vision --photos DIR`." in vision_bench_markdown(
        given, []
    )
    given["photos"] = {
        "twin": {"cascade": 0.97},
        "files": 20,
        "refused": 1,
        "records": [
            {"arm": "cascade", "group": group, "read_rate": 0.25, "read_low": 0.1, "read_high": 0.5}
            for group in ("all", "ean13/")
        ],
        "rank": {"readers": 3, "tied": 0, "value": 0.5, "low": -1.0, "high": 1.0},
        "found": [
            {
                "arm": "cascade",
                "photos": 10,
                "found": 4,
                "interval": [0.2, 0.7],
                "area": 0.06,
                "centred": 9,
            }
        ],
    }
    page = vision_bench_markdown(given, [])
    row = "| `cascade` | 25.0 [10.0, 50.0] | 97.00 | 40.0 [20.0, 70.0] | 90.0 | 6.0 |"
    assert page.count(row) == 1
    assert "of 3 arms between photographs and twin: 0.50 [-1.00, 1.00]" in page
    given["photos"]["rank"]["tied"] = 2
    assert "2 of 3 arms read equally many photographs" in vision_bench_markdown(given, [])


def test_lines_stand_apart_because_one_of_them_is_enough() -> None:
    page = vision_bench_markdown(figures(0.963, 0), [])
    assert "| `cascade` | 1,000 | 90.10 | 90.20 | 84.00 | 3.70 |" in page


def test_who_reads_the_lab_badly_is_marked() -> None:
    given = figures(0.9, 0)
    given["sizes"] = sizes()
    assert "†" not in vision_bench_markdown(given, [])
    given["sizes"][0]["lab"]["value"] = 0.98
    page = vision_bench_markdown(given, [])
    assert "| `one` † |" in page
    assert "† reads less than 99 % right in the lab" in page
    given["records"][0]["value"] = 0.97
    assert "| `cascade` † | 97.00" in vision_bench_markdown(given, [])


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
    given["robustness"]["training"]["clean_980"]["round"] = 2
    assert (
        "| imagenet, medium, 3 steps more of adversarial round 2, seed 1 |"
        in vision_bench_markdown(given, [])
    )
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
        "lab": dict.fromkeys(ARMS.values(), 1.0),
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
