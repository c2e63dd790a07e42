"""Faults that belong to a shipper, a camera or the site: who shares a draw, and when."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from pydantic import ValidationError

from scenarios.degradations import KINDS, Scope
from scenarios.model import DegradationShare
from sim.degradations.episodes import episode_at
from sim.degradations.mix import Occasion, draw_conditions
from sim.degradations.shippers import SHIPPERS, draw_shippers
from sim.sorting.cohort import Cohort
from sim.streams import Streams

STREAMS = Streams(seed=5, replication=1)
SPELLS = {"mean_up_s": 600.0, "mean_down_s": 1800.0}


def share(kind: str, amount: float, **keys: object) -> DegradationShare:
    return DegradationShare(kind=kind, share=amount, reason="a test needs it so", **keys)


def hit(entry: DegradationShare, **where: object):
    found = draw_conditions([entry], Occasion(**{"parcel_id": "P1", **where}), STREAMS)
    return found[0] if found else None


def test_every_scope_of_the_design_has_a_kind() -> None:
    assert {kind.scope for kind in KINDS.values()} == set(Scope)


def test_parcels_of_one_shipper_share_the_draw_and_others_do_not() -> None:
    entry = share("faded_print", 0.5)
    by_shipper = {
        shipper: {hit(entry, parcel_id=f"P{n}", shipper=shipper, lap=1 + n % 2) for n in range(6)}
        for shipper in (f"S{k:02d}" for k in range(60))
    }
    assert all(len(found) == 1 for found in by_shipper.values())
    drawn = [next(iter(found)) for found in by_shipper.values()]
    assert 15 < sum(c is not None for c in drawn) < 45
    assert len({c.severity for c in drawn if c is not None}) > 2
    assert {c.instance for c in drawn if c is not None} <= set(by_shipper)


def test_a_camera_is_dirty_for_an_hour_and_its_neighbour_is_not() -> None:
    entry = share("dirty_lens", 0.5)
    states = {
        (lane, hour): {
            hit(entry, parcel_id=f"P{n}", lane=lane, at_s=hour * 3600.0 + 700.0 * n)
            for n in range(5)
        }
        for lane in range(4)
        for hour in range(20)
    }
    assert all(len(found) == 1 for found in states.values())
    dirty = [key for key, found in states.items() if found != {None}]
    assert 20 < len(dirty) < 60
    assert len({lane for lane, _ in dirty}) == 4
    one, two = (next(iter(states[key])) for key in dirty[:2])
    assert one.instance != two.instance


def test_the_site_has_one_light_a_day() -> None:
    entry = share("low_light", 0.5)
    days = [
        {
            hit(entry, parcel_id=f"P{n}", lane=n % 3, at_s=day * 86400.0 + 9000.0 * n)
            for n in range(9)
        }
        for day in range(40)
    ]
    assert all(len(found) == 1 for found in days)
    assert 8 < sum(found != {None} for found in days) < 32


def test_onset_and_clearing_are_kept_to_the_moment_and_make_one_fault() -> None:
    entry = share("dirty_lens", 1.0, onset_s=1000.0, clears_s=9000.0)
    assert hit(entry, at_s=999.999) is None
    assert hit(entry, at_s=9000.0) is None
    found = {hit(entry, at_s=at_s) for at_s in (1000.0, 4000.0, 8999.999)}
    assert len(found) == 1
    assert found != {None}
    torn = share("torn", 1.0, onset_s=1000.0)
    assert hit(torn, at_s=500.0) is None
    assert hit(torn, at_s=1e6) is not None


def test_a_fault_can_be_that_of_one_lane() -> None:
    entry = share("camera_outage", 1.0, lane=2)
    assert [hit(entry, lane=lane) is not None for lane in range(4)] == [False, False, True, False]


@pytest.mark.parametrize("kind", ["dirty_lens", "low_light", "glare", "faded_print", "torn"])
def test_episodes_keep_the_long_run_share_and_gather_it(kind: str) -> None:
    entry = share(kind, 0.15, episodes=SPELLS)
    rng = np.random.default_rng(0)
    times = rng.uniform(0.0, 4e6, 6000)
    hits = np.array(
        [
            hit(entry, parcel_id=f"P{n}", shipper=f"S{n}", at_s=at_s) is not None
            for n, at_s in enumerate(times)
        ]
    )
    # about 1,700 spells of each sort: the share of time in trouble has an sd of about 0.007
    assert hits.mean() == pytest.approx(0.15, abs=0.035)
    order = np.argsort(times)
    # neighbours in time, on average 670 s apart, are hit together more often than by chance
    together = (hits[order][1:] & hits[order][:-1]).mean()
    assert together > 1.3 * 0.15**2


def test_an_episode_is_one_fault_and_the_next_another() -> None:
    entry = share("dirty_lens", 0.25, episodes=SPELLS)
    by_instance: dict[str, set[int]] = {}
    for step in range(4000):
        found = hit(entry, parcel_id=f"P{step}", at_s=20.0 * step)
        if found is not None:
            by_instance.setdefault(found.instance, set()).add(found.severity)
    assert len(by_instance) > 8
    assert all(len(severities) == 1 for severities in by_instance.values())
    assert len(set().union(*by_instance.values())) > 1


def test_spells_alternate_with_their_means_and_never_depend_on_who_asks() -> None:
    name = ("dirty_lens", 0)
    late = episode_at(STREAMS, name, 600.0, 1800.0, 2_999_985.0)
    states = [episode_at(STREAMS, name, 600.0, 1800.0, 15.0 * k) for k in range(200_000)]
    assert late == states[-1]
    numbers = [state for state in states if state is not None]
    assert numbers == sorted(numbers)
    # one shorter than 15 s may fall between two looks
    assert len(set(numbers)) > 0.95 * (numbers[-1] - numbers[0] + 1)
    lengths = 15.0 * np.array(list(Counter(numbers).values()))
    assert lengths.mean() == pytest.approx(600.0, rel=0.12)
    assert len(numbers) / len(states) == pytest.approx(0.25, rel=0.12)
    other = [episode_at(STREAMS, ("dirty_lens", 1), 600.0, 1800.0, 15.0 * k) for k in range(2000)]
    assert other != states[:2000]


def test_draws_of_item_and_pass_do_not_look_at_the_clock_unless_asked() -> None:
    for kind in ("torn", "glare"):
        entry = share(kind, 0.5)
        for n in range(50):
            base = hit(entry, parcel_id=f"P{n}")
            moved = hit(entry, parcel_id=f"P{n}", lane=3, shipper="S09", at_s=7777.0)
            assert base == moved


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"kind": "dirty_lens", "onset_s": 50.0, "clears_s": 50.0}, "not after its onset"),
        ({"kind": "dirty_lens", "share": 0.3, "episodes": SPELLS}, "does not fit into episodes"),
        ({"kind": "torn", "lane": 1}, "not for a camera"),
        ({"kind": "dirty_lens", "onset_s": -1.0}, "greater than or equal to 0"),
        ({"kind": "dirty_lens", "episodes": {"mean_up_s": 0.0, "mean_down_s": 1.0}}, "than 0"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(keys: dict, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        DegradationShare(**{"share": 0.2, "reason": "a test needs it so", **keys})


def test_shippers_come_in_consignments_and_earlier_parcels_never_change() -> None:
    short, long = (
        draw_shippers([Cohort(("base", 0), 0, False, 0, count)], STREAMS) for count in (400, 9000)
    )
    assert long[:400] == short
    assert set(long) <= {f"S{k:02d}" for k in range(1, SHIPPERS + 1)}
    assert len(set(long)) > 30
    again = np.mean([a == b for a, b in pairwise(long)])
    assert 0.84 < again < 0.94  # 7 of 8 by consignment, the rest by chance
    assert draw_shippers([Cohort(("base", 0), 0, False, 0, 0)], STREAMS) == ()


def test_each_camera_has_spells_of_its_own_and_the_site_one_for_all() -> None:
    def spells(kind: str, lane: int) -> list[bool]:
        entry = share(kind, 0.25, episodes=SPELLS)
        return [
            hit(entry, parcel_id=f"P{step}", lane=lane, at_s=60.0 * step) is not None
            for step in range(600)
        ]

    assert spells("dirty_lens", 0) != spells("dirty_lens", 1)
    assert spells("low_light", 0) == spells("low_light", 1)
