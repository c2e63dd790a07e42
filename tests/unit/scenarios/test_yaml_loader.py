import pytest
import yaml

from scenarios.located import plain
from scenarios.yaml_loader import MAX_DEPTH, parse_yaml

LOADERS = [yaml.CSafeLoader, yaml.SafeLoader]


@pytest.fixture(params=LOADERS, ids=["c", "python"])
def parse(request):
    """Both parsers of PyYAML must behave alike, since a platform may lack the C one."""
    return lambda text: parse_yaml(text, "f.yaml", loader=request.param)


def only(parsed):
    assert len(parsed.problems) == 1, parsed.problems
    return parsed.problems[0]


def test_plain_data_comes_through(parse):
    parsed = parse('a: 1\nb: [x, 2.5, true, null]\nc:\n  d: "12:30"\n  e: |\n    two\n    rows\n')
    assert parsed.problems == ()
    assert plain(parsed.root) == {
        "a": 1,
        "b": ["x", 2.5, True, None],
        "c": {"d": "12:30", "e": "two\nrows\n"},
    }


def test_every_value_knows_the_line_of_its_key(parse):
    root = parse("a: 1\nb:\n  c:\n    - 7\n    - d: 8\n").root
    assert root.value["a"].place.line == 1
    inner = root.value["b"].value["c"]
    assert inner.place.line == 3
    assert inner.value[0].place.line == 4
    assert inner.value[1].value["d"].place.line == 5


@pytest.mark.parametrize(
    ("text", "line", "key", "what"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 4, "b.c", "given twice; the first is at f.yaml:3"),
        ("a: &x 1\n", 1, "a", "anchor &x"),
        ("a: &x [1]\n", 1, "a", "anchor &x"),
        ("a:\n  - !!python/object/apply:os.system [ls]\n", 2, "a.0", "tag"),
        ("a: !custom 3\n", 1, "a", "tag '!custom'"),
        ("a: ! 3\n", 1, "a", "tag '!'"),
        ("1: x\n", 1, "1", "not text"),
        ("true: x\n", 1, "true", "not text"),
        ("on: x\n", 1, "on", "not text"),
        ("? \n: x\n", 1, "", "not text"),
        ("2026-01-01: x\n", 1, "2026-01-01", "not text"),
        ("a: 1\n'b\\c': 2\n\"d\\x07\": 3\n", 3, "d\\x07", "control characters"),
        ("? [a]\n: x\n", 1, "", "a key must be a word"),
        ("? {a: 1}\n: x\n", 1, "", "a key must be a word"),
        ("a: 1\n---\nb: 2\n", 2, "", "a second document"),
        ("%YAML 1.1\n---\na: 1\n", 1, "", "directive"),
        ('a: "x\\0y"\n', 1, "a", "control character U+0000"),
        ("a: [1, 12:30]\n", 1, "a.1", "base 60"),
        ("x" * 200 + ": 1\n", 1, "", "too long"),
    ],
)
def test_refuses_with_line_and_key(parse, text, line, key, what):
    problem = only(parse(text))
    assert problem.where == f"f.yaml:{line}"
    assert problem.key == key
    assert what in problem.what
    assert problem.fix


def test_an_alias_is_refused_where_it_stands(parse):
    problems = parse("a: &x 1\nb: *x\n").problems
    assert [p.where for p in problems] == ["f.yaml:1", "f.yaml:2"]
    assert "alias *x" in problems[1].what


def test_a_billion_laughs_are_never_built(parse):
    rows = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    rows += [
        f"{c}: &{c} [{', '.join(['*' + p] * 9)}]" for p, c in zip("abcdefg", "bcdefgh", strict=True)
    ]
    parsed = parse("\n".join(rows))
    assert all("anchor" in p.what or "alias" in p.what for p in parsed.problems)
    assert parsed.root is not None
    assert len(str(plain(parsed.root))) < 10_000


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "[{a: ", "? "])
def test_depth_is_checked_before_anything_is_built(parse, opening):
    parsed = parse(opening * 30_000)
    assert parsed.root is None
    assert "nested" in parsed.problems[-1].what or "key must be" in parsed.problems[-1].what


def test_the_deepest_allowed_nesting_is_read(parse):
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert parse(text).problems == ()
    assert "nested more than 20 deep" in only(parse("[" + text + "]")).what


@pytest.mark.parametrize(
    ("text", "line", "fix"),
    [
        ("a: 1\n\tb: 2\n", 2, "spaces"),
        ("a: [1, 2\nb: 3\n", 2, "indentation, brackets"),
        ('a: "x\n', 2, "quotes"),
        ("a: b: c\n", 1, "indentation"),
    ],
)
def test_broken_syntax_names_the_line(parse, text, line, fix):
    problem = only(parse(text))
    assert problem.where == f"f.yaml:{line}"
    assert "not valid YAML" in problem.what
    assert fix in problem.fix


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x85", "\u2028", "\u202e", "\ufeff"])
def test_characters_nobody_sees_are_refused(parse, char):
    problem = only(parse(f"a: 1\nb: x{char}y\n"))
    assert problem.where == "f.yaml:2"
    assert f"U+{ord(char):04X}" in problem.what


@pytest.mark.parametrize("text", ["", "# only a comment\n", "\n\n"])
def test_nothing_is_no_scenario(parse, text):
    assert "holds no values" in only(parse(text)).what


def test_all_soft_problems_are_told_at_once(parse):
    parsed = parse("a: yes\nb: 010\nc: {d: 1, d: 2}\n")
    assert [p.key for p in parsed.problems] == ["a", "b", "c.d"]


def test_a_file_of_problems_is_given_up(parse):
    parsed = parse("".join("a: 1\n" for _ in range(5000)))
    assert parsed.root is None
    assert len(parsed.problems) < 300
    assert "too many problems" in parsed.problems[-1].what


def test_the_first_of_two_equal_keys_stands(parse):
    assert plain(parse("a: 1\na: {b: 2}\nc: 3\n").root) == {"a": 1, "c": 3}
