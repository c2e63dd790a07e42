"""Arms that differ in where their cameras are, from the scenario to the comparison."""

import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from labgap.arms import ArmSpec, choose_arms
from labgap.baseline import load_baseline, make_baseline
from labgap.comparability import check_comparable, comparable_groups, remarks
from labgap.errors import InvalidUse, NothingMeasured
from labgap.evidence_source import READABLE, read_run, world_digest
from labgap.reading_cache import question_key
from labgap.replication import replication_of
from labgap.running import FinishedRun, RunRequest, play
from labgap.smoke import SMOKE_OVERRIDES
from labgap.story import draw_story, parcel_story
from scenarios.loading import InvalidScenario, load_scenario
from systems.latency import load_profile

ARMS = (
    "arms=[{name: above, vision: {name: no_read}, views: [top]},"
    " {name: around, vision: {name: no_read}, views: [bottom, top, left, right]}]"
)
"""A reader that looks at nothing: no picture is painted, and what is readable is geometry."""
TUNNEL = (*SMOKE_OVERRIDES, ARMS)


def request(out: Path, *overrides: str) -> RunRequest:
    return RunRequest(
        scenario="tunnel",
        overrides=overrides,
        systems=(),
        only_arms=(),
        jobs=1,
        out=out,
        root=out.parent,
        cache=None,
        resume=False,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    return play(request(tmp_path_factory.mktemp("runs") / "both", *TUNNEL), quiet=True)


def test_an_arm_has_cameras_of_its_own_or_those_of_the_centre() -> None:
    scenario = load_scenario(
        "tunnel",
        (
            "sorting.camera.views=[right, top]",
            "arms=[{name: own, vision: {name: barcode}, views: [bottom, top]},"
            " {name: centre, vision: {name: barcode}}]",
        ),
    ).scenario
    views = {arm.name: arm.views for arm in choose_arms(scenario, ["vision=no_read"])}
    assert views == {
        "own": ("top", "bottom"),
        "centre": ("top", "right"),
        "candidate": ("top", "right"),
    }


@pytest.mark.parametrize("views", ["[]", "[top, top]", "[above]", "top"])
def test_cameras_that_cannot_be_are_refused(views: str) -> None:
    with pytest.raises(InvalidScenario, match="views"):
        load_scenario("quickstart", (f"sorting.camera.views={views}",))


def test_the_order_of_cameras_in_a_file_is_of_no_matter() -> None:
    one, other = (
        load_scenario("quickstart", (f"sorting.camera.views={views}",)).sha256
        for views in ("[bottom, top]", "[top, bottom]")
    )
    assert one == other


def test_answers_are_kept_by_the_arms_cameras() -> None:
    replication = replication_of(load_scenario("tunnel", TUNNEL).scenario, 0)
    asked = (replication, replication.population.parcels[:2], 1, True, "x")
    keys = [question_key(*asked, views) for views in (None, ("top",), ("top", "bottom"))]
    assert keys[0] == keys[1] != keys[2]


def test_every_view_takes_as_long_again() -> None:
    one, four = (
        ArmSpec("x", "incumbent", views=views).latency
        for views in (("top",), ("top", "left", "right", "bottom"))
    )
    assert one == load_profile("vision", "incumbent")
    assert four.sha256 != one.sha256
    for u in (0.0, 0.3, 1.0):
        assert four.quantile(u) == pytest.approx(4.0 * one.quantile(u))
        assert four.then["ocr"].quantile(u) == pytest.approx(4.0 * one.then["ocr"].quantile(u))


def test_what_is_readable_is_so_to_the_cameras_of_the_arm(run: FinishedRun) -> None:
    found = {}
    for arm in ("above", "around"):
        rows = [
            row
            for number in range(2)
            for row in pq.read_table(
                run.folder.events_path(arm, number) / "readings.parquet"
            ).to_pylist()
            if row["lap"] == 1 and row["degraded"]
        ]
        found[arm] = {row["parcel_id"] for row in rows if row["readable"]}
    assert found["above"] < found["around"]
    manifest = json.loads(run.folder.manifest_path.read_text())
    assert manifest["arms"]["around"]["views"] == ["top", "left", "right", "bottom"]


def test_the_report_and_the_pictures_say_which_cameras(run: FinishedRun) -> None:
    text = (run.folder.path / "report.md").read_text("utf-8")
    assert "Arm above looks from top." in text
    assert "Arm around looks from top, left, right, bottom." in text
    story = parcel_story(run.folder, "P000-000000", 1)
    two_worlds = draw_story(run.folder, story)
    one = 480 * 1280 // 1600
    assert two_worlds.shape[0] > 4 * one


def test_arms_of_different_cameras_are_compared_on_all_parcels(
    run: FinishedRun, tmp_path: Path
) -> None:
    evidence = read_run(str(run.folder.path))
    sides = (evidence.source("above"), evidence.source("around"))
    with pytest.raises(NothingMeasured, match="groups"):
        check_comparable(*sides)
    base, candidate = comparable_groups(*sides)
    check_comparable(base, candidate)
    assert READABLE not in candidate.evidence.population.groups
    assert "different cameras: top and top left right bottom" in remarks(base, candidate)[0]
    same = comparable_groups(sides[0], sides[0])
    assert READABLE in same[0].evidence.population.groups

    make_baseline(evidence).write(tmp_path / "baseline.json")
    kept = load_baseline(tmp_path / "baseline.json")
    for arm in ("above", "around"):
        ours = kept.source(arm, "baseline.json")
        check_comparable(*comparable_groups(ours, evidence.source(arm)))


def test_where_the_cameras_are_is_no_part_of_the_world() -> None:
    plain, tunnel = (
        load_scenario("quickstart", overrides).scenario
        for overrides in ((), ("sorting.camera.views=[top, bottom]",))
    )
    assert world_digest(plain) == world_digest(tunnel) == BASELINE_WORLD


BASELINE_WORLD = json.loads(
    (Path(__file__).parents[3] / ".ci/gate/quickstart.json").read_text("utf-8")
)["run"]["world_sha256"]


def test_a_dirty_window_is_drawn_on_the_camera_that_the_arm_has_it_on(
    run: FinishedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = load_scenario(
        "tunnel",
        (
            "arms=[{name: above, vision: {name: no_read}, views: [top, left]},"
            " {name: beside, vision: {name: no_read}, views: [left, right]},"
            " {name: around, vision: {name: no_read}, views: [top, bottom]}]",
        ),
    ).scenario
    drawn = []
    monkeypatch.setattr("labgap.story.scenario_of", lambda manifest: scenario)
    monkeypatch.setattr("labgap.story.side_by_side", drawn.extend)
    draw_story(run.folder, parcel_story(run.folder, "P000-000001", 1))
    looked = [[view.name for view in shot.views] for _, shot, _ in drawn]
    assert looked == 2 * [["top", "left", "bottom"], ["left", "right"]]
    captions = [caption for caption, _, _ in drawn]
    assert all(caption.endswith("(above, around)") for caption in captions[::2])
    assert all(caption.endswith("(beside)") for caption in captions[1::2])


@pytest.mark.parametrize("views", [5, None, "top", ["top", 3], [["top"]], ["\x1b[2J"]])
def test_cameras_that_a_stranger_made_up_are_refused(run: FinishedRun, views: object) -> None:
    source = read_run(str(run.folder.path)).source("above")
    strange = replace(source, system={**source.system, "views": views})
    with pytest.raises(InvalidUse, match="are no cameras"):
        comparable_groups(source, strange)
