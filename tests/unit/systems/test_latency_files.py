"""Measured profiles on disk: what is written comes back, and nothing else is believed."""

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from systems.latency import LatencyProfile, load_profile
from systems.latency_files import UnusableProfile, profiles_text, read_profiles

ONE = LatencyProfile(
    "vision/x", 3, "s", "a bench", 1, (0.0, 0.5, 1.0), (0.1, 0.2, 1.0), 40, "ab" * 32
)
EIGHT = replace(ONE, batch_size=8, values=(0.5, 1.0, 3.0), system_sha256=None)


def saved(folder: Path, text: str | bytes) -> Path:
    path = folder / "profiles.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_what_is_written_comes_back_in_order(tmp_path: Path) -> None:
    assert read_profiles(saved(tmp_path, profiles_text([EIGHT, ONE]))) == (ONE, EIGHT)


def test_the_hash_covers_everything_a_profile_says() -> None:
    changes = {
        "name": "vision/y",
        "version": 4,
        "machine": "another",
        "batch_size": 2,
        "probabilities": (0.0, 0.6, 1.0),
        "values": (0.1, 0.2, 1.1),
        "samples": 41,
        "system_sha256": None,
    }
    hashes = {replace(ONE, **{key: value}).sha256 for key, value in changes.items()}
    assert len({ONE.sha256, *hashes}) == len(changes) + 1
    # Whether a profile stands in for another is the run's business, not the profile's.
    assert replace(ONE, is_default=True).sha256 == ONE.sha256


def document() -> dict:
    return json.loads(profiles_text([ONE]))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("values", [0.1, 0.2, 0.9]),
        ("machine", "a faster bench"),
        ("version", 4),
        ("samples", 4000),
        ("system_sha256", None),
        ("sha256", "0" * 64),
    ],
)
def test_a_changed_profile_is_refused(key: str, value: object, tmp_path: Path) -> None:
    changed = document()
    changed["profiles"][0][key] = value
    path = saved(tmp_path, json.dumps(changed))
    with pytest.raises(UnusableProfile, match="not the one that was measured") as caught:
        read_profiles(path)
    assert str(path) in str(caught.value)
    assert "labgap calibrate" in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("values", [0.1, "fast", 1.0], "values must be numbers"),
        ("values", [0.1, True, 1.0], "values must be numbers"),
        ("values", [0.3, 0.2, 1.0], "never decrease"),
        ("values", [10**400, 1, 2], "vision/x|too large"),
        ("values", "fast", "values cannot be"),
        ("probabilities", [0.1, 0.5, 1.0], "from 0 to 1"),
        ("version", True, "version cannot be"),
        ("version", 0, "version"),
        ("batch_size", 1.0, "batch_size cannot be"),
        ("name", None, "name cannot be"),
        ("unit", "ms", "unit must be s"),
    ],
)
def test_a_malformed_profile_is_refused(key: str, value: object, told: str, tmp_path: Path):
    changed = document()
    changed["profiles"][0][key] = value
    with pytest.raises(UnusableProfile, match=told):
        read_profiles(saved(tmp_path, json.dumps(changed)))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        ("[]", "format is None"),
        ('{"format": 2, "profiles": []}', "format is 2"),
        ('{"format": 1, "profiles": []}', "no list"),
        ('{"format": 1, "profiles": {}}', "no list"),
        ('{"format": 1, "profiles": [{}]}', "exactly"),
        ('{"format": 1, "profiles": [7]}', "exactly"),
        ('{"format": 1, "profiles": [NaN]}', "NaN"),
        (b" " * 1_000_001, "larger than"),
    ],
)
def test_a_file_that_holds_no_profiles_is_refused(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableProfile, match=told):
        read_profiles(saved(tmp_path, text))


def test_one_field_more_or_less_is_refused(tmp_path: Path) -> None:
    for change in ({"comment": "mine"}, {"samples": None}):
        changed = document()
        entry = changed["profiles"][0] | change
        changed["profiles"] = [{k: v for k, v in entry.items() if change.get(k, 0) is not None}]
        with pytest.raises(UnusableProfile, match="exactly"):
            read_profiles(saved(tmp_path, json.dumps(changed)))


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnusableProfile, match="cannot be read"):
        read_profiles(tmp_path / "nowhere.json")


@given(at=st.integers(0, 10_000), bytes_=st.binary(min_size=1, max_size=3))
def test_damage_anywhere_is_a_sentence_or_harmless(at: int, bytes_: bytes, tmp_path_factory):
    text = profiles_text([ONE, EIGHT]).encode()
    at %= len(text)
    damaged = text[:at] + bytes_ + text[at + len(bytes_) :]
    path = tmp_path_factory.mktemp("damage") / "profiles.json"
    path.write_bytes(damaged)
    with suppress(UnusableProfile):
        assert read_profiles(path) == (ONE, EIGHT)  # white space, or the same bytes again


def test_an_unusable_profile_is_invalid_input() -> None:
    assert UnusableProfile.exit_code == 2


def test_shipped_profiles_change_their_version_with_their_figures() -> None:
    # A new figure needs a new version: change both here together.
    known = {
        ("vision", "barcode"): (1, "d6237d5001c0"),
        ("vision", "no_read"): (1, "e7f1736a50bc"),
        ("vision", "default"): (1, "ce2db5488e0c"),
    }
    for (kind, spec), (version, sha256) in known.items():
        profile = load_profile(kind, spec)
        assert (profile.version, profile.sha256[:12]) == (version, sha256), (kind, spec)
