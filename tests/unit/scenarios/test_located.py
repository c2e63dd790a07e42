from scenarios.located import Located, Place, key_path, merged, nearest, plain
from scenarios.yaml_loader import parse_yaml


def located(text, file="f"):
    return parse_yaml(text, file).root


def test_places_render_for_people():
    assert str(Place("f.yaml", 3)) == "f.yaml:3"
    assert str(Place("--set a=1")) == "--set a=1"
    assert key_path(["arms", 0, "name"]) == "arms.0.name"


def test_nearest_stops_where_the_path_ends():
    root = located("a:\n  b: [1, 2]\n")
    assert nearest(root, ["a", "b", 1]).value == 2
    assert nearest(root, ["a", "b", 5]) is nearest(root, ["a", "b"])
    assert nearest(root, ["x", "y"]) is root


def test_merging_keeps_the_place_of_each_value():
    both = merged(located("a: {x: 1, y: 2}\nb: [1]\n", "base"), located("a: {y: 3}\n", "over"))
    assert plain(both) == {"a": {"x": 1, "y": 3}, "b": [1]}
    assert nearest(both, ["a", "x"]).place.file == "base"
    assert nearest(both, ["a", "y"]).place.file == "over"


def test_another_kind_replaces_the_whole_mapping():
    assert plain(merged(located("{kind: a, x: 1}"), located("{kind: b}"))) == {"kind": "b"}
    assert plain(merged(located("{kind: a, x: 1}"), located("{kind: a}"))) == {"kind": "a", "x": 1}


def test_a_scalar_or_list_replaces_a_mapping_and_the_other_way_round():
    for below, above in [("{a: 1}", "[1]"), ("[1]", "{a: 1}"), ("{a: 1}", "null"), ("3", "4")]:
        assert plain(merged(located(below), located(above))) == plain(located(above))


def test_merging_leaves_both_sides_alone():
    base, over = located("{a: {x: 1}}"), located("{a: {y: 2}}")
    merged(base, over)
    assert plain(base) == {"a": {"x": 1}}
    assert plain(over) == {"a": {"y": 2}}


def test_a_refused_value_is_marked():
    parsed = parse_yaml("a: 12:30\n", "f")
    assert parsed.root.value["a"] == Located("12:30", Place("f", 1), refused=True)
