"""The gate as a user meets it: baselines, comparisons, verdicts and exit codes; no reader runs."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from click.testing import Result
from typer.testing import CliRunner

from labgap.baseline import load_baseline
from labgap.cli import app
from labgap.run_folder import RunFolder
from labgap.seals import seal
from scenarios.model import Scenario
from tests.synthetic_run import Reader, Run, make_run, make_scenario
from tests.synthetic_run import write_run as write_tables

Cli = Callable[..., Result]

POLICY = """\
version: 1
metrics:
  - {id: accuracy.forced, condition: production, margin: {absolute: 0.05}, by: [all, lane]}
  - {id: accuracy.forced, condition: lab, margin: {absolute: 0.05}}
"""


def write_run(folder: Path, scenario: Scenario, run: Run) -> None:
    """A run folder with the manifest of a finished run."""
    write_tables(folder, scenario, run)
    for tables in RunFolder(folder).table_folders():
        seal(tables, "a question")
    system = {"spec": "barcode", "params": {}}
    manifest = {
        "schema_version": 1,
        "run_id": folder.name,
        "status": "complete",
        "created_at": "2026-01-01T00:00:00Z",
        "scenario": scenario.model_dump(mode="json"),
        "scenario_sha256": "",
        "world_code_sha256": "",
        "seed": scenario.seed,
        "replications": scenario.replications,
        "arms": {arm.name: system for arm in scenario.arms},
        "reproduce": "labgap run synthetic",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def labgap(monkeypatch: pytest.MonkeyPatch, places: Path) -> Cli:
    monkeypatch.chdir(places)

    def run(*words: str) -> Result:
        done = CliRunner().invoke(app, list(words))
        assert "Traceback" not in done.output
        assert "this is a bug" not in done.output
        return done

    return run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of one scenario: the base, the same again, a slightly and a much worse reader."""
    root = tmp_path_factory.mktemp("gate")
    scenario = make_scenario(replications=10)
    readers = {
        "base": Reader(),
        "again": Reader(),
        "close": Reader(right=0.975),
        "worse": Reader(right=0.80),
    }
    for name, reader in readers.items():
        run = make_run(scenario, readers={"barcode": reader}, parcels=60)
        write_run(root / name, scenario, run)
    few = make_scenario(replications=3)
    write_run(root / "few", few, make_run(few))
    write_run(root / "few_worse", few, make_run(few, readers={"barcode": Reader(right=0.5)}))
    (root / "gate.yaml").write_text(POLICY)
    return root


@pytest.fixture
def places(runs: Path, tmp_path: Path) -> Path:
    """A writable folder beside the shared runs."""
    for entry in runs.iterdir():
        (tmp_path / entry.name).symlink_to(entry)
    return tmp_path


def gate(labgap: Cli, base: str, candidate: str, *more: str) -> Result:
    return labgap("gate", base, candidate, "--policy", "gate.yaml", *more)


def test_the_same_run_is_identical(labgap: Cli) -> None:
    done = gate(labgap, "base", "again")
    assert done.exit_code == 0, done.output
    assert "identical to the base" in done.output


def test_a_close_candidate_passes_and_a_worse_one_fails(labgap: Cli) -> None:
    assert gate(labgap, "base", "close").exit_code == 0
    done = gate(labgap, "base", "worse", "--junit", "j.xml", "--md", "m.md", "--json", "g.json")
    assert done.exit_code == 1
    assert "FAIL  Read accuracy in production: worse by " in done.output
    assert "FAIL  Read accuracy in production, lane 1: worse by " in done.output
    assert "reproduce: labgap gate base worse --policy gate.yaml" in done.output
    suite = Xml.parse("j.xml").getroot().find("testsuite")
    assert (suite.get("tests"), suite.get("failures")) == ("4", "4")
    assert "## labgap gate: FAIL" in Path("m.md").read_text()
    record = json.loads(Path("g.json").read_text())
    assert [check["verdict"] for check in record["checks"]] == ["fail"] * 4


def test_json_can_be_printed(labgap: Cli) -> None:
    done = gate(labgap, "base", "worse", "--json", "-")
    assert json.loads(done.stdout)["verdict"] == "fail"


@pytest.mark.parametrize(
    ("option", "code"), [((), 3), (("fail",), 1), (("warn",), 0), (("pass",), 0)]
)
def test_few_replications_are_inconclusive(labgap: Cli, option: tuple[str, ...], code: int) -> None:
    words = [word for value in option for word in ("--inconclusive", value)]
    done = gate(labgap, "few", "few_worse", *words)
    assert done.exit_code == code
    assert "INCONCLUSIVE" in done.output
    assert ("warning" in done.output) is (option == ("warn",))


def test_a_baseline_file_stands_in_for_its_run(labgap: Cli) -> None:
    saved = labgap("baseline", "save", "base", "--out", "baselines/b.json", "--by", "Ada")
    assert saved.exit_code == 0, saved.output
    file = Path("baselines/b.json")
    assert file.stat().st_size < 200_000
    assert gate(labgap, str(file), "base").exit_code == 0
    from_file = gate(labgap, str(file), "worse", "--json", "-")
    from_run = gate(labgap, "base", "worse", "--json", "-")
    assert json.loads(from_file.stdout)["checks"] == json.loads(from_run.stdout)["checks"]
    assert gate(labgap, str(file), str(file)).exit_code == 0


def test_the_default_policy_needs_no_file(labgap: Cli) -> None:
    assert labgap("gate", "base", "again").exit_code in (0, 4)
    assert labgap("gate", "base", "worse").exit_code == 1
    shown = labgap("gate", "--show-policy")
    Path("mine.yaml").write_text(shown.stdout)
    assert labgap("gate", "base", "worse", "--policy", "mine.yaml").exit_code == 1


def test_saving_does_not_replace_and_blessing_needs_a_reason(labgap: Cli) -> None:
    words = ("--out", "b.json", "--by", "Ada")
    assert labgap("baseline", "save", "base", *words).exit_code == 0
    before = Path("b.json").read_bytes()
    refused = labgap("baseline", "save", "worse", *words)
    assert refused.exit_code == 2
    assert "baseline bless" in refused.output
    for reason in ((), ("--reason", "  ")):
        assert labgap("baseline", "bless", "worse", *words, *reason).exit_code == 2
    assert Path("b.json").read_bytes() == before
    blessed = labgap("baseline", "bless", "worse", *words, "--reason", "the old one was leaky")
    assert blessed.exit_code == 0
    history = load_baseline(Path("b.json")).history
    assert [(entry.action, entry.by, entry.reason) for entry in history] == [
        ("save", "Ada", "first baseline"),
        ("bless", "Ada", "the old one was leaky"),
    ]
    assert history[0].digests != history[1].digests
    shown = labgap("baseline", "show", "b.json")
    assert "by Ada: the old one was leaky" in shown.output
    assert json.loads(labgap("baseline", "show", "b.json", "--json").stdout)["history"]
    assert gate(labgap, "b.json", "worse").exit_code == 0


def test_a_baseline_changed_by_hand_is_refused(labgap: Cli) -> None:
    labgap("baseline", "save", "base", "--out", "b.json")
    text = Path("b.json").read_text()
    document = json.loads(text)
    outcome = document["arms"]["barcode"]["outcomes"]["in_time"]
    other = document["arms"]["barcode"]["outcomes"]["accepted"]
    sums = document["arms"]["barcode"]["sums"]["wait.induction_mean_s"]["all"]
    for old, new in (
        (json.dumps(outcome), json.dumps(other)),
        (str(sums[0][0]), "1.5"),
        ('"replications": 10', '"replications": 9'),
        ('"groups": {', '"groups": {"kind=new": "AA==", '),
        ('"arms": {', '"arm": {'),
    ):
        assert old in text
        Path("c.json").write_text(text.replace(old, new, 1))
        done = gate(labgap, "c.json", "base")
        assert done.exit_code == 2, (old, done.output)
        assert "c.json" in done.output
    for content in (b"", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"labgap_baseline": true}'):
        Path("c.json").write_bytes(content)
        assert gate(labgap, "c.json", "base").exit_code in (2, 4)
    newer = text.replace('"labgap_baseline": 1', '"labgap_baseline": 2')
    Path("c.json").write_text(newer)
    assert gate(labgap, "c.json", "base").exit_code == 4


def variant(**changes: object) -> Scenario:
    return make_scenario(replications=10).model_copy(update=changes)


def test_other_worlds_are_not_comparable(labgap: Cli, places: Path) -> None:
    base = make_scenario(replications=10)
    run = make_run(base, readers={"barcode": Reader(right=0.5)})
    faster = base.sorting.model_copy(
        update={"lane": base.sorting.lane.model_copy(update={"belt_speed_mps": 2.5})}
    )
    for name, scenario, words in (
        ("seed", variant(seed=8), "seeds: 7 and 8"),
        ("belt", variant(sorting=faster), "different scenarios"),
    ):
        write_run(places / name, scenario, run)
        done = gate(labgap, "base", name, "--junit", "j.xml", "--md", "m.md")
        assert done.exit_code == 4, done.output
        assert words in done.output
        assert Xml.parse("j.xml").getroot().find("testsuite/testcase/error") is not None
        assert "NOT COMPARABLE" in Path("m.md").read_text()
    assert gate(labgap, "base", "few").exit_code == 4


def test_arms_and_words_of_a_scenario_may_differ(labgap: Cli, places: Path) -> None:
    other = make_scenario(replications=10, arms=("mine",)).model_copy(update={"title": "Another"})
    write_run(places / "mine", other, make_run(other, readers={"mine": Reader(right=0.5)}))
    assert gate(labgap, "base", "mine").exit_code == 1
    done = gate(labgap, "base", "mine", "--base-arm", "barcode", "--cand-arm", "min")
    assert done.exit_code == 4
    assert "did you mean mine?" in done.output


def test_two_arms_of_one_run_are_compared_by_name(labgap: Cli, places: Path) -> None:
    scenario = make_scenario(replications=10, arms=("good", "bad"))
    write_run(places / "two", scenario, make_run(scenario, readers={"bad": Reader(right=0.5)}))
    done = gate(labgap, "two", "two")
    assert done.exit_code == 2
    assert "--base-arm" in done.output
    assert gate(labgap, "two", "two", "--base-arm", "good", "--cand-arm", "bad").exit_code == 1
    assert gate(labgap, "two", "two", "--base-arm", "bad", "--cand-arm", "good").exit_code == 0


def test_other_parcels_of_the_same_scenario_are_not_comparable(labgap: Cli, places: Path) -> None:
    scenario = make_scenario(replications=10)
    write_run(places / "drawn", scenario, make_run(scenario, seed=2))
    done = gate(labgap, "base", "drawn")
    assert done.exit_code == 4
    assert "their parcels differ, first in replication 0" in done.output


def test_an_unfinished_or_empty_or_foreign_run_is_not_comparable(labgap: Cli, places: Path) -> None:
    scenario = make_scenario(replications=10)
    part = {key: tables for key, tables in make_run(scenario).items() if key[1] < 9}
    write_run(places / "part", scenario, part)
    done = gate(labgap, "base", "part")
    assert done.exit_code == 4
    assert "missing" in done.output
    write_run(places / "empty", scenario, make_run(scenario, parcels=0, surge=0))
    assert gate(labgap, "empty", "empty").exit_code == 4
    write_run(places / "torn", scenario, make_run(scenario))
    (places / "torn/events/arm=barcode/rep=0003/readings.parquet").write_bytes(b"PAR1")
    done = gate(labgap, "base", "torn")
    assert done.exit_code == 4
    assert "rep=0003" in done.output
    (places / "none").mkdir()
    (places / "none" / "manifest.json").write_text((places / "base/manifest.json").read_text())
    assert gate(labgap, "base", "none").exit_code == 4
    manifest = json.loads((places / "base/manifest.json").read_text())
    (places / "none" / "manifest.json").write_text(json.dumps({**manifest, "schema_version": 9}))
    done = gate(labgap, "base", "none")
    assert done.exit_code == 4
    assert "schema 9" in done.output


def test_a_missing_group_is_not_comparable_and_not_a_failure(labgap: Cli, places: Path) -> None:
    Path("gate2.yaml").write_text(
        POLICY + "  - {id: rate.misread, margin: {absolute: 0.1}, by: [readable]}\n"
    )
    assert labgap("gate", "base", "worse", "--policy", "gate2.yaml").exit_code == 1
    scenario = make_scenario(replications=10)
    for name, right in (("clean", 0.9), ("clean_worse", 0.5)):
        run = make_run(scenario, readers={"barcode": Reader(right=right)}, share=0.0)
        write_run(places / name, scenario, run)
    Path("gate3.yaml").write_text(POLICY.replace("[all, lane]", "[all, kind]"))
    done = labgap("gate", "clean", "clean_worse", "--policy", "gate3.yaml")
    assert done.exit_code == 4
    assert "FAIL" in done.output
    assert done.output.startswith("NOT COMPARABLE")


@pytest.mark.parametrize(
    "words",
    [
        ("gate",),
        ("gate", "base"),
        ("gate", "base", "nowhere"),
        ("gate", "base", "no/such.json"),
        ("gate", "base", "again", "--policy", "nowhere.yaml"),
        ("gate", "base", "again", "--policy", "base/manifest.json"),
        ("gate", "base", "again", "--inconclusive", "maybe"),
        ("gate", "base", "again", "--junit", "no/such/folder/j.xml"),
        ("compare", "base"),
        ("baseline", "save", "base"),
        ("baseline", "save", "nowhere", "--out", "b.json"),
        ("baseline", "show", "gate.yaml"),
        ("baseline", "show"),
        ("flake", "nowhere"),
        ("flake", "base", "--base-arm", "no"),
        ("power", "--policy", "nowhere.yaml"),
    ],
)
def test_wrong_use_exits_2_with_a_sentence(labgap: Cli, words: tuple[str, ...]) -> None:
    done = labgap(*words)
    assert done.exit_code == 2, done.output
    assert len(done.output) > 20


def test_compare_decides_nothing(labgap: Cli) -> None:
    done = labgap("compare", "base", "worse", "--by", "all", "--by", "lane")
    assert done.exit_code == 0
    assert "Read accuracy, lane 1" in done.output
    record = json.loads(labgap("compare", "base", "worse", "--json").stdout)
    effect = next(
        e
        for e in record["effects"]
        if (e["metric"], e["condition"]) == ("accuracy.forced", "production")
    )
    assert effect["change"] == pytest.approx(effect["candidate"] - effect["base"])
    assert effect["low"] < effect["change"] < effect["high"] < 0
    assert record["identical"] is False
    assert labgap("compare", "base", "few").exit_code == 4
    assert labgap("compare", "base", "base", "--by", "moon").exit_code == 4


def test_a_service_level_is_judged_on_the_run(labgap: Cli) -> None:
    line = "  - {id: time_in_system.p95_s, sla: {limit: %s, quantile: 0.9, confidence: 0.9}}\n"
    for limit, code in ((3600, 0), (1, 1)):
        Path("sla.yaml").write_text(POLICY + line % limit)
        assert labgap("gate", "base", "again", "--policy", "sla.yaml").exit_code == code
    labgap("baseline", "save", "again", "--out", "b.json")
    assert labgap("gate", "base", "b.json", "--policy", "sla.yaml").exit_code == 4


def test_flake_of_a_run_and_power(labgap: Cli) -> None:
    done = labgap("flake", "base", "--policy", "gate.yaml", "-n", "20", "--json")
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)
    assert (record["trials"], record["false_fails"]) == (20, 0)
    done = labgap("power", "--policy", "gate.yaml", "-n", "3", "--parcels", "50", "--json")
    rows = json.loads(done.stdout)
    assert {row["condition"] for row in rows} == {"lab", "production"}
    for row in rows:
        assert row["passed"] + row["failed"] + row["inconclusive"] == pytest.approx(1.0)


def test_a_flaky_policy_is_told_so(labgap: Cli) -> None:
    Path("wild.yaml").write_text(
        "version: 1\nalpha: 0.2\nmetrics:\n  - {id: accuracy.forced, margin: {absolute: 0.00001}}\n"
    )
    done = labgap("flake", "--policy", "wild.yaml", "-n", "30", "--parcels", "100")
    assert done.exit_code == 1
    assert "accuracy.forced production all" in done.output


@pytest.mark.parametrize(
    "words", [("gate",), ("compare",), ("flake",), ("power",), ("baseline", "show")]
)
def test_every_verb_can_be_tried(labgap: Cli, words: tuple[str, ...]) -> None:
    done = labgap(*words, "--smoke")
    assert done.exit_code == 0, done.output


def test_a_late_reader_fails_on_late_answers(labgap: Cli, places: Path) -> None:
    scenario = make_scenario(replications=10)
    late = replace(Reader(), late=0.3)
    write_run(places / "late", scenario, make_run(scenario, readers={"barcode": late}))
    done = gate(labgap, "base", "late")
    assert done.exit_code == 1
    assert "PASS  Read accuracy in the lab" in done.output
