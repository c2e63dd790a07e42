import re
from xml.etree import ElementTree

import matplotlib as mpl
import pytest

from metrics.records import Metrics
from reports.figures.decomposition import decomposition
from reports.figures.forest import forest
from reports.figures.outcomes import outcome_bars
from reports.figures.palette import ROLES, stylesheet
from reports.figures.severity import severity_curves
from reports.figures.text import fitted
from reports.figures.throughput import MOST_LANES, lane_throughput
from reports.selection import Selection
from reports.words import FINAL_OUTCOMES, FIRST_PASS_OUTCOMES, FOREST_METRICS
from tests import report_specimen as specimen


def selection(arms=("barcode",), **fields):
    return Selection(specimen.metrics(arms, **fields).records, arms)


def drawings(found):
    return [
        forest(found, FOREST_METRICS[0], "f", "Forest"),
        decomposition(found, "accuracy.forced", "d"),
        outcome_bars(found, FIRST_PASS_OUTCOMES, "o", "Outcomes"),
        *(drawing for _, drawing in severity_curves(found, "accuracy.forced")),
        *(drawing for _, drawing in lane_throughput(found)),
    ]


@pytest.fixture(scope="module", params=[("barcode",), ("barcode", "two_stage")])
def made(request):
    return drawings(selection(request.param))


def test_every_kind_of_figure_is_drawn(made):
    assert len(made) == 3 + 4 + 2
    assert None not in made


def test_svgs_are_well_formed_and_carry_no_colour_style_or_font_of_their_own(made):
    for drawing in made:
        root = ElementTree.fromstring(str(drawing.svg))
        for element in root.iter():
            assert "style" not in element.attrib
            assert not any("font-family" in name for name in element.attrib)
            for name in ("fill", "stroke"):
                assert element.get(name, "none") == "none" or "url(#" in element.get(name)
        assert not {role.drawn for role in ROLES.values()} & set(
            re.findall("#[0-9a-f]{6}", drawing.svg)
        )


def test_every_class_has_a_rule(made):
    rules = stylesheet()
    for drawing in made:
        for names in re.findall(r'class="([^"]+)"', str(drawing.svg)):
            assert all(name == "fig" or f".{name}{{" in rules for name in names.split())


def test_ids_carry_the_figures_name_and_are_used(made):
    for drawing in made:
        ids = re.findall(r' id="([^"]+)"', str(drawing.svg))
        assert all(name.startswith(f"{drawing.name}-") for name in ids)
        used = re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"", str(drawing.svg))
        assert {a or b for a, b in used} <= set(ids)


def test_the_same_records_draw_the_same_bytes():
    assert drawings(selection()) == drawings(selection())


def test_a_users_matplotlib_settings_neither_matter_nor_change():
    before = drawings(selection())
    with mpl.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.grid": True}):
        assert drawings(selection()) == before
        assert mpl.rcParams["font.size"] == 30


def test_descriptions_tell_what_is_seen():
    found = forest(selection(), FOREST_METRICS[0], "f", "Forest")
    assert "Read accuracy: barcode +6.6 pp" in found.description
    bars = outcome_bars(selection(), FINAL_OUTCOMES, "o", "Outcomes")
    assert "barcode Production: Right chute 97.3%" in bars.description


def test_text_in_figures_is_text_that_can_be_read_aloud_and_selected():
    found = forest(selection(), FOREST_METRICS[0], "f", "Forest")
    texts = [element.text for element in ElementTree.fromstring(str(found.svg)).iter("text")]
    assert {"Read accuracy", "+6.6 pp"} <= set(texts)


def test_without_records_nothing_is_drawn():
    empty = Selection(Metrics(()).records, ("barcode",))
    assert forest(empty, FOREST_METRICS[0], "f", "F") is None
    assert decomposition(empty, "accuracy.forced", "d") is None
    assert outcome_bars(empty, FINAL_OUTCOMES, "o", "O") is None
    assert severity_curves(empty, "accuracy.forced") == ()
    assert lane_throughput(empty) == ()


def test_one_hour_is_no_curve_and_many_lanes_are_capped():
    assert lane_throughput(selection(hours=1)) == ()
    assert len(lane_throughput(selection(lanes=MOST_LANES + 3))) == MOST_LANES


def test_severity_is_only_drawn_for_shares():
    assert severity_curves(selection(), "wait.induction_mean_s") == ()


def test_long_names_are_shortened():
    assert fitted("x" * 100, 96.0, 11.0).endswith("\u2026")
    assert len(fitted("x" * 100, 96.0, 11.0)) < 20
    assert fitted("short", 96.0, 11.0) == "short"
