"""No request type has a field for truth, and none leads to the world."""

import dataclasses
import importlib
import inspect
import pkgutil
import re
import sys
import types
import typing
from collections.abc import Iterator
from typing import Any

import pytest

import systems.contracts
from systems.boundary import PlanRequest
from systems.contracts import live_state
from systems.contracts.items import Item
from systems.contracts.service import Query
from systems.contracts.vision import CameraView, Capture

REQUESTS = (Capture, Query, PlanRequest, Item)
STATE = tuple(
    getattr(live_state, name)
    for name in live_state.__all__
    if dataclasses.is_dataclass(getattr(live_state, name))
)
SUSPICIOUS = re.compile(
    r"(^|_)(truth|true|real|actual|gold|golden|oracle|expected|correct|label|labels|target|answer"
    r"|severity|degradation|degraded|condition|conditions|scenario|arm|cell|lab|production"
    r"|readable|seed|replication|manifest|parcel|chute|surge|split|source_id)($|_)"
)


def reachable(hint: Any, seen: set[type]) -> Iterator[type]:
    """Every class that a field of this type can lead to."""
    for inner in typing.get_args(hint):
        yield from reachable(inner, seen)
    if not inspect.isclass(hint) or hint in seen or isinstance(hint, types.GenericAlias):
        return
    seen.add(hint)
    yield hint
    if dataclasses.is_dataclass(hint) or getattr(hint, "_is_protocol", False):
        for inner in typing.get_type_hints(hint).values():
            yield from reachable(inner, seen)


@pytest.mark.parametrize("request_type", [*REQUESTS, *STATE], ids=lambda t: t.__name__)
def test_no_field_of_a_request_is_named_like_truth(request_type: type) -> None:
    for found in reachable(request_type, set()):
        if not dataclasses.is_dataclass(found):
            continue
        for entry in dataclasses.fields(found):
            # The seed of `PlanRequest` is the system's own, an argument of `plan`.
            allowed = found is PlanRequest and entry.name == "seed"
            assert allowed or not SUSPICIOUS.search(entry.name), f"{found.__name__}.{entry.name}"


@pytest.mark.parametrize("request_type", [*REQUESTS, *STATE], ids=lambda t: t.__name__)
def test_everything_a_request_leads_to_is_a_contract_or_plain(request_type: type) -> None:
    plain = {"builtins", "numpy", "enum", "typing", "collections.abc", "types"}
    for found in reachable(request_type, set()):
        home = found.__module__
        assert home in plain or home.startswith("systems."), f"{found} comes from {home}"


def test_a_camera_view_offers_pixels_and_nothing_else() -> None:
    public = {name for name in vars(CameraView) if not name.startswith("_")}
    assert public == {"name", "overview", "sensor_scale", "window"}


def test_the_search_for_suspicious_names_can_find_one() -> None:
    for name in ("truth", "true_text", "expected_code", "is_degraded", "target_quad"):
        assert SUSPICIOUS.search(name), name


def test_contracts_import_nothing_of_the_world() -> None:
    for module in pkgutil.walk_packages(systems.contracts.__path__, "systems.contracts."):
        source = inspect.getsource(importlib.import_module(module.name))
        assert not re.search(r"^\s*(from|import) (sim|labgap|metrics|reports)\b", source, re.M)
        assert not re.search(r"\bsim\.", source), module.name


def test_every_type_of_the_contracts_is_frozen_and_slotted() -> None:
    checked = 0
    for module in pkgutil.walk_packages(systems.contracts.__path__, "systems.contracts."):
        for found in vars(sys.modules.get(module.name, systems.contracts)).values():
            if inspect.isclass(found) and dataclasses.is_dataclass(found):
                assert found.__dataclass_params__.frozen, found
                assert "__slots__" in vars(found), found
                checked += 1
    assert checked > 40
