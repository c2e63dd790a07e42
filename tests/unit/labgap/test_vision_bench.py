"""What the vision bench counts, and what it refuses to measure."""

import sys
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest

from labgap import vision_bench
from labgap.arms import ArmSpec
from labgap.errors import InvalidUse
from labgap.loaded_run import load
from labgap.misread_sheet import captions, chosen_misreads, first_damage, misread_sheet
from labgap.reader_host import resolve_arm
from labgap.right_answers import right_answers
from labgap.running import RunRequest, load_request, play
from labgap.smoke import SMOKE_OVERRIDES
from labgap.vision_bench import VisionBench
from labgap.vision_calibration import CALIBRATION_SEED
from labgap.vision_figures import (
    answer_rows,
    factor_figures,
    outside_figures,
    redrawn_rows,
    right_counts,
)
from labgap.vision_mixes import (
    ACCEPTED,
    FACTORS,
    MIXES,
    OTHER_PARCELS,
    OUTSIDE,
    PRODUCTION,
    READERS,
    REDRAWN,
    SAME_PARCELS,
    SIZES,
    UNSEEN,
    as_fixed,
)
from reports.vision_factors import ARMS
from scenarios.errors import InvalidScenario, Problem
from scenarios.loading import load_scenario
from scenarios.vision_protocol import FROZEN_SEEDS, check_frozen


@pytest.fixture(scope="module")
def bench_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of work for all benches here: what one has played, the others find."""
    return tmp_path_factory.mktemp("bench")


def frame(*rows: tuple[str | None, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["tracking_id", "sort_code"], dtype=object)


def test_an_answer_is_right_if_it_offers_something_and_all_of_it_is_true() -> None:
    told = frame(("1", "A"), ("1", None), (None, "A"), (None, None), ("1", "B"), ("2", None))
    truth = frame(*[("1", "A")] * 6)
    assert right_answers(told, truth).tolist() == [True, True, True, False, False, False]


def test_a_mix_that_is_not_the_fixed_one_is_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(scenario: object) -> None:
        raise InvalidScenario([Problem("it is not what it was", "vision_production", "", "")])

    monkeypatch.setattr(vision_bench, "check_frozen", changed)
    monkeypatch.setattr(vision_bench, "play", lambda *_, **__: pytest.fail("it was played"))
    with pytest.raises(InvalidScenario, match="not what it was"):
        VisionBench(tmp_path, MIXES, ("barcode",), 1, None, smoke=False, quiet=True).played()


def test_more_replications_than_were_fixed_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidUse, match="10 fixed replications, not 11"):
        VisionBench(tmp_path, MIXES, ("barcode",), 1, 11, smoke=False, quiet=True).played()


def test_a_small_bench_of_one_reader(bench_folder: Path) -> None:
    bench = VisionBench(bench_folder, MIXES, ("barcode",), 1, None, smoke=True, quiet=True)
    runs = bench.played()
    figures = bench.figures(runs)
    assert list(figures["arms"]) == ["barcode"]
    parcels = figures["mixes"][PRODUCTION]["parcels"]
    for mix in (PRODUCTION, UNSEEN):
        for world in ("lab", "production"):
            (row,) = [
                row for row in figures["answers"] if (row["mix"], row["world"]) == (mix, world)
            ]
            assert row["parcels"] == figures["mixes"][mix]["parcels"]
            assert row["accepted"] + row["review"] + row["no_read"] == row["parcels"]
            assert row["accepted_wrong"] <= row["forced_wrong"]
        (mix,) = [row for row in figures["drawn_mixes"] if row["mix"] == PRODUCTION]
        assert mix["low"] <= mix["median"] <= mix["high"] <= mix["worst"]
    lab = [
        row["value"]
        for row in figures["records"]
        if (row["mix"], row["metric"], row["condition"], row["group"])
        == (PRODUCTION, "rate.no_read", "lab", "all")
    ]
    (counted,) = [
        row["no_read"]
        for row in figures["answers"]
        if (row["mix"], row["world"]) == (PRODUCTION, "lab")
    ]
    assert lab == [pytest.approx(counted / parcels)]
    # held against itself, a drawing loses nothing and gains nothing
    (redrawn,) = redrawn_rows(runs[PRODUCTION], runs[PRODUCTION])
    (counts,) = right_counts(runs[PRODUCTION])
    assert (redrawn["lost"], redrawn["gained"], redrawn["parcels"]) == (0, 0, counts[1].items)
    assert redrawn["lab"] == [counts[1].lab] * 2
    assert redrawn["production"] == [counts[1].production] * 2
    # the same command goes on where it was: nothing is played again
    folders = {path.name for path in bench_folder.iterdir()}
    assert bench.figures(bench.played())["answers"] == figures["answers"]
    assert {path.name for path in bench_folder.iterdir()} == folders


def test_networks_of_several_sizes_are_told_with_their_training_and_their_accuracy(
    bench_folder: Path,
) -> None:
    bench = VisionBench(
        bench_folder, (PRODUCTION, SIZES), ("barcode",), 1, None, smoke=True, quiet=True
    )
    rows = {row["arm"]: row for row in bench.figures(bench.played())["sizes"]}
    assert set(rows) == {"small", "small_long", "medium", "large", "single_stage"}
    for row in rows.values():
        assert row["trained"]["steps"] > 500
        assert row["chain_seconds"] >= row["trained"]["seconds"]
        assert row["milliseconds"] is None
        assert row["lab"]["n"] == row["production"]["n"] > 0
        assert row["lab"]["value"] > (0.2 if row["arm"] == "single_stage" else 0.8)
    assert rows["large"]["trained"]["size"] == "large"
    assert rows["medium"]["chain_seconds"] > rows["medium"]["trained"]["seconds"] + 2000
    # one network, nothing before it
    alone = rows["single_stage"]
    assert alone["chain_seconds"] == alone["trained"]["seconds"]


def test_slow_readers_read_photographs_beside_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {}

    def read(arms: list[ArmSpec], photos: object, cache: Path, twin: dict[str, float], *_: object):
        asked["arms"], asked["twin"] = [arm.name for arm in arms], twin
        return {}

    monkeypatch.setattr(vision_bench, "photo_bench", read)
    monkeypatch.setattr(vision_bench, "scan_photos", lambda _: None)
    told = {"metric": "accuracy.forced", "condition": "production", "group": "all"}
    outside = [
        {**told, "mix": OUTSIDE, "arm": arm, "value": 0.5}
        for arm in ("ocr", "barcode", "incumbent")
    ]
    records = [
        {**told, "mix": PRODUCTION, "arm": "barcode", "value": 0.9},
        {**told, "mix": ACCEPTED, "arm": "cascade", "value": 0.1},
    ]
    bench = VisionBench(
        tmp_path, (PRODUCTION, OUTSIDE), ("barcode", "cascade"), 1, None, True, True, tmp_path
    )
    bench._photographed(PRODUCTION, {"outside": None, "records": records})
    assert asked == {"arms": ["cascade", "barcode"], "twin": {"barcode": 0.9}}
    bench._photographed(PRODUCTION, {"outside": {"records": outside}, "records": records})
    assert asked["arms"] == ["cascade", "barcode", "ocr", "incumbent", "cascade_barcode"]
    # the same arm on more parcels counts
    assert asked["twin"] == {"barcode": 0.9, "ocr": 0.5, "incumbent": 0.5}


def test_readers_about_a_line_need_a_mix_beside_them(tmp_path: Path) -> None:
    with pytest.raises(InvalidUse, match="nothing to hold the readers against"):
        VisionBench(tmp_path, (READERS,), (), 1, None, smoke=True, quiet=True).played()


def test_a_mix_that_cannot_be_drawn_is_refused_before_any_is_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pybullet", None)
    monkeypatch.setattr(vision_bench, "play", lambda *_, **__: pytest.fail("it was played"))
    with pytest.raises(InvalidUse, match="pybullet is not installed"):
        VisionBench(
            tmp_path, (PRODUCTION, REDRAWN), ("barcode",), 1, None, smoke=True, quiet=True
        ).played()


@pytest.mark.parametrize("name", [*MIXES, FACTORS, READERS, SIZES, ACCEPTED, OUTSIDE])
def test_every_arm_has_its_weights_and_where_it_reviews_a_threshold(
    name: str, tmp_path: Path
) -> None:
    bench = VisionBench(tmp_path, (name,), (), 1, None, smoke=False, quiet=True)
    _, arms = load_request(bench._request(name))
    fingerprints = [resolve_arm(arm).fingerprint for arm in arms]
    assert len(set(fingerprints)) == len(arms) > 1


def test_a_reader_s_training_is_told_by_its_card(tmp_path: Path) -> None:
    bench = VisionBench(tmp_path, (SIZES,), (), 1, None, smoke=False, quiet=True)
    told = bench._training(SIZES)
    assert told["medium"] == {"recipe": "robust", "size": "medium", "steps": 2000, "seed": 1}
    assert bench._training(PRODUCTION)["barcode"] is None


def test_scenarios_of_the_same_parcels_are_the_fixed_mix() -> None:
    for name in (*SAME_PARCELS, *OTHER_PARCELS):
        check_frozen(as_fixed(load_scenario(name).scenario))
    for name, change in (
        (READERS, "seed=5"),
        (READERS, "sorting.arrivals.duration_s=60"),
        (ACCEPTED, "sorting.degradations.0.share=0.01"),
        (OUTSIDE, "sorting.lane.belt_speed_mps=1.0"),
    ):
        changed = load_scenario(name, [change]).scenario
        with pytest.raises(InvalidScenario):
            check_frozen(as_fixed(changed))


def test_more_parcels_of_a_mix_are_not_those_that_anything_was_chosen_on() -> None:
    more = load_scenario(ACCEPTED).scenario
    drawn = {CALIBRATION_SEED, *(load_scenario(name).scenario.seed for name in MIXES)}
    assert more.seed in FROZEN_SEEDS
    assert more.seed not in drawn
    fixed = load_scenario(PRODUCTION).scenario.replications
    assert (more.replications + fixed) * 1000 >= 30_000


def test_wrong_answers_are_added_up_over_both_mixes(bench_folder: Path) -> None:
    bench = VisionBench(
        bench_folder,
        (PRODUCTION, ACCEPTED),
        ("cascade_barcode",),
        1,
        None,
        smoke=True,
        quiet=True,
    )
    runs = bench.played()
    figures = bench.figures(runs)
    (told,) = figures["accepted"]
    both = [
        row
        for name in (PRODUCTION, ACCEPTED)
        for row in answer_rows(name, runs[name])
        if (row["arm"], row["world"]) == ("cascade_barcode", "production")
    ]
    assert len(both) == 2
    for counted in ("parcels", "accepted", "accepted_wrong", "forced_wrong"):
        assert told[counted] == sum(row[counted] for row in both)
    assert told["parcels"] > 0
    assert figures["outside"] is None
    # of readers off the shelf the same is told, without minutes of OCR here
    outside = outside_figures(runs[PRODUCTION])
    assert outside["arms"] == ["cascade_barcode"]
    assert {row["mix"] for row in (*outside["records"], *outside["answers"])} == {OUTSIDE}
    assert outside["parcels"] == figures["mixes"][PRODUCTION]["parcels"]
    # and of every combination of parts, without the hours that readers without a detector take
    assert figures["factors"] is None
    parts = factor_figures(runs[PRODUCTION])
    assert parts["parcels"] == outside["parcels"]
    of_arm = parts["values"]["cascade_barcode"]
    assert of_arm["rate.right_chute"] + of_arm["rate.misroute"] <= 1.0


def test_every_combination_of_parts_is_an_arm() -> None:
    scenario = load_scenario(FACTORS).scenario
    assert {arm.name for arm in scenario.arms} == set(ARMS.values())


def test_a_sheet_shows_what_was_accepted_wrongly_first_and_one_of_each_damage() -> None:
    told = pd.DataFrame(
        {
            "decision": ["accept", "review", "review", "accept", "review", "review"],
            "readable": [True, True, True, True, False, True],
        },
        index=pd.MultiIndex.from_tuples([("0000", name) for name in "abcdef"]),
    )
    right = np.array([True, False, False, False, False, False])
    kinds = {
        ("0000", "b"): ("torn",),
        ("0000", "c"): ("torn",),
        ("0000", "f"): ("glare", "torn"),
    }
    chosen = chosen_misreads(told, right, kinds)
    assert [name for _, name in chosen] == ["d", "b", "f", "c"]
    assert chosen_misreads(told, np.ones(6, bool), kinds) == []


def test_a_sheet_of_a_reader_that_reads_nothing_is_a_picture(tmp_path: Path) -> None:
    scenario = tmp_path / "mine.yaml"
    scenario.write_text(
        "extends: vision_production\nname: mine\narms:\n- {name: blind, vision: {name: no_read}}\n"
        "- {name: blinder, vision: {name: no_read}}\n"
    )
    request = RunRequest(
        scenario=str(scenario),
        overrides=SMOKE_OVERRIDES,
        systems=(),
        only_arms=(),
        jobs=1,
        out=tmp_path / "run",
        root=tmp_path,
        cache=None,
        resume=False,
    )
    run = load(play(request, quiet=True).folder.path)
    sheet = misread_sheet(run, ["blind", "blinder"])
    assert sheet is not None
    picture = cv2.imdecode(np.frombuffer(sheet, np.uint8), cv2.IMREAD_COLOR)
    # one row: the second arm answers as the first does
    assert picture.shape[0] < 500
    assert picture.shape[1] == 6 * 170
    # damage is found under the very names that answers have
    damaged = first_damage(run.truth("conditions"))
    readings = run.readings()
    assert damaged
    assert damaged.keys() <= set(zip(readings["rep"], readings["parcel_id"], strict=True))


def test_a_caption_says_what_was_read_how_it_was_taken_and_what_was_wrong() -> None:
    truth = {"tracking_id": "046282686671", "sort_code": "J6PTJ3"}
    answer = {"tracking_id": float("nan"), "sort_code": "J6PTJ8", "decision": "accept"}
    below = captions(truth, answer | {"confidence": 0.99}, ("glare 2", "torn 3"))
    text = "\n".join(below)
    assert "nan" not in text
    assert "accepted, 0.9900" in below
    assert below[-1] == "glare 2, torn 3"
    assert {"J6PTJ3", "J6PTJ8", "046282686671"} <= set(text.split())
    assert captions(truth, answer | {"confidence": 0.99}, ())[-1] == "no damage"
