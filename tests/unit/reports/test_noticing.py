"""Time to detect in words, as a table and drawn: an alarm, none, and a limit set on nothing."""

import re
from dataclasses import replace

from metrics.noticing import NOTHING
from reports.figures.signals import signal_timeline
from reports.html import render_html
from reports.noticing import fault_words, how_watched, noticing_table, noticing_words
from tests import centre_specimen
from tests.unit.reports.page_lint import Page

CAMERA, STOOD = centre_specimen.noticed()


def test_an_alarm_is_told_with_its_cost_and_the_false_ones() -> None:
    (told,) = noticing_words((CAMERA,), several_arms=False)
    for words in (
        "camera outage on lane 1, 10 times",
        "noticed 9 times, half of all within 94 s, those noticed within 5.2 min",
        "mostly by the share that it does not read",
        "wrong text 3, not accepted 212, parcels that came and lost their trailer 17",
        "rang 1 of 10 times in the calm lab and 2 of 10 times under the same load",
    ):
        assert words in told
    (whose,) = noticing_words((CAMERA,), several_arms=True)
    assert whose.startswith("barcode: ")


def test_what_no_signal_saw_says_so() -> None:
    (unseen,) = noticing_words((replace(CAMERA, noticed=0, median_s=None),), False)
    assert "no signal moved while it lasted" in unseen
    (rare,) = noticing_words((replace(CAMERA, noticed=2, median_s=None),), False)
    assert "noticed 2 times only" in rare
    (blind,) = noticing_words((replace(CAMERA, noticed=0, basis=NOTHING),), False)
    # Faults of a night that had begun are in this basis too.
    assert "from the start" not in blind
    assert "fewer than 12 averages had been seen before it, and there was no other night" in blind


def test_stops_are_told_together_and_damage_first() -> None:
    other = replace(STOOD, lane=0, faults=3, late=1)
    told = noticing_words((STOOD, other, CAMERA), several_arms=False)
    assert len(told) == 2
    assert told[0].startswith("camera outage")
    assert told[1].startswith("belt stopped by an outage, 13 times on 2 lanes: no signal moved")
    assert told[1].endswith("lost their trailer: 46.")


def test_many_are_cut_and_counted() -> None:
    many = [replace(CAMERA, lane=lane) for lane in range(12)]
    told = noticing_words(many, several_arms=False)
    assert told[-1] == "4 more rows are in the table."
    found = noticing_table(many, several_arms=True)
    assert found is not None
    assert len(found.rows) == 12
    assert len(found.rows[0]) == len(found.columns)
    assert noticing_table((), several_arms=False) is None


def test_the_rule_is_stated() -> None:
    assert "once in 19,1" in how_watched()
    assert "independent" in how_watched()
    assert "before the onset alone" in how_watched()
    assert fault_words("jam") == "belt stopped by a jam"


def test_onset_and_alarm_are_drawn_and_told() -> None:
    drawing = signal_timeline(centre_specimen.watched())
    assert "alarm 60 s after the onset by the share that it does not read" in drawing.description
    assert drawing.svg.count("f-wrong") == 1
    silent = signal_timeline(centre_specimen.watched(alarm_s=None))
    assert "no alarm while it lasted" in silent.description
    assert "f-wrong" not in silent.svg
    unset = signal_timeline(replace(centre_specimen.watched(), usual=None))
    assert 's-lab"' not in unset.svg


def test_words_stand_before_the_figure() -> None:
    text = render_html(centre_specimen.inputs())
    section = re.search(r'<section id="detecting".*?</section>', text, re.S)
    assert section is not None
    assert section[0].index("noticed 9 times") < section[0].index('<svg class="fig')
    page = Page(render_html(replace(centre_specimen.inputs(), watched=None)))
    assert "noticed 9 times" in page.by_id()["detecting"].text()
