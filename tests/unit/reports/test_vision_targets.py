"""What was aimed at is held against what was got, with its interval."""

import pytest

from reports.vision_bench import vision_bench_markdown
from tests.vision_bench_specimen import figures, page_lines, record


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


def test_what_is_lost_to_the_unknown_is_compared_with_what_is_lost_to_the_known() -> None:
    (row,) = page_lines(figures(0.989, 0), "lost to kinds kept from training")
    assert "3.00 times [2.7" in row
    assert "**no**" in row


def test_a_loss_that_may_be_none_is_no_measure_of_another() -> None:
    for floor in (1.0, 0.999, 0.9985):
        (row,) = page_lines(figures(floor, 0), "lost to kinds kept from training")
        assert "nothing lost for certain" in row
        assert row.endswith("| not shown |")
    no_interval = figures(0.989, 0)
    no_interval["unseen"][1]["lost"] |= {"low": None, "high": None}
    (row,) = page_lines(no_interval, "lost to kinds kept from training")
    assert row.endswith("| not shown |")
    nothing_read = figures(0.989, 0)
    nothing_read["unseen"][1]["lost"] = None
    assert not page_lines(nothing_read, "lost to kinds kept from training")


def test_what_is_not_read_goes_to_people_too() -> None:
    given = figures(0.995, 0)
    for metric, value in (("rate.hand_off", 0.045), ("rate.to_desk", 0.09)):
        given["records"].append(record("vision_production", metric, "production", value))
    (reviewed,) = page_lines(given, "uncertain reads handed over")
    (all_of_it,) = page_lines(given, "with what is not read at all")
    assert reviewed.endswith("| yes |")
    assert all_of_it.endswith("| **no** |")


def test_parcels_that_had_no_part_in_the_making_are_told_apart() -> None:
    given = figures(0.995, 0)
    assert "had no part in it" not in vision_bench_markdown(given, [])
    further = record("vision_accepted", "accuracy.forced", "production", 0.981, "readable=yes")
    given["records"].append(further)
    (row,) = page_lines(given, "production on readable parcels (1,000), vision_accepted")
    assert "98.10 [98.00, 98.20]" in row
    assert row.endswith("| **no** |")
    assert "had no part in it" in vision_bench_markdown(given, [])


@pytest.mark.parametrize(
    ("least", "most", "verdict"), [(61, 72, "yes"), (55, 72, "not shown"), (50, 59, "**no**")]
)
def test_a_pace_is_judged_by_all_its_rounds(least, most, verdict) -> None:
    given = figures(0.995, 0)
    given["pace"][0] |= {"parcels_per_s": float(least + 1), "least": least, "most": most}
    (row,) = page_lines(given, "parcels a second, 2 processes")
    assert f"({least} to {most})" in row
    assert verdict in row


def test_a_figure_that_is_missing_is_not_made_up() -> None:
    given = figures(0.995, 0)
    given["records"] = []
    page = vision_bench_markdown(given, [])
    (row,) = [line for line in page.splitlines() if "lab, forced choice" in line]
    assert row.count("not measured") == 2
