import pytest

from scenarios.errors import InvalidScenario
from scenarios.loading import load_scenario


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / f"{next(iter(files))}.yaml"


def problems(path):
    with pytest.raises(InvalidScenario) as caught:
        load_scenario(path)
    return caught.value.problems


def test_mappings_merge_and_lists_are_replaced(tmp_path):
    file = write(
        tmp_path,
        mine="""
extends: quickstart
name: mine
sorting:
  lane: {belt_speed_mps: 2.0}
  arrivals: {surges: []}
""",
    )
    base = load_scenario("quickstart").scenario
    mine = load_scenario(file).scenario
    assert mine.name == "mine"
    assert mine.sorting.lane.belt_speed_mps == 2.0
    assert mine.sorting.lane.chutes == base.sorting.lane.chutes
    assert mine.sorting.arrivals.surges == ()
    assert mine.sorting.arrivals.burst == base.sorting.arrivals.burst
    assert mine.arms == base.arms


def test_null_takes_the_burst_away_and_a_new_kind_replaces_the_old(tmp_path):
    file = write(
        tmp_path,
        calm="""
extends: sorting_production
name: calm
fidelity: {kind: full}
sorting:
  arrivals: {burst: null}
""",
    )
    calm = load_scenario(file).scenario
    assert calm.sorting.arrivals.burst is None
    assert calm.fidelity.kind == "full"


def test_the_same_kind_keeps_its_other_keys(tmp_path):
    file = write(tmp_path, m="extends: sorting_production\nname: m\nfidelity: {kind: sampled}\n")
    assert load_scenario(file).scenario.fidelity.parcels == 200


def test_a_name_is_never_inherited(tmp_path):
    (problem,) = problems(write(tmp_path, mine="extends: quickstart\n"))
    assert problem.key == "name"
    assert problem.where == f"{tmp_path}/mine.yaml:1"


def test_a_bad_value_is_reported_in_the_file_it_came_from(tmp_path):
    file = write(
        tmp_path,
        top="extends: middle.yaml\nname: top\nseed: -1\n",
        middle="# one\n# two\nextends: quickstart\nsorting: {lanes: 0}\n",
    )
    found = {p.key: p.where for p in problems(file)}
    assert found == {
        "seed": f"{tmp_path}/top.yaml:3",
        "sorting.lanes": f"{tmp_path}/middle.yaml:4",
    }


def test_files_in_folders_below_may_be_extended(tmp_path):
    (tmp_path / "parts").mkdir()
    write(tmp_path / "parts", base="extends: quickstart\nreplications: 3\n")
    file = write(tmp_path, top="extends: parts/base.yaml\nname: top\n")
    assert load_scenario(file).scenario.replications == 3


def test_circles_are_refused(tmp_path):
    file = write(tmp_path, a="extends: b.yaml\nname: a\n", b="name: b\nextends: a.yaml\n")
    (problem,) = problems(file)
    assert problem.where == f"{tmp_path}/b.yaml:2"
    assert "a.yaml -> b.yaml -> a.yaml" in problem.what
    (problem,) = problems(write(tmp_path, own="extends: own.yaml\nname: own\n"))
    assert "circle" in problem.what


def test_five_files_may_be_inherited_and_a_sixth_may_not(tmp_path):
    for number in range(5):
        parent = "quickstart" if number == 0 else f"f{number - 1}.yaml"
        write(tmp_path, **{f"f{number}": f"extends: {parent}\nname: f{number}\n"})
    assert load_scenario(tmp_path / "f4.yaml").scenario.name == "f4"
    (problem,) = problems(write(tmp_path, f5="extends: f4.yaml\nname: f5\n"))
    assert "longer than 5" in problem.what


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("../outside.yaml", "leads out of this file's folder"),
        ("parts/../../outside.yaml", "leads out of this file's folder"),
        ("link.yaml", "leads out of this file's folder"),
        ("folder/outside.yaml", "leads out of this file's folder"),
        ("/etc/hostname.yaml", "not a relative path"),
        ("'C:\\x.yaml'", "not a relative path"),
        ("'..\\outside.yaml'", "not a relative path"),
        ("loop.yaml", "cannot be"),
        ("nowhere.yaml", "does not exist"),
        ("pipes/", "is a folder"),
        ("quikstart", "no library scenario"),
        ("3", "no name"),
        ("[a]", "no name"),
        ("null", "no name"),
        ("''", "no name"),
    ],
)
def test_extends_leads_nowhere_else(tmp_path, value, what):
    write(tmp_path, outside="extends: quickstart\n")
    home = tmp_path / "home"
    (home / "pipes").mkdir(parents=True)
    (home / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (home / "folder").symlink_to(tmp_path)
    (home / "loop.yaml").symlink_to(home / "loop.yaml")
    (problem,) = problems(write(home, mine=f"name: mine\nextends: {value}\n"))
    assert problem.where == f"{home}/mine.yaml:2"
    assert problem.key == "extends"
    assert what in problem.what


def test_problems_of_all_files_are_told_together(tmp_path):
    file = write(
        tmp_path,
        top="extends: base.yaml\nname: top\nseed: 010\n",
        base="extends: quikstart\nreplications: yes\n",
    )
    assert [(p.key, p.where.rpartition("/")[2]) for p in problems(file)] == [
        ("seed", "top.yaml:3"),
        ("replications", "base.yaml:2"),
        ("extends", "base.yaml:1"),
    ]
