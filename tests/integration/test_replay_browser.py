"""The replay in headless Chromium: it unpacks, plays, scrubs, answers clicks, asks for nothing."""

import time
from pathlib import Path

import pytest
from selenium.webdriver.remote.webdriver import WebDriver

from reports.replay import render_replay
from tests.replay_specimen import HOSTILE, inputs, mishaps, night, tables

SEEK = (
    "const s = document.getElementById('scrub'); s.value = arguments[0];"
    "s.dispatchEvent(new Event('input'));"
)
FIND = (
    "const s = document.getElementById('find'); s.value = arguments[0];"
    "s.dispatchEvent(new Event('change'));"
)
CLICK_ALL_OVER = """
const floor = document.getElementById('floor'), box = floor.getBoundingClientRect();
const met = new Set();
for (let y = 4; y < box.height; y += 8) for (let x = 4; x < box.width; x += 8) {
  floor.dispatchEvent(new MouseEvent('click', {clientX: box.left + x, clientY: box.top + y}));
  met.add(document.getElementById('story').dataset.parcel);
}
return [...met].filter(Boolean).sort();
"""
PIXELS = "const c = document.getElementById('floor');return c.toDataURL();"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("replay") / "replay.html"
    path.write_text(render_replay(inputs(60, title=HOSTILE)), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser: WebDriver, address: str) -> WebDriver:
    browser.get(address)
    until(browser, "return document.body.dataset.ready === 'yes'")
    return browser


def until(driver: WebDriver, script: str) -> None:
    deadline = time.monotonic() + 60.0
    while not driver.execute_script(script):
        assert time.monotonic() < deadline, script
        time.sleep(0.05)


def text_of(driver: WebDriver, name: str) -> str:
    found: str = driver.execute_script(
        "return document.getElementById(arguments[0]).innerText", name
    )
    return found


def test_it_is_silent_and_nothing_hostile_runs(page: WebDriver) -> None:
    page.execute_script(FIND, "P000-000001")
    page.execute_script(SEEK, 15.0)
    assert "onerror" in text_of(page, "story")
    assert page.execute_script("return window.pwned") is None
    assert page.execute_script("return document.images.length") == 0
    assert page.get_log("browser") == []


def test_scrubbing_moves_the_clock_the_lanes_and_the_log(page: WebDriver) -> None:
    page.execute_script(SEEK, 10.0)
    early = page.execute_script(PIXELS)
    assert text_of(page, "clock") == "0:00:10"
    page.execute_script(SEEK, 100.0)
    assert text_of(page, "clock") == "0:01:40"
    assert page.execute_script(PIXELS) != early
    top = text_of(page, "log").splitlines()[0]
    assert top.startswith("0:01:")
    page.execute_script(SEEK, 10.0)
    assert page.execute_script(PIXELS) == early


def test_play_runs_and_pause_stops(page: WebDriver) -> None:
    page.execute_script(SEEK, 0.0)
    button = page.find_element("id", "play")
    button.click()
    assert button.text == "Pause"
    until(page, "return Number(document.getElementById('scrub').value) > 5")
    button.click()
    assert button.text == "Play"
    still = page.execute_script("return document.getElementById('scrub').value")
    time.sleep(0.3)
    assert page.execute_script("return document.getElementById('scrub').value") == still


def test_a_click_on_a_parcel_tells_its_story(page: WebDriver) -> None:
    page.execute_script(SEEK, 30.5)
    # those on the belt at 30.5 s: placed before, not yet at their chute
    expected = {"P000-000006"} | {f"P000-{n:06d}" for n in (8, 9)}
    met = set(page.execute_script(CLICK_ALL_OVER))
    assert met == expected
    page.execute_script(FIND, "p000-000006")
    story = text_of(page, "story")
    for words in ("torn 4", "operator 0 keys C00006", "goes round again", "exception station"):
        assert words in story
    assert "labgap show run P000-000006" in story


def test_only_what_went_wrong(page: WebDriver) -> None:
    page.execute_script(SEEK, 180.0)
    page.find_element("id", "trouble").click()
    lines = text_of(page, "log")
    assert "a wrong one" in lines
    assert "passes the camera" not in lines
    page.find_element("id", "trouble").click()
    assert "passes the camera" in text_of(page, "log")


def test_an_unknown_parcel_is_said_so(page: WebDriver) -> None:
    page.execute_script(FIND, "P999-000000")
    assert "No parcel here" in text_of(page, "status")


def test_a_long_night_is_ready_to_play(browser: WebDriver, tmp_path: Path) -> None:
    path = tmp_path / "long.html"
    path.write_text(render_replay(inputs(36_500, gap_s=0.8)), encoding="utf-8")
    browser.get(path.as_uri())
    until(browser, "return document.body.dataset.ready === 'yes'")
    browser.execute_script(SEEK, 20_000.0)
    assert text_of(browser, "clock") == "5:33:20"
    assert len(browser.execute_script(CLICK_ALL_OVER)) > 3


QUEUES = """
const settings = JSON.parse(document.getElementById("settings").textContent);
const night = nightOf(await unpacked(document.getElementById("stream").textContent), settings);
const levels = [];
for (let lane = 0; lane < settings.lanes; lane++) {
  const steps = [
    ...night.arrivals[lane].map((t) => [t, 0, 1]),
    ...night.placings[lane].map((t) => [t, 1, -1]),
  ];
  steps.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let waiting = 0;
  for (const [, , step] of steps) levels.push(waiting += step);
  levels.push("end", waiting);
}
return levels;
"""


def test_queues_fill_and_empty_also_where_parcels_are_turned_away_or_dragged_along(
    browser: WebDriver, tmp_path: Path
) -> None:
    path = tmp_path / "mishaps.html"
    events = tables([*night(18), *mishaps(20.0, 18)])
    path.write_text(render_replay(inputs(20, events=events)), encoding="utf-8")
    browser.get(path.as_uri())
    until(browser, "return document.body.dataset.ready === 'yes'")
    levels = browser.execute_script(QUEUES)
    assert all(level >= 0 for level in levels if level != "end")
    ends = [levels[place + 1] for place, level in enumerate(levels) if level == "end"]
    assert ends == [0, 0]
    assert max(level for level in levels if level != "end") >= 1


def test_parcels_stand_while_their_belt_does(browser: WebDriver, tmp_path: Path) -> None:
    path = tmp_path / "stop.html"
    events = tables([*night(18), *mishaps(20.0, 18)])
    path.write_text(render_replay(inputs(20, events=events)), encoding="utf-8")
    browser.get(path.as_uri())
    until(browser, "return document.body.dataset.ready === 'yes'")
    places = browser.execute_script(
        QUEUES.split("const levels")[0]
        + "return [21, 30, 49, 51].map((t) => night.placeOf(6, t).s);"
    )
    # parcel 6 is on lane 0, placed at 19 s; the belt stands from 20 s to 50 s
    assert places[0] == places[1] == places[2]
    assert places[3] > places[2]
