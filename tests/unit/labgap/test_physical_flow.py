import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from labgap.errors import InvalidUse
from labgap.reading_cache import question_key
from labgap.replication import Replication, replication_of
from labgap.resting_poses import chooser_of, opened_poses, resting_words
from scenarios.errors import InvalidScenario
from scenarios.loading import load_scenario
from scenarios.model import Flow, Scenario
from sim.flow.pose_library import CARD_SUFFIX, library_bytes, shipped_poses
from sim.frames.lying import Cover, Lying, Rest
from sim.frames.pose import AS_IT_SHOULD

REASON = "Assumed, for a test."


def small(tmp_path: Path, flow: dict[str, Any] | None, **sorting: Any) -> Scenario:
    path = tmp_path / "small.yaml"
    text = {
        "extends": "quickstart",
        "name": "small",
        "sorting": {
            "arrivals": {"duration_s": 120, "rate_per_h": 720, "burst": None, "surges": []},
            **({} if flow is None else {"flow": {"reason": REASON, **flow}}),
            **sorting,
        },
    }
    path.write_text(json.dumps(text))
    scenario = load_scenario(str(path)).scenario
    assert isinstance(scenario, Scenario)
    return scenario


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[..., Replication]:
    def draw(tipped_share: float | None, **sorting: Any) -> Replication:
        flow = None if tipped_share is None else {"tipped_share": tipped_share}
        return replication_of(small(tmp_path, flow, **sorting), 0)

    return draw


def ids(replication: Replication, degraded: bool) -> list[str]:
    return [
        replication.capture(parcel, 1, degraded).capture_id
        for parcel in replication.population.parcels
    ]


def test_without_the_key_nothing_is_laid_anew(drawn: Callable[..., Replication]) -> None:
    plain = drawn(None)
    assert plain.scenario.sorting.flow is None
    for parcel in plain.population.parcels:
        for degraded in (False, True):
            assert plain.lain(parcel, 1, degraded) == (parcel, AS_IT_SHOULD)
            assert plain.strata(parcel, 1, degraded) == plain.seen(parcel, 1, degraded)


def test_physics_is_productions_alone_and_moves_no_other_draw(
    drawn: Callable[..., Replication],
) -> None:
    plain, physical = drawn(None), drawn(0.5)
    assert physical.population.parcels == plain.population.parcels
    assert physical.shippers == plain.shippers
    for parcel in plain.population.parcels:
        assert physical.conditions(parcel, 1, True) == plain.conditions(parcel, 1, True)
    assert ids(physical, degraded=False) == ids(plain, degraded=False)
    assert not set(ids(physical, degraded=True)) & set(ids(plain, degraded=True))


def test_every_parcel_is_read_again_in_production(drawn: Callable[..., Replication]) -> None:
    physical = drawn(0.5, degradations=[])
    read = [parcel.number for block in physical.blocks(degraded=True) for parcel in block]
    assert read == [parcel.number for parcel in physical.population.parcels]
    assert drawn(None, degradations=[]).blocks(degraded=True) == []


def test_tipped_parcels_hide_their_labels_and_laid_ones_do_not(
    drawn: Callable[..., Replication],
) -> None:
    def unreadable(share: float) -> float:
        replication = drawn(share, degradations=[])
        parcels = replication.population.parcels
        return sum(not replication.readable(p, 1, True) for p in parcels) / len(parcels)

    assert unreadable(0.0) < 0.25
    assert unreadable(1.0) > 0.4


def test_answers_are_cached_by_what_the_parcels_lie_like(
    drawn: Callable[..., Replication],
) -> None:
    worlds = [drawn(None), drawn(0.2), drawn(0.4)]
    parcels = worlds[0].population.parcels[:4]
    keys = [question_key(world, parcels, 1, True, "x") for world in worlds]
    assert len(set(keys)) == 3
    assert len({question_key(world, parcels, 1, False, "x") for world in worlds}) == 1


def test_donors_lie_alike(drawn: Callable[..., Replication]) -> None:
    physical = drawn(1.0, degradations=[])
    kinds = {
        tuple((c.kind, c.severity) for c in physical.strata(parcel, 1, True)): parcel
        for parcel in physical.population.parcels
    }
    assert {(), (("resting", 5),)} <= set(kinds)
    assert not physical.readable(kinds[("resting", 5),], 1, True)
    assert all(c.kind != "resting" for p in kinds.values() for c in physical.seen(p, 1, True))


def own_poses(folder: Path) -> tuple[Path, str]:
    import hashlib

    data = library_bytes(shipped_poses().poses[:400])
    path = folder / "mine.npy"
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    path.with_name(path.name + CARD_SUFFIX).write_text(json.dumps({"sha256": digest}))
    return path, digest


def test_own_poses_are_used(tmp_path: Path) -> None:
    path, digest = own_poses(tmp_path)
    chooser = chooser_of(Flow(poses=str(path), sha256=digest, tipped_share=0.5, reason=REASON))
    assert chooser is not None
    assert chooser.library.sha256 == digest


@pytest.mark.parametrize("wrong", ["hash", "missing", "damaged"])
def test_own_poses_that_are_not_those_meant_are_refused(tmp_path: Path, wrong: str) -> None:
    path, digest = own_poses(tmp_path)
    if wrong == "hash":
        digest = "0" * 64
    elif wrong == "missing":
        path = tmp_path / "other.npy"
    else:
        shutil.copy(path.with_name(path.name + CARD_SUFFIX), tmp_path / "bad.npy.json")
        path = tmp_path / "bad.npy"
        path.write_bytes(b"nothing of the sort")
    with pytest.raises(InvalidUse) as caught:
        chooser_of(Flow(poses=str(path), sha256=digest, tipped_share=0.5, reason=REASON))
    assert caught.value.where
    assert caught.value.fix


def test_shipped_poses_open_without_physics(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pybullet", None)
    assert opened_poses(None).card["made_with"]["pybullet"]


def test_words_say_how_a_parcel_lies() -> None:
    assert resting_words(AS_IT_SHOULD) == []
    rest = Rest((41.6, 0.0, 0.0), 0.0, 0.0)
    assert resting_words(Lying(rest=rest)) == ["lies at 42°"]
    assert resting_words(Lying(over_edge=1.0, rest=rest))[1] == "label not on top"
    covered = Lying(rest=rest, cover=Cover(0.25, 0.0, 0.0, 1))
    assert resting_words(covered)[1] == "label 25 % covered"


def test_the_lane_is_fed_as_the_pictures_show_it(drawn: Callable[..., Replication]) -> None:
    physical = drawn(1.0)
    assert physical.feeding(degraded=False) is None
    assert drawn(None).feeding(degraded=True) is None
    feeding = physical.feeding(degraded=True)
    assert feeding is not None
    # At the defaults it says nothing: all are told apart, and a pitch is a pitch.
    for parcel in physical.population.parcels:
        assert not feeding.rides(parcel)
        assert feeding.stretch_m(parcel) is None


def test_a_kept_pose_is_another_question(tmp_path: Path) -> None:
    keys = set()
    for laps in ("fresh", "kept"):
        world = replication_of(small(tmp_path, {"tipped_share": 0.5, "laps": laps}), 0)
        parcels = world.population.parcels[:2]
        keys.add(question_key(world, parcels, 2, True, "x"))
        lain = [world.lain(parcels[0], lap, degraded=True) for lap in range(1, 7)]
        assert all(each == lain[0] for each in lain) == (laps == "kept")
    assert len(keys) == 2


def test_a_stretch_longer_than_the_belts_return_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidScenario, match=r"flow\.gap_m.*may take 5\.2 m"):
        small(tmp_path, {"tipped_share": 0.1, "gap_m": 4.6}, lane={"return_distance_m": 5.0})


def test_the_tipped_cages_put_riders_on_the_belt_in_the_degraded_cells_alone() -> None:
    loaded = load_scenario("tipped_cages").scenario
    assert isinstance(loaded, Scenario)
    assert loaded.sorting.flow is not None
    assert not {"skew", "overlap", "label_down"} & {d.kind for d in loaded.sorting.degradations}
    world = replication_of(loaded, 0)
    feeding = world.feeding(degraded=True)
    assert feeding is not None
    riding, stretch = (
        [ask(parcel) for parcel in world.population.parcels[:600]]
        for ask in (feeding.rides, feeding.stretch_m)
    )
    # A sixth are tipped, four in ten of those overlap, one in ten of these is not told apart.
    assert 0 < sum(riding) < 0.02 * 600
    assert max(stretch) < 0.45 + 0.6
    assert sum(stretch) / 600 < loaded.sorting.lane.pitch_m
