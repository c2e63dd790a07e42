"""The replay in headless Chromium: it unpacks, plays, scrubs, answers clicks, asks for nothing."""

import time
from pathlib import Path

import pytest
from selenium.webdriver.remote.webdriver import WebDriver

from reports.replay import render_replay
from tests.replay_specimen import HOSTILE, inputs

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
