import hashlib
import json
import pickle
from pathlib import Path

import pytest

from scenarios import library
from scenarios.errors import InvalidScenario, Problem
from scenarios.loading import canonical_json, load_scenario
from scenarios.model import Scenario


def test_library_names_paths_and_strings_lead_to_the_same_scenario():
    path = library.path("quickstart")
    by_name = load_scenario("quickstart")
    assert by_name == load_scenario(path) == load_scenario(str(path))
    assert by_name.source == path


def test_the_hash_is_that_of_the_canonical_text():
    loaded = load_scenario("quickstart")
    assert loaded.sha256 == hashlib.sha256(loaded.text.encode()).hexdigest()
    assert loaded.text == canonical_json(loaded.scenario)
    assert Scenario.model_validate_json(loaded.text) == loaded.scenario


def test_the_hash_is_of_the_resolved_scenario(tmp_path):
    plain = library.path("quickstart").read_text(encoding="utf-8")
    whole = tmp_path / "whole.yaml"
    whole.write_text(plain.replace("name: quickstart", "name: other"), encoding="utf-8")
    short = tmp_path / "short.yaml"
    short.write_text("extends: quickstart\nname: other\n", encoding="utf-8")
    loaded = [
        load_scenario(whole),
        load_scenario(short),
        load_scenario("quickstart", ["name=other"]),
    ]
    assert len({one.sha256 for one in loaded}) == 1
    assert loaded[0].sha256 != load_scenario("quickstart").sha256


def test_the_canonical_text_is_sorted_and_writes_numbers_by_their_type():
    # 4 and 4.0 are one distance, so they must hash alike.
    text = load_scenario("sorting_lab").text
    document = json.loads(text)
    assert text == json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert document["sorting"]["lane"]["camera_distance_m"] == 4.0
    assert '"camera_distance_m":4.0' in text


def test_spelling_a_default_out_changes_nothing():
    assert (
        load_scenario("quickstart", ["primary_metrics=[accuracy.forced]"]).sha256
        == load_scenario("quickstart").sha256
    )


def test_an_editor_schema_key_is_tolerated(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text("$schema: ./scenario.schema.json\nextends: quickstart\nname: s\n")
    assert load_scenario(file).scenario.name == "s"


def test_a_mistyped_library_name_is_suggested():
    with pytest.raises(InvalidScenario) as caught:
        load_scenario("quikstart")
    assert caught.value.problems == (
        Problem(
            "there is no library scenario 'quikstart'",
            "command line",
            "",
            "did you mean quickstart?",
        ),
    )


def test_a_forgotten_ending_is_suggested(tmp_path, monkeypatch):
    (tmp_path / "mine.yaml").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidScenario, match=r"did you mean mine\.yaml\?"):
        load_scenario("mine")


@pytest.mark.parametrize("name", ["", "nonsense", "/", "/dev/null", "a\0b", "x" * 5000, "~/x.yaml"])
def test_nonsense_names_are_user_errors(name):
    for given in (name, Path(name)) if "\0" not in name else (name,):
        with pytest.raises(InvalidScenario) as caught:
            load_scenario(given)
        assert str(caught.value).isprintable() or "\n" in str(caught.value)


def test_messages_name_the_library_file_from_the_working_folder():
    with pytest.raises(InvalidScenario) as caught:
        load_scenario("quickstart", ["sorting.lane=null"])
    assert "--set sorting.lane=null: sorting.lane: this key is empty" in str(caught.value)


def test_an_invalid_scenario_survives_a_process_border():
    with pytest.raises(InvalidScenario) as caught:
        load_scenario("quickstart", ["seed=-1"])
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems
    assert str(again) == str(caught.value)


def test_a_long_list_of_problems_is_cut_in_print_and_whole_in_data():
    problem = Problem("w", "f:1", "k", "m")
    error = InvalidScenario([problem] * 40)
    assert len(error.problems) == 40
    assert str(error).endswith("... and 15 more problems.")


def test_an_invalid_scenario_without_problems_is_a_fault_of_ours():
    with pytest.raises(ValueError, match="at least one problem"):
        InvalidScenario([])


def test_a_scenario_is_frozen():
    scenario = load_scenario("quickstart").scenario
    with pytest.raises(ValueError, match="frozen"):
        scenario.seed = 3
