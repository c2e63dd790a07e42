import math
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from stdnum.iso7064 import mod_11_10

from scenarios.labels_model import LabelShare
from scenarios.model import Burst, RatePeriod, Surge
from sim.sorting.arrivals import profile_quantile
from sim.sorting.cohort import Cohort
from sim.sorting.parcel import STANDARD_LABEL, LabelStyle
from sim.sorting.population import Population, draw_population
from sim.sorting.sort_plan import SortPlan
from sim.sorting.symbols import SYMBOLS
from sim.sorting.tracking_ids import draw_tracking_ids, is_tracking_id
from sim.streams import Streams
from tests.sorting_world import sorting

BURST = Burst(mean_parcels=20.0, mean_gap_s=0.8)
SURGE = Surge(start_s=600.0, end_s=900.0, extra_per_h=1200.0)
PROFILE = (
    RatePeriod(start_s=0.0, factor=0.5),
    RatePeriod(start_s=600.0, factor=2.0),
    RatePeriod(start_s=1200.0, factor=0.0),
    RatePeriod(start_s=1500.0, factor=1.0),
)


def draw(replication: int = 0, lanes: int = 2, **arrivals: Any) -> Population:
    return draw_population(sorting(lanes=lanes, arrivals=arrivals), Streams(3, replication))


def test_a_parcel_is_what_its_fields_say() -> None:
    population = draw(surges=(SURGE,))
    plan = SortPlan(32)
    for number, parcel in enumerate(population.parcels):
        assert parcel.number == number
        assert parcel.parcel_id == f"P000-{number:06d}"
        assert parcel.surge == (number >= population.n_base)
        assert mod_11_10.is_valid(parcel.tracking_id)
        assert len(parcel.tracking_id) == 12
        assert set(parcel.sort_code) <= set(SYMBOLS)
        assert plan.chute(parcel.sort_code) == parcel.chute
        assert 0.0 < parcel.width_mm <= parcel.length_mm <= 420.0
        assert parcel.width_mm <= 300.0
        assert parcel.height_mm > 0.0
        assert parcel.weight_g > 0.0
        assert (parcel.manifest == "late") == (0.0 < parcel.manifest_delay_s < math.inf)
        assert (parcel.manifest == "missing") == math.isinf(parcel.manifest_delay_s)
    ids = [parcel.tracking_id for parcel in population.parcels]
    assert len(set(ids)) == len(ids)


def test_counts_are_poisson_by_lane() -> None:
    counts = [
        sum(parcel.lane == lane for parcel in population.parcels)
        for population in (draw(replication, rate_per_h=100.0) for replication in range(60))
        for lane in (0, 1)
    ]
    n, mean = len(counts), 50.0
    assert abs(np.mean(counts) - mean) < 4.0 * math.sqrt(mean / n)
    dispersion = np.var(counts, ddof=1) / mean
    assert abs(dispersion - 1.0) < 4.0 * math.sqrt(2.0 / (n - 1))


def test_manifest_states_come_in_their_shares() -> None:
    population = draw_population(
        sorting(
            arrivals={"rate_per_h": 10_000.0},
            manifest={"late_share": 0.2, "missing_share": 0.1, "late_mean_s": 100.0},
        ),
        Streams(3, 0),
    )
    states = Counter(parcel.manifest for parcel in population.parcels)
    n = states.total()
    for state, share in (("late", 0.2), ("missing", 0.1), ("on_time", 0.7)):
        assert abs(states[state] - share * n) < 4.0 * math.sqrt(share * (1 - share) * n)
    delays = [p.manifest_delay_s for p in population.parcels if p.manifest == "late"]
    assert abs(np.mean(delays) - 100.0) < 4.0 * 100.0 / math.sqrt(len(delays))


def test_surges_bursts_and_lanes_leave_the_base_parcels_as_they_are() -> None:
    plain = draw()
    loaded = draw(surges=(SURGE,), burst=BURST, profile=PROFILE)
    assert loaded.parcels[: plain.n_base] == plain.parcels
    assert np.array_equal(loaded.calm_arrival_s, plain.calm_arrival_s)
    assert len(loaded.parcels) > plain.n_base == loaded.n_base
    more_lanes = draw(lanes=3)
    assert more_lanes.parcels[: plain.n_base] == plain.parcels


def test_a_later_surge_leaves_an_earlier_one_as_it_is() -> None:
    other = Surge(start_s=1000.0, end_s=1200.0, extra_per_h=600.0)
    one, two = draw(surges=(SURGE,)), draw(surges=(SURGE, other))
    assert two.parcels[: len(one.parcels)] == one.parcels
    assert np.array_equal(two.loaded_arrival_s[: len(one.parcels)], one.loaded_arrival_s)


def test_manifest_shares_change_nothing_but_the_manifest() -> None:
    before = draw().parcels
    scenario = sorting(lanes=2, manifest={"late_share": 0.5, "missing_share": 0.3})
    after = draw_population(scenario, Streams(3, 0)).parcels
    assert before != after
    assert [replace(p, manifest="", manifest_delay_s=0.0) for p in before] == [
        replace(p, manifest="", manifest_delay_s=0.0) for p in after
    ]


def test_a_longer_cohort_keeps_the_draws_of_a_shorter_one() -> None:
    streams = Streams(3, 0)
    short = draw_tracking_ids([Cohort(("base", 0), 0, False, 0, 50)], streams)
    long = draw_tracking_ids([Cohort(("base", 0), 0, False, 0, 80)], streams)
    assert long[:50] == short


def test_tracking_ids_that_agree_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.sorting.tracking_ids.PAYLOAD_DIGITS", 2)
    cohorts = [Cohort(("base", 0), 0, False, 0, 60), Cohort(("surge", 0, 0), 0, True, 60, 30)]
    ids = draw_tracking_ids(cohorts, Streams(3, 0))
    assert len(set(ids)) == 90
    assert draw_tracking_ids(cohorts[:1], Streams(3, 0)) == ids[:60]


@pytest.mark.parametrize(
    "text", ["", "12345678901", "123456789012", "12345678901x", "１２３４５６７８９０１２"]
)
def test_malformed_tracking_ids(text: str) -> None:
    assert not is_tracking_id(text)


def test_calm_arrivals_are_uniform_over_the_duration() -> None:
    at = draw(rate_per_h=10_000.0).calm_arrival_s / 1800.0
    assert at.min() >= 0.0
    assert at.max() < 1.0
    assert abs(at.mean() - 0.5) < 4.0 / math.sqrt(12.0 * len(at))
    grid = np.sort(at) - (np.arange(len(at)) + 0.5) / len(at)
    assert np.abs(grid).max() < 1.95 / math.sqrt(len(at))  # Kolmogorov-Smirnov, p about 1e-3


def test_without_load_the_loaded_arrivals_are_the_calm_ones() -> None:
    population = draw()
    assert np.array_equal(population.calm_arrival_s, population.loaded_arrival_s)


def test_loaded_arrivals_follow_the_profile() -> None:
    at = draw(rate_per_h=10_000.0, profile=PROFILE).loaded_arrival_s
    shares = np.histogram(at, bins=[0.0, 600.0, 1200.0, 1500.0, 1800.0])[0] / len(at)
    for share, weight in zip(shares, (300.0, 1200.0, 0.0, 300.0), strict=True):
        expected = weight / 1800.0
        assert abs(share - expected) <= 4.0 * math.sqrt(expected * (1 - expected) / len(at))


def test_profile_quantiles_invert_the_cumulated_profile() -> None:
    at = profile_quantile(PROFILE, 1800.0, np.array([0.0, 1 / 12, 1 / 6, 0.5, 5 / 6, 11 / 12]))
    assert at == pytest.approx([0.0, 300.0, 600.0, 900.0, 1500.0, 1650.0])


def test_bursts_bunch_parcels_and_stay_within_the_duration() -> None:
    calm = draw(rate_per_h=2000.0)
    bursty = draw(rate_per_h=2000.0, burst=BURST, profile=PROFILE)

    def dispersion(at: Any) -> float:
        counts = np.histogram(at, bins=np.arange(0.0, 1801.0, 20.0))[0]
        return float(counts.var() / counts.mean())

    lane_0 = np.array([parcel.lane == 0 for parcel in calm.parcels])
    assert dispersion(calm.loaded_arrival_s[lane_0]) < 1.6
    assert dispersion(bursty.loaded_arrival_s[lane_0]) > 5.0
    assert bursty.loaded_arrival_s.min() >= 0.0
    assert bursty.loaded_arrival_s.max() <= 1800.0


def test_a_burst_longer_than_the_scenario_is_pressed_into_it() -> None:
    at = draw(burst=Burst(mean_parcels=400.0, mean_gap_s=60.0)).loaded_arrival_s
    assert at.min() >= 0.0
    assert at.max() <= 1800.0 + 1e-6


def test_surge_parcels_come_in_their_surge_only_under_load() -> None:
    population = draw(surges=(SURGE,))
    at = population.loaded_arrival_s[population.n_base :]
    assert len(at) > 100
    assert at.min() >= 600.0
    assert at.max() < 900.0
    assert len(population.present(loaded=False)) == population.n_base
    assert len(population.arrival_s(loaded=False)) == population.n_base
    assert len(population.present(loaded=True)) == len(population.arrival_s(loaded=True))


def test_an_empty_population_is_one() -> None:
    population = draw(rate_per_h=1e-6, burst=BURST)
    assert population.parcels == ()
    assert len(population.loaded_arrival_s) == 0


def test_replications_differ() -> None:
    assert draw(0).parcels[0].tracking_id != draw(1).parcels[0].tracking_id


def test_the_plan_shares_codes_out_evenly_and_every_symbol_matters() -> None:
    plan = SortPlan(40)
    rng = np.random.default_rng(9)
    codes = ["".join(SYMBOLS[v] for v in row) for row in rng.integers(32, size=(8000, 6))]
    counts = Counter(plan.chute(code) for code in codes)
    assert set(counts) == set(range(40))
    chi2 = sum((count - 200.0) ** 2 / 200.0 for count in counts.values())
    assert chi2 < 39.0 + 4.0 * math.sqrt(78.0)
    for place in range(6):
        same = 0
        for code in codes[:1000]:
            swapped = SYMBOLS[(SYMBOLS.index(code[place]) + 7) % 32]
            same += plan.chute(code[:place] + swapped + code[place + 1 :]) == plan.chute(code)
        assert same < 100


@pytest.mark.parametrize("code", ["", "ABCDE", "ABCDEFG", "ABCDEI", "abcdef", "ABC DE"])
def test_what_is_not_a_code_has_no_chute(code: str) -> None:
    assert SortPlan(40).chute(code) is None


def test_lanes_and_surges_have_draws_of_their_own() -> None:
    population = draw(surges=(SURGE,))
    firsts = [population.parcels[cohort.start] for cohort in population.cohorts]
    assert len(firsts) == 4
    for attribute in ("tracking_id", "sort_code", "length_mm", "width_mm", "weight_g"):
        assert len({getattr(parcel, attribute) for parcel in firsts}) == 4


def test_labels_of_other_styles_take_their_share_and_change_nothing_else() -> None:
    plain = draw(lanes=4)
    shares = (
        LabelShare(template="split", share=0.3, reason="Assumed, for this test."),
        LabelShare(fonts=("cmtt10", "STIXGeneral"), share=0.2, reason="Assumed, for this test."),
    )
    world = sorting(lanes=4, arrivals={}).model_copy(update={"labels": shares})
    styled = draw_population(world, Streams(3, 0))
    assert [replace(p, label=STANDARD_LABEL) for p in styled.parcels] == list(plain.parcels)
    counts = Counter(p.label for p in styled.parcels)
    n = len(styled.parcels)
    for style, share in (
        (LabelStyle("split"), 0.3),
        (LabelStyle("standard", "cmtt10"), 0.1),
        (LabelStyle("standard", "STIXGeneral"), 0.1),
        (STANDARD_LABEL, 0.5),
    ):
        assert abs(counts[style] - share * n) < 4.5 * math.sqrt(share * n)
