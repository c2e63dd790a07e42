import copy
import importlib.util
import json
import random
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import library
from scenarios.errors import InvalidScenario
from scenarios.loading import canonical_json, load_scenario
from scenarios.yaml_loader import parse_yaml

_SPEC = importlib.util.spec_from_file_location(
    "scenario_strategies", Path(__file__).with_name("scenario_strategies.py")
)
strategies = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(strategies)

QUICKSTART = library.path("quickstart").read_bytes()
TOKENS = [
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\t",
    b"\n",
    b"\r",
    b": ",
    b"- ",
    b"? ",
    b"[",
    b"]",
    b"{",
    b"}",
    b"&a ",
    b"*a",
    b"!!str ",
    b"<<: ",
    b"---\n",
    b"...\n",
    b"%YAML 1.2\n",
    b"'",
    b'"',
    b"|\n",
    b">-\n",
    b"#",
    b"~",
    b".nan",
    b"1e999",
    b"010",
    b"12:30",
    b"yes",
    b"\xe2\x80\xae",
    b"\xed\xa0\x80",
    b"extends: quickstart\n",
    b"kind: full",
    b"\\",
    b"@",
    b"`",
    b"=",
    b"9" * 400,
    b"[" * 50,
]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("scenario") / "s.yaml"


def load_or_refuse(file, data, overrides=()):
    """Load bytes: a scenario, or an InvalidScenario whose message is plain text; nothing else."""
    file.write_bytes(data)
    try:
        return load_scenario(file, overrides)
    except InvalidScenario as error:
        refused = error
    assert refused.problems
    for problem in refused.problems:
        assert problem.what
        assert problem.fix
        assert str(problem).isprintable()
    return None


class Quoting(yaml.SafeDumper):
    """Writes every text in quotes, so that none of it can be taken for anything else."""


Quoting.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def to_yaml(data, **style):
    return yaml.dump(data, Dumper=Quoting, allow_unicode=True, **style)


def shuffled(data, rng):
    if isinstance(data, dict):
        keys = list(data)
        rng.shuffle(keys)
        return {key: shuffled(data[key], rng) for key in keys}
    if isinstance(data, list):
        return [shuffled(entry, rng) for entry in data]
    return data


@given(scenario=strategies.scenarios, flow=st.booleans())
@settings(max_examples=60)
def test_a_scenario_survives_the_round_trip(file, scenario, flow):
    data = scenario.model_dump(mode="json")
    file.write_text(to_yaml(data, default_flow_style=flow), encoding="utf-8")
    loaded = load_scenario(file)
    assert loaded.scenario == scenario
    file.write_text(loaded.text, encoding="utf-8")
    again = load_scenario(file)
    assert (again.scenario, again.sha256) == (scenario, loaded.sha256)


@given(scenario=strategies.scenarios, seed=st.integers(0, 2**32))
@settings(max_examples=40)
def test_the_hash_ignores_order_and_comments(file, scenario, seed):
    data = scenario.model_dump(mode="json")
    file.write_text(to_yaml(data, sort_keys=False, width=10_000), encoding="utf-8")
    plain = load_scenario(file).sha256
    text = to_yaml(shuffled(data, random.Random(seed)), sort_keys=False, width=10_000)
    rows = [row for line in text.splitlines() for row in ("# a comment", f"{line}  # another", "")]
    file.write_text("\n".join(rows), encoding="utf-8")
    assert load_scenario(file).sha256 == plain


@given(first=strategies.scenarios, second=strategies.scenarios)
@settings(max_examples=20)
def test_the_hash_tells_scenarios_apart(file, first, second):
    hashes = []
    for scenario in (first, second):
        file.write_text(canonical_json(scenario), encoding="utf-8")
        hashes.append(load_scenario(file).sha256)
    assert (hashes[0] == hashes[1]) == (first == second)


@given(data=st.binary(max_size=400))
@settings(max_examples=300)
def test_arbitrary_bytes_never_crash_the_loader(file, data):
    assert load_or_refuse(file, data) is None


@given(pieces=st.lists(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=6)), max_size=40))
@settings(max_examples=300)
def test_arbitrary_yaml_tokens_never_crash_the_loader(file, pieces):
    load_or_refuse(file, b"".join(pieces))


@given(text=st.text(max_size=300))
@settings(max_examples=200)
def test_both_parsers_agree_on_what_is_well_formed(text):
    c, python = (
        parse_yaml(text, "f", loader=loader) for loader in (yaml.CSafeLoader, yaml.SafeLoader)
    )
    if c.root is not None and python.root is not None:
        assert c.root == python.root


@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, len(QUICKSTART)),
            st.integers(0, 12),
            st.one_of(st.sampled_from(TOKENS), st.binary(max_size=4)),
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=300)
def test_mutated_files_load_or_are_refused(file, edits):
    data = QUICKSTART
    for at, cut, new in edits:
        data = data[:at] + new + data[at + cut :]
    load_or_refuse(file, data)


@st.composite
def mutated_documents(draw):
    """The quickstart with one to three values, anywhere, replaced, added or taken away."""
    document = json.loads(load_scenario("quickstart").text)
    for _ in range(draw(st.integers(1, 3))):
        node = document
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(node[key], (dict, list)) and draw(st.integers(0, 3)):
                node = node[key]
                continue
            action = draw(st.sampled_from(["replace", "remove", "add"]))
            if action == "replace":
                node[key] = draw(strategies.json_values)
            elif action == "remove":
                del node[key]
            elif isinstance(node, dict):
                node[draw(st.text(max_size=8))] = draw(strategies.json_values)
            else:
                node.append(draw(strategies.json_values))
            break
    return document


@given(document=mutated_documents())
@settings(max_examples=400)
def test_mutated_documents_load_or_are_refused(file, document):
    load_or_refuse(file, json.dumps(document).encode())


PATHS = [
    "seed",
    "sorting",
    "sorting.lanes",
    "sorting.lane.belt_speed_mps",
    "sorting.degradations.torn.share",
    "sorting.arrivals.burst",
    "sorting.arrivals.burst.mean_gap_s",
    "fidelity",
    "fidelity.kind",
    "arms.0.vision.params.x",
    "arms",
    "sorting.arrivals.surges.0",
    "nope",
    "sorting.nope.x",
]
OVERRIDES = st.one_of(
    st.text(max_size=40),
    st.builds(
        lambda path, value: f"{path}={value}",
        st.sampled_from(PATHS),
        st.one_of(st.text(max_size=20), strategies.json_values.map(json.dumps)),
    ),
)


@given(overrides=st.lists(OVERRIDES, max_size=3))
@settings(max_examples=300)
def test_arbitrary_overrides_never_crash(file, overrides):
    load_or_refuse(file, QUICKSTART, overrides)


@given(
    overrides=st.lists(
        st.sampled_from(
            [
                "seed=5",
                "sorting.lanes=3",
                "sorting.lane={max_laps: 2, chutes: 9}",
                "fidelity={kind: sampled, parcels: 40}",
                "sorting.degradations.torn.share=0.4",
                "sorting.arrivals.burst=null",
                "sorting.arrivals.surges=[]",
                "arms.barcode.vision.params={a: 1}",
                "arms.barcode.vision.params.b=x",
            ]
        ),
        min_size=1,
        max_size=4,
        unique=True,
    ),
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=60)
def test_overrides_are_idempotent_and_those_of_other_keys_commute(overrides, order):
    once = load_scenario("quickstart", overrides)
    twice = load_scenario("quickstart", [*overrides, *overrides])
    assert once == twice
    other = copy.copy(overrides)
    order.shuffle(other)
    assert load_scenario("quickstart", other).sha256 == once.sha256
