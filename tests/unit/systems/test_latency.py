"""Latency profiles: quantile functions, shipped ones and defaults."""

import json
import re
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from systems.errors import UnknownKind
from systems.kinds import KINDS
from systems.latency import LatencyProfile, load_profile

PROFILE = LatencyProfile("vision/x", 1, "s", "nowhere", 1, (0.0, 0.5, 1.0), (0.1, 0.2, 1.0))


def test_quantiles_are_linear_between_points() -> None:
    assert PROFILE.quantile(0.25) == pytest.approx(0.15)
    assert PROFILE.quantile(0.75) == pytest.approx(0.6)
    assert (PROFILE.quantile(0.0), PROFILE.quantile(1.0)) == (0.1, 1.0)
    assert isinstance(PROFILE.quantile(0.25), float)


def test_quantiles_of_an_array_have_its_shape_and_rise() -> None:
    u = np.linspace(0.0, 1.0, 60).reshape(6, 10)
    seconds = PROFILE.quantile(u)
    assert seconds.shape == (6, 10)
    assert (np.diff(seconds.ravel()) >= 0.0).all()


@pytest.mark.parametrize("u", [-0.1, 1.1, float("nan"), [0.5, 2.0]])
def test_a_probability_outside_its_range_is_refused(u: float) -> None:
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        PROFILE.quantile(u)


@pytest.mark.parametrize(
    "change",
    [
        {"probabilities": (0.0, 0.5, 0.9)},
        {"probabilities": (0.0, 0.5)},
        {"probabilities": (0.0, 0.0, 1.0)},
        {"values": (0.2, 0.1, 1.0)},
        {"values": (-0.1, 0.2, 1.0)},
        {"values": (0.1, 0.2, float("inf"))},
        {"unit": "ms"},
        {"version": 0},
        {"batch_size": 0},
    ],
)
def test_a_table_that_is_no_quantile_function_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="vision/x"):
        replace(PROFILE, **change)


def test_every_shipped_profile_loads_and_says_where_it_comes_from() -> None:
    text = files("systems").joinpath("latency_profiles.json").read_text(encoding="utf-8")
    for name in json.loads(text)["profiles"]:
        kind, _, spec = name.partition("/")
        profile = load_profile(kind, spec)
        assert profile.name == name
        assert not profile.is_default
        assert len(profile.machine) > 20
        told = re.search(r"--samples (\d+)", profile.machine)
        assert told is None or profile.samples == int(told[1])


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_system_gets_its_kind_s_default_and_says_so(kind: str) -> None:
    profile = load_profile(kind, "package.module:Factory")
    assert profile.is_default
    assert profile.name == f"{kind}/default"


def test_the_barcode_profile_is_measured() -> None:
    profile = load_profile("vision", "barcode")
    assert not profile.is_default
    assert "zxing-cpp" in profile.machine
    assert 0.001 < profile.quantile(0.5) < 0.28  # the time a parcel takes at 2.5 m/s, 0.7 m pitch


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnknownKind, match="did you mean 'vision'"):
        load_profile("vison", "barcode")


def test_the_incumbent_takes_the_barcode_s_time_and_ocr_s_only_where_ocr_ran() -> None:
    incumbent, barcode, ocr = (
        load_profile("vision", name) for name in ("incumbent", "barcode", "ocr")
    )
    assert incumbent.values == barcode.values
    assert {stage: later.values for stage, later in incumbent.then.items()} == {"ocr": ocr.values}
    assert ocr.quantile(0.5) > 10.0 * barcode.quantile(0.5)
    assert not ocr.is_default


def test_stages_that_follow_are_part_of_a_profile_s_hash() -> None:
    slower = replace(PROFILE, values=(0.1, 0.2, 2.0))
    with_later = replace(PROFILE, then={"ocr": slower})
    hashes = {PROFILE.sha256, with_later.sha256, replace(PROFILE, then={"ocr": PROFILE}).sha256}
    assert len(hashes) == 3
    assert "then" not in PROFILE.record()
