"""What the vision bench counts, and what it refuses to measure."""

from pathlib import Path

import pandas as pd
import pytest

from labgap import vision_bench
from labgap.errors import InvalidUse
from labgap.vision_bench import MIXES, PRODUCTION, UNSEEN, VisionBench, right_answers
from scenarios.errors import InvalidScenario, Problem


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
        VisionBench(tmp_path, MIXES, ("barcode",), 1, None, smoke=False, quiet=True).run()


def test_more_replications_than_were_fixed_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidUse, match="10 fixed replications, not 11"):
        VisionBench(tmp_path, MIXES, ("barcode",), 1, 11, smoke=False, quiet=True).run()


def test_a_small_bench_of_one_reader(tmp_path: Path) -> None:
    bench = VisionBench(tmp_path, MIXES, ("barcode",), 1, None, smoke=True, quiet=True)
    figures = bench.run()
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
    # the same command goes on where it was: nothing is played again
    runs = {path.name for path in tmp_path.iterdir()}
    assert bench.run()["answers"] == figures["answers"]
    assert {path.name for path in tmp_path.iterdir()} == runs
