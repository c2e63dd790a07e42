import re

import pytest

from scenarios import library
from scenarios.degradations import KINDS
from scenarios.loading import load_any, load_scenario, names_network

CENTRES = [name for name in library.names() if not names_network(name)]


def scenario(name):
    return load_scenario(name).scenario


def test_names_and_files_agree():
    assert {"quickstart", "sorting_lab", "sorting_production"} <= set(library.names())
    for name in library.names():
        assert library.path(name).stem == load_any(name).scenario.name == name


def test_an_unknown_name_lists_the_known():
    with pytest.raises(LookupError, match="quickstart, sorting_lab"):
        library.path("nope")


@pytest.mark.parametrize("name", library.names())
def test_each_is_a_page_that_explains_itself(name):
    text = library.path(name).read_text(encoding="utf-8")
    rows = text.splitlines()
    assert len(rows) <= 110
    assert max(map(len, rows)) <= 110
    assert rows[0].startswith("# ")
    # what a file takes over from another is explained there
    enough = 7 if "extends:" in text else 12
    assert text.count("#") >= enough, "parameters carry their source or reason as comments"


ONE_CAUSE = (
    "camera_outage", "dirty_lens_morning", "fast_belt", "faded_printer_batch", "glare", "jam_day",
    "late_manifest", "peak_day", "tipped_cages", "torn_labels", "understaffed_review",
)  # fmt: skip


@pytest.mark.parametrize("name", ONE_CAUSE)
def test_one_cause_scenarios_disturb_the_late_wave(name):
    """They can be set against it: the same lab, seed aside, but for what the cause changes."""
    base, disturbed = scenario("late_wave"), scenario(name)
    assert disturbed.seed != base.seed
    assert disturbed.sorting.lanes == base.sorting.lanes
    assert disturbed.sorting.arrivals.duration_s == base.sorting.arrivals.duration_s
    assert disturbed.sorting.camera == base.sorting.camera
    assert disturbed.sorting != base.sorting


@pytest.mark.parametrize("name", ["late_wave", "night_shift"])
def test_the_mixed_nights_tell_how_many_passes_are_damaged(name):
    untouched = 1.0
    for entry in scenario(name).sorting.degradations:
        untouched *= 1.0 - entry.share
    told = re.search(r"(\d+) % of passes", library.path(name).read_text(encoding="utf-8"))
    assert int(told.group(1)) == round(100 * (1.0 - untouched))


def test_the_night_shift_has_the_announced_size():
    sorting = scenario("night_shift").sorting
    assert 37_500 <= sorting.lanes * sorting.arrivals.expected_parcels() <= 39_000
    assert sorting.line_haul is not None
    assert sorting.faults is not None
    assert len(sorting.degradations) >= 12


@pytest.mark.parametrize("name", ["quickstart", "sorting_production"])
def test_the_production_mix_is_as_the_design_asks(name):
    mix = scenario(name).sorting.degradations
    # pre-registered with these four; the other kinds have scenarios of their own
    assert {entry.kind for entry in mix} == {"torn", "taped", "glare", "motion_blur"}
    assert all(entry.share >= 0.03 for entry in mix)
    untouched = 1.0
    for entry in mix:
        untouched *= 1.0 - entry.share
        assert len(entry.reason) >= 40
    assert 1.0 - untouched >= 0.5
    # The figure told in the comment is the true one.
    told = re.search(r"(\d+) % of passes", library.path(name).read_text(encoding="utf-8"))
    assert int(told.group(1)) == round(100 * (1.0 - untouched))


def test_the_lab_is_calm_and_clean():
    lab = scenario("sorting_lab").sorting
    assert lab.degradations == ()
    assert (lab.arrivals.profile, lab.arrivals.burst, lab.arrivals.surges) == ((), None, ())


def test_quickstart_fits_into_a_demo():
    quick = scenario("quickstart")
    base = quick.sorting.arrivals.rate_per_h * quick.sorting.arrivals.duration_s / 3600
    assert quick.sorting.lanes == 1
    assert quick.replications == 10
    assert 60 <= base <= 110
    # 60 ms a reading, clean and degraded, a third of the degraded ones on two more laps.
    readings = quick.replications * quick.sorting.arrivals.expected_parcels() * (2 + 0.33 * 2)
    assert readings * 0.060 / 2 < 80


def test_production_has_the_announced_size():
    production = scenario("sorting_production")
    arrivals = production.sorting.arrivals
    assert production.sorting.lanes == 4
    assert arrivals.duration_s == 8 * 3600
    assert 37_500 <= 4 * arrivals.expected_parcels() <= 39_000
    assert 1000 <= arrivals.rate_per_h <= 1300
    ends = [period.start_s for period in arrivals.profile[1:]] + [arrivals.duration_s]
    area = sum(p.factor * (end - p.start_s) for p, end in zip(arrivals.profile, ends, strict=True))
    assert area == pytest.approx(arrivals.duration_s), "the factors average 1, as the file says"


def test_production_queues_at_times_and_recovers():
    sorting = scenario("sorting_production").sorting
    peak = sorting.arrivals.rate_per_h * max(p.factor for p in sorting.arrivals.profile)
    peak += max(surge.extra_per_h for surge in sorting.arrivals.surges)
    assert peak > sorting.lane.induction_rate_per_h > sorting.arrivals.rate_per_h


@pytest.mark.parametrize("name", ["quickstart", "sorting_production"])
def test_a_desk_answer_is_sometimes_but_not_always_in_time(name):
    lane, desk = scenario(name).sorting.lane, scenario(name).sorting.review_desk
    service_s = 3600 / desk.images_per_h
    first_s = lane.diverter_distance_m / lane.belt_speed_mps
    last_s = first_s + (lane.chutes - 1) * lane.chute_spacing_m / lane.belt_speed_mps
    assert first_s < 2 * service_s, "one image ahead in the queue is already too late"
    assert last_s > 3 * service_s


@pytest.mark.parametrize("name", CENTRES)
def test_camera_and_desk_are_those_of_the_field(name):
    sorting = scenario(name).sorting
    assert 700 <= sorting.review_desk.images_per_h <= 1200
    camera = sorting.camera
    assert camera.pixels_per_m == 3200
    assert (camera.sensor_width_px, camera.sensor_height_px) == (1600, 1280)
    blur_px = sorting.lane.belt_speed_mps * camera.exposure_ms / 1000 * camera.pixels_per_m
    assert blur_px < 0.5, "the nominal exposure is short enough not to matter"
    # The nominal exposure must lie below the mildest motion blur, or that would improve pictures.
    assert camera.exposure_ms < KINDS["motion_blur"].levels[0]


def test_the_national_network_has_the_announced_size_and_shares_the_field_s_figures():
    found = load_any("national_network").scenario.network
    assert found.centres == 1500
    periods = found.load.profile
    ends = [period.start_s for period in periods[1:]] + [found.load.duration_s]
    area = sum(p.factor * (end - p.start_s) for p, end in zip(periods, ends, strict=True))
    assert area == pytest.approx(found.load.duration_s), "the mean is 1, as the file says"
    assert 700 <= found.review_desk.rate_per_h <= 1200
    assert 1200 <= found.induction.rate_per_h <= 2000
    assert found.cut_off_s > found.load.duration_s
    assert found.reader.production.hand_off >= found.reader.lab.hand_off
