import copy

import pytest
import yaml
from jsonschema import Draft202012Validator

from scenarios import library
from scenarios.degradations import KINDS
from scenarios.loading import names_network
from scenarios.schema import field_schema, json_schema, resolved_schema


@pytest.fixture(scope="module")
def validator():
    Draft202012Validator.check_schema(json_schema())
    return Draft202012Validator(json_schema())


def document(name="quickstart"):
    return yaml.safe_load(library.path(name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [name for name in library.names() if not names_network(name)])
def test_accepts_the_library(validator, name):
    validator.validate(document(name))


def test_the_schema_of_networks_accepts_the_network_and_no_sorting_centre():
    networks = Draft202012Validator(json_schema(network=True))
    networks.validate(document("national_network"))
    networks.validate({"extends": "national_network", "name": "mine", "seed": 4})
    assert not networks.is_valid(document("quickstart"))


@pytest.mark.parametrize(
    "short",
    [
        {"extends": "quickstart", "name": "a"},
        {"$schema": "x", "extends": "quickstart", "name": "a", "sorting": {"lane": {"chutes": 3}}},
        {"extends": "b.yaml", "name": "a", "fidelity": {"parcels": 30}},
        {"extends": "b.yaml", "name": "a", "sorting": {"arrivals": {"burst": None}}},
    ],
)
def test_accepts_files_that_inherit_the_rest(validator, short):
    validator.validate(short)


def wrong(*path, value):
    changed = document()
    node = changed
    for part in path[:-1]:
        node = node[part]
    if value is KeyError:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    "bad",
    [
        wrong("seed", value=KeyError),
        wrong("sorting", "lane", "chutes", value=KeyError),
        wrong("sorting", "lane", "belt_speed", value=2.0),
        wrong("sorting", "lane", "belt_speed_mps", value=2.6),
        wrong("sorting", "lane", "belt_speed_mps", value="2.5 m/s"),
        wrong("sorting", "lanes", value=1.5),
        wrong("sorting", "review_desk", "error_rate", value=0.001),
        wrong("sorting", "degradations", 0, "kind", value="tron"),
        wrong("sorting", "degradations", 0, "reason", value="short"),
        wrong("sorting", "degradations", 0, "severity_shares", value=[0.5, 0.5]),
        wrong("sorting", "degradations", 0, "severity_shares", value=[0.2] * 6),
        wrong("fidelity", value={"kind": "sample"}),
        wrong("fidelity", value={"kind": "full", "parcels": 30}),
        wrong("fidelity", value={"kind": "sampled"}),
        wrong("arms", value=[]),
        wrong("arms", 0, "vision", "params", value={"x": [1]}),
        wrong("schema_version", value=2),
        wrong("name", value="Night-Shift"),
        {"extends": "quickstart"},
        {"extends": "quickstart", "name": "a", "sorting": {"lane": {"chuts": 3}}},
        {"extends": "quickstart", "name": "a", "arms": [{"name": "x"}]},
        {"extends": 3, "name": "a"},
        [],
    ],
)
def test_rejects_typical_mistakes(validator, bad):
    assert not validator.is_valid(bad)


def test_every_key_is_described_and_every_dimension_has_its_unit():
    schema = resolved_schema()
    for model in (schema, *schema["$defs"].values()):
        assert model["additionalProperties"] is False
        assert model["description"]
        for name, field in model["properties"].items():
            assert len(field.get("description", "")) >= 10, name
    speed = schema["$defs"]["Lane"]["properties"]["belt_speed_mps"]
    assert speed["x-unit"] == "m/s"
    assert speed["description"].endswith("In m/s.")


def test_degradations_are_named_for_editors():
    kind = json_schema()["$defs"]["DegradationShare"]["properties"]["kind"]
    assert kind["enum"] == list(KINDS)
    assert all(entry.summary in kind["description"] for entry in KINDS.values())


def test_the_schema_handed_out_is_a_copy():
    before = copy.deepcopy(json_schema())
    json_schema()["$defs"].clear()
    assert json_schema() == before


def test_one_key_can_be_looked_up():
    sampled = {"fidelity": {"kind": "sampled"}}
    assert field_schema(("fidelity", "parcels"), sampled)["minimum"] == 20
    assert field_schema(("fidelity", "parcels"), {"fidelity": {"kind": "full"}}) is None
    assert field_schema(("fidelity",), {})["kinds"] == ["full", "sampled"]
    assert field_schema(("sorting", "arrivals", "burst", "mean_gap_s"), {})["x-unit"] == "s"
    assert field_schema(("sorting", "arrivals", "burst"), {})["nullable"] is True
    assert field_schema(("sorting", "degradations", 2, "share"), {})["maximum"] == 1.0
    assert field_schema(("sorting", "nope", "deeper"), {}) is None
    assert field_schema(("seed", 0, "x"), {}) is None
