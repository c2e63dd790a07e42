"""Sections on the centre: there where their data is, absent where it is not."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.exploration import OTHERS, Explored
from metrics.funnel import STAGES, FunnelCount
from reports.camera_figures import camera_sentences, camera_table
from reports.centre import is_drawn
from reports.desk_words import desk_table, desk_words
from reports.figures.palette import stylesheet
from reports.funnel import NESTED, funnel_stages, funnel_table, narrowing
from reports.html import SIZE_LIMIT, render_html
from reports.markdown import render_markdown
from reports.recovery_words import recovery_words
from reports.selection import Selection
from reports.worst_groups import MOST_GROUPS, group_name, worst_groups
from tests import centre_specimen, report_specimen
from tests.sorting_world import sorting
from tests.unit.reports.page_lint import Page

SECTIONS = {"worst", "funnel", "shift", "detecting", "people", "camera"}


@pytest.fixture(scope="module")
def page():
    return Page(render_html(centre_specimen.inputs(arms=("barcode", "ocr"))))


def test_every_section_is_there_and_in_the_navigation(page) -> None:
    ids = page.by_id()
    assert ids.keys() >= SECTIONS
    links = {a.attributes["href"] for a in page.all("nav")[0].all("a")}
    assert {f"#{name}" for name in SECTIONS} <= links
    assert "None" not in page.all("main")[0].text()


def test_without_their_data_there_are_none() -> None:
    text = render_html(report_specimen.inputs())
    assert not SECTIONS & Page(text).by_id().keys()
    assert "Where it reads worst" not in render_markdown(report_specimen.inputs())


def test_each_section_hangs_on_its_own_data() -> None:
    whole = centre_specimen.inputs()
    for name, changed in {
        "shift": replace(whole, shift=None),
        "camera": replace(whole, camera=None),
        "worst": replace(whole, metrics=replace(whole.metrics, explored=())),
        "funnel": replace(whole, metrics=replace(whole.metrics, funnel=())),
        "detecting": replace(whole, metrics=replace(whole.metrics, noticed=())),
        "people": replace(
            whole, metrics=replace(whole.metrics, records=report_specimen.metrics().records)
        ),
    }.items():
        assert SECTIONS - Page(render_html(changed)).by_id().keys() == {name}


def test_ids_are_unique_and_every_colour_is_a_role(page) -> None:
    text = render_html(centre_specimen.inputs(arms=("barcode", "ocr")))
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    rules = stylesheet()
    for svg in re.findall(r'<svg class="fig wide".*?</svg>', text, re.S):
        assert "style=" not in svg
        for names in re.findall(r' class="([^"]+)"', svg)[1:]:
            assert all(f".{name}{{" in rules for name in names.split())
        for name in re.findall(r"url\(#([^)]+)\)", svg):
            assert f'id="{name}"' in svg


def test_the_same_run_gives_the_same_page_within_its_size() -> None:
    inputs = centre_specimen.inputs()
    text = render_html(inputs)
    assert text == render_html(inputs)
    assert len(text.encode()) < SIZE_LIMIT


def test_a_hostile_shipper_stays_text() -> None:
    attack = '"><script>window.pwned=1</script>`|\u202e'
    hostile = Explored("barcode", "shipper", attack, 0, 1.0, 0.1, 0.0, 0.2, 50, 10, 3)
    whole = centre_specimen.inputs()
    inputs = replace(whole, metrics=replace(whole.metrics, explored=(hostile,)))
    text = render_html(inputs)
    assert "<script>window" not in text
    assert "\u202e" not in text
    told = render_markdown(inputs)
    assert "\u202e" not in told
    row = next(line for line in told.splitlines() if "window.pwned" in line)
    assert len(re.findall(r"(?<!\\)\|", row)) == 7


def test_markdown_tells_the_same() -> None:
    told = render_markdown(centre_specimen.inputs())
    for words in (
        "### Where it reads worst",
        "`S07`",
        "\u25bc clearly lower",
        "### From the dock to the right chute",
        "### Time to detect",
        "### The people at the desk",
        "### What the camera can resolve",
    ):
        assert words in told


def selection(**arms):
    return Selection(centre_specimen.inputs(**arms).metrics.records, arms.get("arms", ("barcode",)))


def test_only_a_group_wholly_below_the_arm_is_called_lower() -> None:
    (found,) = worst_groups(centre_specimen.explored(), selection())
    told = {row[0].text: row[4].text for row in found.rows}
    assert told["S07"] == told["lane 1"] == "\u25bc clearly lower"
    assert told["3\u20134 h"] == "\u2248 not told apart"
    assert told["4 small ones together"] == "\u25b2 clearly higher"
    values = [float(row[2].order) for row in found.rows]
    assert values == sorted(values)
    assert "of 41 groups looked at" in found.caption


def test_a_table_holds_the_worst_and_names_groups() -> None:
    many = [
        Explored("barcode", "shipper", f"S{k:02d}", 0, 1.0, k / 40, 0.0, 1.0, 50, 10, 40)
        for k in range(40)
    ]
    (found,) = worst_groups(many, selection())
    assert [row[0].text for row in found.rows] == [f"S{k:02d}" for k in range(MOST_GROUPS)]
    assert group_name(replace(many[0], family="shipper", member=OTHERS)) == OTHERS
    assert worst_groups((), selection()) == ()


def test_pairs_and_replications_are_named_by_what_they_are() -> None:
    both = Explored("barcode", "pair", "clear_tape+low_light", 0, 1.0, 0.1, 0.0, 0.2, 50, 10, 40)
    assert group_name(both) == "clear tape + low light"
    of_one = replace(both, family="pair_batch", member="clear_tape+low_light 2")
    assert group_name(of_one) == "clear tape + low light in replication 3"
    whole = replace(both, family="replication", member="2")
    assert group_name(whole) == "replication 3"
    # a shipper may be called what he likes
    assert group_name(replace(both, family="batch", member="a_b+c 2")) == "a_b+c in replication 3"
    (found,) = worst_groups((both, of_one, whole), selection())
    assert [row[0].text for row in found.rows] == [
        group_name(each) for each in (both, of_one, whole)
    ]


COUNTS = st.lists(st.integers(0, 1000), min_size=len(STAGES), max_size=len(STAGES))


@settings(max_examples=30)
@given(COUNTS, COUNTS)
def test_any_counts_make_a_table(lab, production) -> None:
    counts = [
        FunnelCount("a", world, stage, parcels, 2)
        for world, numbers in (("lab", lab), ("production", production))
        for stage, parcels in zip(STAGES, numbers, strict=True)
    ]
    stages = funnel_stages(counts, "a")
    assert (not stages) == (0 in (lab[0], production[0]))
    if stages:
        found = funnel_table("a", stages, "t")
        assert found is not None
        assert len(found.rows) == len(stages)
        assert found.rows[0][2].text == "100.0%"


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_the_funnel_never_grows(seed) -> None:
    stages = narrowing(funnel_stages(centre_specimen.funnel_counts(seed=seed), "barcode"))
    assert tuple(each.stage for each in stages) == NESTED
    for world in ("lab", "production"):
        numbers = [each.parcels[world] for each in stages]
        assert numbers == sorted(numbers, reverse=True)
        assert numbers[0] > numbers[-1] > 0
        assert all(each.shares[world] == each.parcels[world] / numbers[0] for each in stages)


def test_stages_nobody_reaches_are_left_out() -> None:
    counts = [
        FunnelCount("a", world, stage, 0 if stage in ("loaded", "promised_trailer") else 5, 1)
        for world in ("lab", "production")
        for stage in STAGES
    ]
    stages = {each.stage for each in funnel_stages(counts, "a")}
    assert stages == STAGES.keys() - {"loaded", "promised_trailer"}
    assert funnel_stages(counts, "nobody") == ()
    assert funnel_table("nobody", (), "t") is None


def test_the_desk_is_told_in_words() -> None:
    (told,) = desk_words(selection())
    said = " ".join(told.sentences)
    for words in (
        "540 images an hour",
        "3.1% of the codes they key are wrong (lab: 1.0%)",
        "stay 21 min a night",
        "25.0% of the breaks are lost; those they have begin 5.0 min late",
    ):
        assert words in said
    assert desk_table(selection()) is not None
    plain = Selection(report_specimen.metrics().records, ("barcode",))
    assert desk_words(plain) == ()
    assert desk_table(plain) is None


def test_recovery_is_told_for_each_arm_that_has_it() -> None:
    (told,) = recovery_words(selection())
    assert "gone 9.0 min after its end, and 50.0 min after the worst one of a night" in told
    assert "By cause, with the worst of a night: camera out 4.0 min (20.0)." in told
    assert "Belts stand 6.1% of the time" in told
    both = recovery_words(selection(arms=("barcode", "ocr")))
    assert [sentence.partition(":")[0] for sentence in both] == ["barcode", "ocr"]
    assert recovery_words(Selection(report_specimen.metrics().records, ("barcode",))) == ()
    assert "### After an incident" in render_markdown(centre_specimen.inputs())


def test_a_camera_that_does_not_suffice_is_told() -> None:
    good = camera_sentences(centre_specimen.CAMERA)
    assert "above the minimum" in good[0]
    assert "within the 1.4" in good[1]
    bad = camera_sentences(replace(centre_specimen.CAMERA, px_per_module=1.2, blur_modules=1.5))
    assert "BELOW the minimum" in bad[0]
    assert "BEYOND the 1.4" in bad[1]
    assert len(camera_table(centre_specimen.CAMERA).rows) == 10


def test_a_shift_is_drawn_where_a_scenario_has_more_than_a_plain_lane_and_desk() -> None:
    assert not is_drawn(sorting())
    assert is_drawn(centre_specimen.evening())
    assert is_drawn(
        sorting(
            exceptions={"people": 1, "parcels_per_h": 60.0, "service_cv": 0.5, "error_rate": 0.0}
        )
    )
    surge = {"surges": ({"start_s": 0.0, "end_s": 60.0, "extra_per_h": 100.0},)}
    assert is_drawn(sorting(arrivals=surge))
