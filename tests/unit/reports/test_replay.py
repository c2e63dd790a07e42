"""The replay's bytes: they unpack to what went in, stay small and carry no markup of others."""

import base64
import json
import re
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.replay import SIZE_LIMIT, render_replay
from reports.replay.columns import Texts, deltas, varints, zigzag
from reports.replay.stream import stream
from tests.replay_specimen import HOSTILE, inputs, night

whole = st.lists(st.integers(0, 2**52), max_size=50)


def unpacked(data: bytes, count: int) -> list[int]:
    """Read varints as the format's specification says, one byte after the other."""
    found, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            found.append(value)
            value, shift = 0, 0
    assert len(found) == count
    assert shift == 0
    return found


@given(whole)
def test_varints_unpack_to_what_was_packed(numbers: list[int]) -> None:
    assert unpacked(varints(np.array(numbers, np.int64)), len(numbers)) == numbers


@given(st.lists(st.integers(-(2**51), 2**51), max_size=50))
def test_zigzag_and_deltas_can_be_undone(numbers: list[int]) -> None:
    folded = zigzag(np.array(numbers, np.int64)).tolist()
    assert all(number >= 0 for number in folded)
    assert [-(n + 1) // 2 if n % 2 else n // 2 for n in folded] == numbers
    assert np.cumsum(deltas(np.array(numbers, np.int64))).tolist() == numbers


def test_numbers_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        varints(np.array([3, -1]))


def test_texts_are_kept_once() -> None:
    texts = Texts()
    assert [texts.number(text) for text in ("a", None, "b", "a")] == [1, 0, 2, 1]
    assert texts.all() == ["a", "b"]


def parsed(text: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    body = zlib.decompress(base64.b64decode(text))
    length = int.from_bytes(body[:4], "little")
    header = json.loads(body[4 : 4 + length])
    columns, at = {}, 4 + length
    for name, size in header["columns"]:
        columns[name] = body[at : at + size]
        at += size
    assert at == len(body)
    return header, columns


def test_every_event_is_there_in_order() -> None:
    header, columns = parsed(stream(inputs(20)).text)
    events = sorted(night(20), key=lambda event: event.at_s)
    assert header["events"] == len(events)
    times = [(-(n + 1) // 2 if n % 2 else n // 2) for n in unpacked(columns["time"], len(events))]
    assert np.allclose(np.cumsum(times) / 1000.0, [event.at_s for event in events])
    names = [topic["name"] for topic in header["topics"]]
    found = [names[k] for k in unpacked(columns["topic"], len(events))]
    assert found.count("parcel_diverted") == sum("chute" in e._fields for e in events)
    assert {topic["name"]: topic["count"] for topic in header["topics"]} == {
        name: found.count(name) for name in names
    }


def test_the_damage_is_told_of_the_degraded_worlds_only() -> None:
    header, _ = parsed(stream(inputs(20)).text)
    assert "torn 4" in header["texts"]
    header, _ = parsed(stream(inputs(20, cell="loaded")).text)
    assert "torn 4" not in header["texts"]


def test_what_systems_said_is_not_in_the_page_but_in_its_packed_data() -> None:
    page = render_replay(inputs(20, title=HOSTILE))
    assert "<img" not in page
    assert page.count("</script>") == 3
    assert "\u202e" not in page
    header, _ = parsed(re.search(r'id="stream">([^<]*)<', page).group(1))
    assert HOSTILE in header["texts"]


def test_the_same_night_gives_the_same_bytes() -> None:
    assert render_replay(inputs(20)) == render_replay(inputs(20))


def test_200_000_events_stay_below_the_limit() -> None:
    inside = inputs(36_500, gap_s=0.8)
    events = sum(len(table) for table in inside.events.values())
    assert events > 200_000
    page = render_replay(inside)
    assert len(page.encode()) < SIZE_LIMIT
    assert f"{events:,} events" in page
    assert "too large" not in page


def test_a_longer_night_is_cut_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.replay.page.SIZE_LIMIT", 120_000)
    page = render_replay(inputs(6000))
    assert len(page.encode()) < 120_000
    assert "the rest would make the file too large" in page


def test_an_empty_night_is_a_page_too() -> None:
    assert "0 events" in render_replay(inputs(0, events={}))
