import numpy as np
import pytest

from metrics.recovery import recoveries
from reports.figures.desk_timeline import MOST_PEOPLE, desk_timeline
from reports.figures.floor_timeline import MOST_LANES, floor_timeline
from reports.figures.time_axis import halves
from reports.shift.lanes import LaneSpans, Stop, lane_spans, stops_table, waiting_for_induction
from reports.shift.people import Break, Person, clock, images_waiting, people, people_table
from reports.shift.tables import ShiftTables
from tests import centre_specimen as specimen
from tests.floor_world import play, tables_of
from tests.sorting_world import sorting

END_S = 1500.0
EDGES = np.linspace(0.0, END_S, 51)


def staff(world="production"):
    return people(specimen.shift(), world, 1, END_S)


def test_everybody_is_there_with_what_they_did() -> None:
    found = staff()
    assert [person.number for person in found] == [0, 1, 2]
    assert [person.on_shift for person in found] == [False, True, True]
    answered = specimen.shift().columns("review_answered", "production", "operator")["operator"]
    assert [len(person.end_s) for person in found] == [int(np.sum(answered == k)) for k in range(3)]
    for person in found:
        assert 0.0 < person.keying_share <= 1.0
        assert np.all(person.start_s[1:] >= person.end_s[:-1] - 1e-9)  # one image at a time
        assert person.came_s <= person.start_s[0]
        assert person.end_s[-1] <= person.went_s + 1e-9
        for rest in person.breaks:  # nobody keys during a break
            inside = (person.start_s < rest.end_s - 1e-6) & (person.end_s > rest.start_s + 1e-6)
            assert not np.any(inside)


def test_breaks_that_were_due_are_had_or_lost() -> None:
    on_shift = staff()[1:]
    assert sum(len(person.breaks) + len(person.missed_s) for person in on_shift) == 4
    assert any(person.missed_s for person in on_shift)
    assert any(person.overtime_s > 0.0 for person in on_shift)


def test_the_table_tells_breaks_and_overtime_where_there_are_shifts() -> None:
    nobody = np.zeros(0)
    tired = Person(
        4, 0.0, 4000.0, 400.0, True, np.array([10.0]), np.array([110.0]),
        (Break(1000.0, 1600.0, 125.0),), (2000.0,),
    )  # fmt: skip
    found = people_table((tired,), "People")
    assert found is not None
    assert [cell.text for cell in found.rows[0]] == [
        "person 5", "0:00 h", "1:07 h", "1", "2.9%", "7 min", "0:17 h (2 min late)", "1",
    ]  # fmt: skip
    always = people_table((Person(0, 0.0, 60.0, 0.0, False, nobody, nobody, (), ()),), "People")
    assert always is not None
    assert [column.header for column in always.columns][-1] == "Time spent keying"
    assert people_table((), "People") is None


@pytest.mark.parametrize(
    ("at_s", "told"), [(0.0, "0:00 h"), (3599.0, "1:00 h"), (37000, "10:17 h")]
)
def test_the_clock(at_s, told) -> None:
    assert clock(at_s) == told


def test_lanes_stand_when_they_stood_and_chutes_are_full_as_long_as_they_were() -> None:
    shift, scenario = specimen.shift(), specimen.evening()
    lanes = lane_spans(shift, scenario, EDGES)
    stood = shift.columns("belt_stopped", "production", "lane", "until_s")
    assert sum(len(lane.stops) for lane in lanes) == len(stood["at_s"]) > 0
    assert {stop.cause for lane in lanes for stop in lane.stops} == {"jam", "outage"}
    filled = shift.columns("chute_filled", "production", "lane", "chute")
    emptied = shift.columns("chute_emptied", "production", "lane", "chute")
    assert len(filled["at_s"]) > 0
    seconds = 0.0
    for at_s, lane, chute in zip(filled["at_s"], filled["lane"], filled["chute"], strict=True):
        same = (emptied["lane"] == lane) & (emptied["chute"] == chute) & (emptied["at_s"] > at_s)
        seconds += float(emptied["at_s"][same].min()) - at_s
    width = EDGES[1] - EDGES[0]
    shown = sum(float(lane.full.sum()) for lane in lanes if lane.full is not None)
    assert shown * scenario.lane.chutes * width == pytest.approx(seconds)


def test_a_plain_scenario_has_no_lanes_to_draw() -> None:
    assert lane_spans(specimen.shift(), sorting(), EDGES) == ()


def test_what_waits_comes_and_goes_whole() -> None:
    for world in ("lab", "production"):
        waiting = waiting_for_induction(specimen.shift(), world, EDGES)
        assert waiting.max() > 0
        assert waiting[-1] == 0  # everything was placed on a belt or turned away


def test_the_table_of_stops_is_productions_in_order() -> None:
    found = recoveries(specimen.shift().tables, specimen.evening())
    told = stops_table(found, "Stops")
    assert told is not None
    assert len(told.rows) == sum(stop.cell == "production" for stop in found)
    times = [float(row[2].order) for row in told.rows]
    assert times == sorted(times)
    assert stops_table([], "Stops") is None


def test_drawings_tell_in_words_what_they_show() -> None:
    shift, scenario = specimen.shift(), specimen.evening()
    floor = floor_timeline(
        shift,
        lane_spans(shift, scenario, np.linspace(0, END_S, 241)),
        scenario.arrivals.surges,
        END_S,
    )
    for words in ("production: at most ", "lane 1: stopped for ", "outage 0:05 h"):
        assert words in floor.description
    assert ">surge<" in floor.svg
    desk = desk_timeline(shift, staff(), END_S)
    for words in ("person 2: 0:00 h to ", "breaks lost", "overtime 0:"):
        assert words in desk.description


def test_images_that_nobody_stayed_for_wait_no_longer() -> None:
    desk = {
        "operators": 0,
        "images_per_h": 60.0,
        "shifts": ({"start_s": 0.0, "end_s": 400.0, "operators": 1},),
    }
    population, logs = play(sorting(arrivals={"duration_s": 600.0}, desk=desk))
    shift = ShiftTables("a", 0, tables_of(population, logs))
    went_s = float(shift.columns("operator_went", "production")["at_s"][0])
    waiting = images_waiting(shift, "production", np.array([0.0, went_s + 1.0, 2 * went_s]))
    assert waiting[0] > 1
    assert waiting[1] == 0


def test_heights_are_whole_or_half_pixels_and_a_little_is_not_nothing() -> None:
    assert halves(np.array([0.0, 0.01, 0.6, 0.8, 7.3])).tolist() == [0.0, 0.5, 0.5, 1.0, 7.5]


def test_a_long_shift_of_a_large_centre_stays_small() -> None:
    """Eight hours in which everybody keys two images a minute, and chutes fill all the time."""
    rng = np.random.default_rng(5)
    end_s = 28_800.0
    starts = np.sort(rng.uniform(0, end_s - 30, 20_000))
    crowd = [
        Person(k, 0.0, end_s, 60.0, True, starts[k::40], starts[k::40] + rng.uniform(5, 30, 500),
               (Break(9000.0, 9900.0, 0.0),), (20_000.0,))
        for k in range(40)
    ]  # fmt: skip
    lanes = [
        LaneSpans(
            k,
            tuple(Stop(t, t + 90.0, "jam") for t in rng.uniform(0, end_s, 30)),
            rng.uniform(0, 1, 240),
        )
        for k in range(64)
    ]
    floor = floor_timeline(specimen.shift(), lanes, (), end_s)
    desk = desk_timeline(specimen.shift(), crowd, end_s)
    assert len(floor.svg) + len(desk.svg) < 150_000
    assert floor.svg.count(">Lane ") == MOST_LANES
    assert desk.svg.count(">Person ") == MOST_PEOPLE
