"""Staffing sheets: those shipped are whole, wrong ones are told where and how to mend them."""

import re
from pathlib import Path

import pytest

from labgap.staffing import check_sheet
from scenarios.errors import InvalidScenario
from scenarios.staffing import load_staffing, staffing_library

SHEET = """
schema_version: 1
name: mine
title: A sheet of mine
sweep: desk_size
service: {metric: rate.right_chute, at_least: 0.9}
costs:
  currency: EUR
  operator_h: 20
  parcels:
    - {metric: rate.misroute, cost: 5, reason: assumed for this test}
  axes:
    - {key: sorting.camera.pixels_per_m, value: 2400, per_h: 0.5}
"""


@pytest.mark.parametrize("name", staffing_library())
def test_shipped_sheets_fit_their_sweeps(name: str) -> None:
    sheet, sweep = check_sheet(name)
    assert sheet.name == name
    assert sweep


def test_a_sheet_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(SHEET)
    sheet, sweep = check_sheet(str(file))
    assert (sheet.costs.operator_h, sweep) == (20, "desk_size")


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("rate.right_chute", "rate.misroute", "service.metric", "more is better"),
        ("rate.misroute", "rate.rong", "costs.parcels.0.metric", "no metric"),
        ("pixels_per_m", "pixels_per_mm", "costs.axes.0", "is no axis"),
        ("value: 2400", "value: 2401", "costs.axes.0", "never takes"),
        ("sweep: desk_size", "sweep: desk_size\noperators: people", "operators", "is no axis"),
        ("rate.misroute", "trailer.missed", "costs.parcels.0.metric", "has no sorting.line_haul"),
        ("rate.right_chute", "floor.right_in_the_end", "service.metric", "sorting.exception_desk"),
        ("rate.misroute", "desk.error_rate", "costs.parcels.0.metric", "no share of all parcels"),
        ("sweep: desk_size", "sweep: desc_size", "sweep", "no library sweep"),
        ("sweep: desk_size", "sweep: ../up.yaml", "sweep", ""),
        ("currency: EUR", "currency: euros", "costs.currency", ""),
        ("operator_h: 20", "operator_h: -1", "costs.operator_h", ""),
        ("operator_h: 20", "operator_h: .nan", "costs.operator_h", ""),
        ("schema_version: 1", "schema_version: 2", "schema_version", ""),
    ],
)
def test_wrong_sheets(tmp_path: Path, old: str, new: str, key: str, words: str) -> None:
    assert old in SHEET
    file = tmp_path / "mine.yaml"
    file.write_text(SHEET.replace(old, new))
    with pytest.raises(InvalidScenario) as caught:
        check_sheet(str(file))
    problem = caught.value.problems[0]
    assert problem.key == key
    assert words in problem.what
    assert problem.fix


SWEEP = """
schema_version: 1
name: mine
scenario: sorting_production
axes:
  - {key: sorting.lane.non_conveyable_share, values: [0.01, 0.0]}
  - {key: arms.incumbent.vision.name, values: [barcode, ocr]}
overrides:
  arms: [{name: incumbent, vision: {name: barcode}}]
"""


def own_sweep(tmp_path: Path, old: str, new: str) -> str:
    """A sheet over a sweep of one's own, with one thing changed."""
    (tmp_path / "sweep.yaml").write_text(SWEEP)
    file = tmp_path / "mine.yaml"
    sheet = SHEET[: SHEET.index("  axes:")].replace("sweep: desk_size", "sweep: sweep.yaml")
    sheet += "operators: sorting.lane.non_conveyable_share\n"
    file.write_text(sheet.replace(old, new))
    return str(file)


def test_an_axis_of_words_is_no_bottom_of_a_chart(tmp_path: Path) -> None:
    check_sheet(own_sweep(tmp_path, "", ""))
    axis = "operators: arms.incumbent.vision.name"
    file = own_sweep(tmp_path, "operators: sorting.lane.non_conveyable_share", axis)
    with pytest.raises(InvalidScenario) as caught:
        check_sheet(file)
    (problem,) = caught.value.problems
    assert (problem.key, "takes words" in problem.what) == ("operators", True)
    assert "sorting.lane.non_conveyable_share" in problem.fix


def test_a_metric_must_be_measured_in_every_cell(tmp_path: Path) -> None:
    file = own_sweep(tmp_path, "rate.misroute", "floor.mechanical")
    with pytest.raises(InvalidScenario) as caught:
        check_sheet(file)
    assert caught.value.problems[0].key == "costs.parcels.0.metric"
    faults = "sorting.faults={jams: {mtbf_h: 1.0, mttr_s: 30}}"
    assert check_sheet(file, (faults,))


def test_a_price_given_twice(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    line = "    - {key: sorting.camera.pixels_per_m, value: 2400, per_h: 0.5}\n"
    file.write_text(SHEET + line)
    with pytest.raises(InvalidScenario, match="two prices"):
        load_staffing(file)


def test_a_currency_in_small_letters_is_told_how_to_write_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(SHEET.replace("EUR", "eur"))
    with pytest.raises(InvalidScenario) as caught:
        check_sheet(str(file))
    assert "three capital letters" in caught.value.problems[0].fix


@pytest.mark.parametrize("name", ["video_codin", "nothing like it", "no/such.yaml"])
def test_sheets_that_are_not_there(name: str) -> None:
    with pytest.raises(InvalidScenario) as caught:
        load_staffing(name)
    assert caught.value.problems[0].fix


def test_the_sheet_of_the_page_is_one(tmp_path: Path) -> None:
    page = Path(__file__).parents[3].joinpath("docs/staffing.md").read_text("utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    file = tmp_path / "page.yaml"
    file.write_text(block)
    assert check_sheet(str(file))[0].name == "my_desk"
