import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.cells import PRODUCTION
from metrics.estimates import Sums, proportion
from metrics.exploration import LEAST, OTHERS, explore
from metrics.funnel import FunnelCount
from metrics.records import Metrics


def sums(right, n):
    """Sums of a group: `right` of `n` in production by replication, all right elsewhere."""
    numerator = np.repeat(np.array(n, dtype=float)[:, None], 4, axis=1)
    denominator = numerator.copy()
    numerator[:, PRODUCTION] = right
    return Sums(numerator, denominator, denominator.copy())


def by_member(found):
    return {(each.family, each.member): each for each in found}


def test_worst_first_each_with_its_size_and_both_worlds() -> None:
    found = explore(
        "a",
        {
            "all": sums([180, 190], [200, 200]),
            "lane=0": sums([95, 96], [100, 100]),
            "lane=1": sums([85, 94], [100, 100]),
            "kind=torn": sums([5, 6], [10, 10]),
            "kind=torn,severity=1": sums([1, 1], [10, 10]),
            "readable=yes": sums([1, 1], [10, 10]),
        },
    )
    assert [(each.family, each.member) for each in found] == [
        ("kind", "torn"),
        ("lane", "1"),
        ("replication", "0"),
        ("replication", "1"),
        ("lane", "0"),
    ]
    torn = found[0]
    assert (torn.value, torn.lab, torn.n, torn.replications) == (11 / 20, 1.0, 20, 2)
    assert {each.looked_at for each in found} == {5}


def test_small_groups_are_pooled_and_a_family_of_one_says_nothing() -> None:
    few = LEAST // 2 - 1
    found = by_member(
        explore(
            "a",
            {
                "shipper=S01": sums([90, 90], [100, 100]),
                "shipper=S02": sums([few, 0], [few, few]),
                "shipper=S03": sums([few, few], [few, few]),
                "hour=0": sums([90, 90], [100, 100]),
            },
        )
    )
    of_shippers = {key for key in found if key[0] != "batch"}
    assert of_shippers == {("shipper", "S01"), ("shipper", OTHERS)}
    pool = found["shipper", OTHERS]
    assert (pool.pooled, pool.n, pool.value) == (2, 4 * few, 0.75)


def test_one_bad_batch_of_a_shipper_stands_out_though_all_its_evenings_hide_it() -> None:
    good, one_bad = [38] * 9, [8]
    groups = {
        "shipper=S01": sums([*good, 38], [40] * 10),
        "shipper=S02": sums(good + one_bad, [40] * 10),
    }
    found = by_member(explore("a", groups))
    bad = found["batch", "S02 9"]
    assert (bad.value, bad.n, bad.replications) == (0.2, 40, 1)
    assert bad.high < 0.6
    assert bad.looked_at == 2 + 20
    pooled = found["shipper", "S02"]
    assert pooled.low < 0.9 < pooled.high
    # too few of an evening, or one evening alone, are no batch
    few = {name: sums([20] * 10, [LEAST - 1] * 10) for name in groups}
    once = {name: sums([20], [100]) for name in groups}
    for none in (few, once):
        assert not [each for each in explore("a", none) if each.family == "batch"]


def test_a_kind_is_never_pooled_since_a_parcel_may_carry_several() -> None:
    found = explore("a", {"kind=torn": sums([1, 1], [2, 2]), "kind=taped": sums([2, 1], [2, 2])})
    assert [each.member for each in found] == ["torn", "taped"]
    assert all(each.pooled == 0 for each in found)


def test_the_interval_widens_with_the_groups_looked_at() -> None:
    rng = np.random.default_rng(4)
    lanes = {f"lane={lane}": sums(rng.integers(60, 90, 10), [100] * 10) for lane in range(20)}
    many = by_member(explore("a", lanes))
    few = by_member(explore("a", dict(list(lanes.items())[:2])))
    alone = proportion(lanes["lane=0"], (0, 0, 0, 1), (0.0, 1.0))
    first = ("lane", "0")
    assert alone.low is not None
    assert many[first].low < few[first].low < alone.low
    exact = proportion(lanes["lane=0"], (0, 0, 0, 1), (0.0, 1.0), level=1 - 0.05 / 20)
    assert (many[first].low, many[first].high) == (exact.low, exact.high)


def test_all_intervals_of_an_arm_hold_at_once() -> None:
    """Forty groups of one and the same accuracy: no more than 5 % of nights accuse any."""
    rng = np.random.default_rng(11)
    nights = accused = 0
    for _ in range(100):
        groups = {
            f"shipper=S{k:02d}": sums(rng.binomial(50, 0.8, 10), [50] * 10) for k in range(40)
        }
        nights += 1
        accused += any(not each.low <= 0.8 <= each.high for each in explore("a", groups))
    assert accused / nights <= 0.10  # 95 % of 100 nights, with the noise of counting them


@given(st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=1, max_size=8))
def test_pooling_loses_no_parcel(sizes) -> None:
    groups = {f"shipper=S{k}": sums(of_one, of_one) for k, of_one in enumerate(sizes)}
    found = explore("a", groups)
    if found:
        of_shippers = [each for each in found if each.family == "shipper"]
        assert sum(each.n for each in of_shippers) == sum(map(sum, sizes))
        assert all(each.low <= each.value <= each.high for each in found)


def test_it_survives_the_file_and_old_files_have_none() -> None:
    found = explore("a", {"kind=torn": sums([5, 6], [10, 10])})
    reached = FunnelCount("a", "lab", "arrived", 12, 2)
    measured = Metrics((), (), explored=found, funnel=(reached,))
    assert Metrics.from_json(measured.to_json()) == measured
    assert not {"explored", "funnel"} & set(json.loads(Metrics(()).to_json()))


def test_a_damaged_entry_is_refused() -> None:
    found = explore("a", {"kind=torn": sums([5, 6], [10, 10])})
    text = Metrics((), (), explored=found).to_json()
    with pytest.raises(ValueError, match="pooled"):
        Metrics.from_json(text.replace('"pooled": 0', '"pooled": "0"'))
    with pytest.raises(ValueError, match="needs exactly"):
        Metrics.from_json(text.replace('"pooled"', '"poled"'))


def both_at_once(right: list[int], n: list[int]) -> dict[str, Sums]:
    """Glare and low light, either harmless alone, and so many right of those that both hit."""
    return {
        "all": sums([380] * len(n), [400] * len(n)),
        "kind=glare,alone=yes": sums([98, 99] * (len(n) // 2), [100] * len(n)),
        "kind=low_light,alone=yes": sums([99, 98] * (len(n) // 2), [100] * len(n)),
        "pair=glare+low_light": sums(right, n),
    }


def test_two_kinds_that_are_harmless_alone_and_deadly_together_are_found() -> None:
    found = by_member(explore("a", both_at_once([0, 2] * 5, [40] * 10)))
    pair = found["pair", "glare+low_light"]
    assert (pair.value, pair.n, pair.lab) == (10 / 400, 400, 1.0)
    first = found["pair_batch", "glare+low_light 0"]
    assert (first.value, first.n, first.replications) == (0.0, 40, 1)
    # the pair, its ten batches, ten replications, and what two kinds do alone
    assert {each.looked_at for each in found.values()} == {23}


def test_one_night_of_a_deadly_pair_stands_out_though_other_nights_hide_it() -> None:
    found = by_member(explore("a", both_at_once([0] + [39] * 9, [40] * 10)))
    assert ("pair", "glare+low_light") not in found
    assert found["pair_batch", "glare+low_light 0"].value == 0.0
    assert ("pair_batch", "glare+low_light 1") not in found


def test_a_pair_that_its_kinds_foretell_is_no_news_but_counts_as_looked_at() -> None:
    groups = both_at_once([20] * 10, [40] * 10)
    assert ("pair", "glare+low_light") in by_member(explore("a", groups))
    groups |= {"kind=glare,alone=yes": sums([52, 53] * 5, [100] * 10)}
    found = explore("a", groups)
    assert {each.family for each in found} == {"replication"}
    assert {each.looked_at for each in found} == {23}


def test_a_pair_is_no_news_where_too_little_shows_what_its_kinds_do_alone() -> None:
    groups = both_at_once([12] * 10, [40] * 10)
    assert ("pair", "glare+low_light") in by_member(explore("a", groups))
    four = [1] * 4 + [0] * 6
    without = {name: held for name, held in groups.items() if "glare,alone" not in name}
    for little in (without, without | {"kind=glare,alone=yes": sums(four, four)}):
        assert {each.family for each in explore("a", little)} == {"replication"}


def test_small_pairs_and_a_single_replication_are_not_looked_at() -> None:
    few = LEAST // 2 - 1
    small = explore("a", both_at_once([0, 0], [few, few]))
    assert {each.family for each in small} == {"replication"}
    assert explore("a", {"all": sums([380], [400])}) == ()


def test_every_replication_is_looked_at_by_itself() -> None:
    found = explore("a", {"all": sums([395, 310, 396], [400, 400, 400])})
    assert [(each.family, each.member) for each in found[:1]] == [("replication", "1")]
    assert found[0].high < 0.9 < found[1].low


@given(st.data())
def test_pairs_of_independent_kinds_are_hardly_ever_called_news(data) -> None:
    """Both at once lose what either loses: whatever the draw, few such pairs are kept."""
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    share = rng.uniform(0.5, 1.0, 8)
    size = 60
    groups = {
        f"kind=k{kind},alone=yes": sums(rng.binomial(size, share[kind], 10), [size] * 10)
        for kind in range(8)
    }
    for first in range(8):
        for second in range(first + 1, 8):
            both = rng.binomial(size, share[first] * share[second], 10)
            groups[f"pair=k{first}+k{second}"] = sums(both, [size] * 10)
    assert len(explore("a", groups)) <= 1
