import pytest

from scenarios.errors import InvalidScenario
from scenarios.loading import load_scenario


def refused(*overrides):
    with pytest.raises(InvalidScenario) as caught:
        load_scenario("quickstart", overrides)
    return caught.value.problems


def changed(*overrides):
    return load_scenario("quickstart", overrides).scenario


def test_scalars_lists_and_mappings_can_be_set():
    scenario = changed(
        "sorting.lane.belt_speed_mps=1e0",
        "seed=7",
        "title=Another title",
        "sorting.arrivals.surges=[]",
        "fidelity={kind: sampled, parcels: 30}",
        "sorting.arrivals.burst=null",
    )
    assert scenario.sorting.lane.belt_speed_mps == 1.0
    assert scenario.seed == 7
    assert scenario.title == "Another title"
    assert scenario.sorting.arrivals.surges == ()
    assert scenario.sorting.arrivals.burst is None
    assert scenario.fidelity.parcels == 30


def test_entries_of_lists_go_by_number_kind_or_name():
    scenario = changed(
        "sorting.degradations.glare.share=0.5",
        "sorting.degradations.0.share=0.6",
        "arms.barcode.vision.params.try_rotate=false",
    )
    shares = {entry.kind: entry.share for entry in scenario.sorting.degradations}
    assert shares == {"torn": 0.6, "taped": 0.14, "glare": 0.5, "motion_blur": 0.18}
    assert scenario.arms[0].vision.params == {"try_rotate": False}


def test_keys_the_file_left_out_can_be_set():
    scenario = load_scenario(
        "sorting_lab",
        ["sorting.arrivals.burst.mean_parcels=3", "sorting.arrivals.burst.mean_gap_s=1"],
    ).scenario
    assert scenario.sorting.arrivals.burst.mean_parcels == 3.0


def test_a_mapping_is_merged_and_another_kind_replaces():
    scenario = changed("sorting.lane={max_laps: 2}", "fidelity.kind=sampled", "fidelity.parcels=50")
    assert scenario.sorting.lane.max_laps == 2
    assert scenario.sorting.lane.chutes == 16
    back = load_scenario("sorting_production", ["fidelity.kind=full"]).scenario
    assert back.fidelity.kind == "full"


def test_the_last_of_two_wins():
    assert changed("seed=1", "seed=2").seed == 2


def test_a_value_may_hold_equal_signs():
    assert changed("title=a = b").title == "a = b"


@pytest.mark.parametrize(
    ("override", "key", "what", "fix"),
    [
        (
            "sorting.lane.belt_speed=2",
            "sorting.lane.belt_speed",
            "no such key",
            "`belt_speed_mps` (in m/s)?",
        ),
        ("sortng.lanes=2", "sortng", "no such key", "did you mean `sorting`?"),
        ("belt_speed_mps=2", "belt_speed_mps", "no such key here", "under `sorting.lane`"),
        ("sorting.lanes=two", "sorting.lanes", "the text 'two'", "whole number from 1 to 64"),
        ("sorting.lanes=2.0", "sorting.lanes", "not whole", "whole number"),
        (
            "sorting.lane.belt_speed_mps=9",
            "sorting.lane.belt_speed_mps",
            "out of range",
            "up to 2.5, in m/s",
        ),
        (
            "sorting.lane.belt_speed_mps=2 m/s",
            "sorting.lane.belt_speed_mps",
            "'2 m/s'",
            "number alone",
        ),
        ("sorting.arrivals.duration_s=12:30", "sorting.arrivals.duration_s", "base 60", "seconds"),
        ("sorting.lanes.x=1", "sorting.lanes.x", "single value", "set sorting.lanes itself"),
        (
            "sorting.degradations.tron.share=1",
            "sorting.degradations.tron",
            "no such entry",
            "did you mean torn?",
        ),
        (
            "sorting.degradations.9.share=1",
            "sorting.degradations.9",
            "no such entry",
            "0 to 3, or one of torn",
        ),
        (
            "sorting.arrivals.profile.0.factor=1",
            "sorting.arrivals.profile",
            "mapping stands here",
            "a list",
        ),
        ("arms.1.name=x", "arms.1", "no such entry", "use 0, or one of barcode"),
        ("fidelity.kind=sampeld", "fidelity.kind", "no kind known", "did you mean sampled?"),
        ("seed=", "seed", "no value", "give a value"),
        ("seed", "", "no key.path=value", "write key.path=value"),
        ("=3", "", "no key.path=value", "write key.path=value"),
        ("a..b=3", "", "no key.path=value", "write key.path=value"),
        ("a b=3", "", "no key.path=value", "write key.path=value"),
        ("extends=sorting_lab", "extends", "only a file", "in a file"),
        (
            "arms.0.vision.name=my.pkg:Reader",
            "arms.0.vision.name",
            "path to code",
            "--system vision=my.pkg:Reader",
        ),
        ("sorting.lane={a: {b: yes}}", "sorting.lane.a.b", "true to some", "write true"),
        ("title=[1", "title", "not valid YAML", "brackets"),
        ("seed=&x 3", "seed", "anchor", "delete it"),
        (".".join("a" * 21) + "=1", "", "too long", "shorten"),
    ],
)
def test_wrong_overrides_say_how_to_mend_them(override, key, what, fix):
    problem = refused(override)[0]
    assert problem.where.startswith("--set ")
    assert problem.key == key
    assert what in problem.what
    assert fix in problem.fix


def test_an_empty_list_has_no_entries():
    with pytest.raises(InvalidScenario) as caught:
        load_scenario("sorting_lab", ["sorting.degradations.torn.share=0.2"])
    (problem,) = caught.value.problems
    assert "set sorting.degradations=[...] as a whole" in problem.fix


def test_control_characters_never_reach_the_terminal():
    for problem in refused("title=\x1b[31mred", "se\x1bed=3"):
        assert "\x1b" not in str(problem)


def test_all_overrides_are_checked():
    assert [p.key for p in refused("seed=-1", "sorting.lanes=0", "nonsense")] == [
        "",
        "seed",
        "sorting.lanes",
    ]
