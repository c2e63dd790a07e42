"""The report in headless Chromium: silent, offline, workable by keyboard, dark and on paper."""

import base64
import json
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver

from reports.html import render_html
from tests import centre_specimen
from tests import report_specimen as specimen

ATTACK = '"><img src=x onerror=window.pwned=1></script><script>window.pwned=1</script>'


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_html(specimen.inputs(arms=("barcode", "two_stage"))), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser: WebDriver, address: str) -> WebDriver:
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    browser.get(address)
    return browser


def requests_of(driver: WebDriver) -> list[str]:
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    return [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]


def column(driver: WebDriver, table: str, index: int) -> list[str]:
    found: list[str] = driver.execute_script(
        "return Array.from(document.getElementById(arguments[0]).tBodies[0].rows)"
        ".filter(r => !r.hidden).map(r => r.cells[arguments[1]].dataset.order)",
        table,
        index,
    )
    return found


def test_it_is_silent_and_asks_for_nothing(page: WebDriver, address: str) -> None:
    page.get_log("browser")
    page.get_log("performance")
    page.get(address)
    assert page.get_log("browser") == []
    outside = [url for url in requests_of(page) if not url.startswith(("data:", address))]
    assert outside == []
    shown = page.execute_script(
        "return Array.from(document.images).every(i => i.complete && i.naturalWidth > 0)"
    )
    assert shown


def test_the_content_policy_holds(page: WebDriver) -> None:
    page.execute_script(
        "window.blocked = []; document.addEventListener('securitypolicyviolation',"
        " e => window.blocked.push(e.effectiveDirective));"
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        "document.body.append(s); const i = new Image(); i.src = 'https://labgap.invalid/x.png';"
        "document.body.append(i); document.body.setAttribute('style', 'margin: 7px');"
    )
    state = page.execute_async_script(
        "const done = arguments[0]; setTimeout(() => done([window.ran || 0, window.blocked]), 300)"
    )
    assert state[0] == 0
    assert {"script-src-elem", "img-src", "style-src-attr"} <= set(state[1])
    page.get_log("browser")


def test_a_header_sorts_by_keyboard(page: WebDriver) -> None:
    table = "t-waiting"
    index = 2
    button = page.execute_script(
        "return document.querySelectorAll('#t-waiting thead th')[arguments[0]].firstElementChild",
        index,
    )
    page.execute_script("arguments[0].focus()", button)
    page.switch_to.active_element.send_keys(Keys.ENTER)
    header = "return arguments[0].closest('th').getAttribute('aria-sort')"
    assert page.execute_script(header, button) == "ascending"
    rising = [float(text) for text in column(page, table, index)]
    assert rising == sorted(rising)
    assert len(set(rising)) > 5
    page.switch_to.active_element.send_keys(Keys.SPACE)
    assert page.execute_script(header, button) == "descending"
    assert [float(text) for text in column(page, table, index)] == sorted(rising, reverse=True)
    status = page.find_element("id", f"{table}-status").text
    assert "Sorted by Lab" in status


def test_a_table_filters_by_keyboard(page: WebDriver) -> None:
    field = page.find_element("id", "t-waiting-filter")
    assert field.is_displayed()
    before = len(column(page, "t-waiting", 0))
    field.send_keys("induction TWO_stage")
    assert column(page, "t-waiting", 1) == ["two_stage"] * 2
    assert page.find_element("id", "t-waiting-status").text == f"2 of {before} rows"
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(Keys.DELETE)
    assert len(column(page, "t-waiting", 0)) == before


def test_tabbing_begins_with_the_skip_link(page: WebDriver) -> None:
    page.find_element("tag name", "body").send_keys(Keys.TAB)
    assert page.switch_to.active_element.get_attribute("class") == "skip"
    assert page.switch_to.active_element.is_displayed()
    page.switch_to.active_element.send_keys(Keys.ENTER)
    assert page.switch_to.active_element.get_attribute("id") == "verdict"


def test_the_data_can_be_downloaded(page: WebDriver, tmp_path: Path) -> None:
    page.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    page.get_log("browser")
    button = page.find_element("css selector", "button.download")
    page.execute_script("arguments[0].focus()", button)
    button.send_keys(Keys.ENTER)
    page.execute_async_script("setTimeout(arguments[0], 1500)")
    data = json.loads((tmp_path / "quickstart-7.json").read_text(encoding="utf-8"))
    assert data["scenario"]["name"] == "quickstart"
    assert page.get_log("browser") == []


@pytest.mark.parametrize("width", [400, 1280])
def test_it_fits_its_window_and_no_figure_text_overlaps(page: WebDriver, width: int) -> None:
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    wide = page.execute_script("return document.documentElement.scrollWidth")
    clashes = page.execute_script(
        """
        const clashes = [];
        for (const svg of document.querySelectorAll('svg[role=img]')) {
          const frame = svg.getBoundingClientRect();
          const boxes = Array.from(svg.querySelectorAll('text'))
            .map(t => [t.textContent, t.getBoundingClientRect()]).filter(b => b[1].width > 0);
          boxes.forEach(([a, p], i) => {
            if (p.right > frame.right + 6 || p.left < frame.left - 6) clashes.push(['out', a]);
            boxes.slice(i + 1).forEach(([b, q]) => {
              const x = Math.min(p.right, q.right) - Math.max(p.left, q.left);
              const y = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
              if (x > 1 && y > 3) clashes.push([a, b]);
            });
          });
        }
        return clashes;
        """
    )
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wide <= width
    assert clashes == []


CONTRAST = """
const rgb = s => s.match(/[0-9.]+/g).map(Number);
const lum = c => c.slice(0, 3).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 :
  ((v + .055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
const ground = e => { for (; e; e = e.parentElement) {
  const c = rgb(getComputedStyle(e).backgroundColor);
  if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
const low = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const e = walker.currentNode.parentElement;
  if (!walker.currentNode.textContent.trim() || e.closest('script,style,title,desc')) continue;
  const style = getComputedStyle(e);
  const svg = e.closest('svg');
  if (svg && e.classList.contains('f-onmark')) continue;
  const [a, b] = [lum(rgb(svg ? style.fill : style.color)), lum(ground(svg || e))];
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) low.push([walker.currentNode.textContent.trim(), ratio]);
}
return low;
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_in_both_schemes(page: WebDriver, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    ground = page.execute_script("return getComputedStyle(document.body).backgroundColor")
    bright = sum(int(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(","))
    assert (bright > 600) is (scheme == "light")
    page.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.execute_script(CONTRAST) == []


def test_paper_is_light_and_unfolded(page: WebDriver) -> None:
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": features})
    ground = page.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert page.execute_script(CONTRAST) == []
    assert not page.find_element("tag name", "nav").is_displayed()
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    page.execute_script(
        "window.unfolded = null; window.addEventListener('beforeprint', () => {"
        "window.unfolded = document.querySelectorAll('details:not([open])').length; })"
    )
    pdf = base64.b64decode(page.execute_cdp_cmd("Page.printToPDF", {})["data"])
    assert pdf.startswith(b"%PDF")
    assert page.execute_script("return window.unfolded") == 0
    assert page.execute_script("return document.querySelectorAll('details[open]').length") == 0


def test_injected_script_never_runs(browser: WebDriver, tmp_path: Path) -> None:
    scenario = specimen.scenario().model_copy(update={"title": ATTACK, "description": ATTACK})
    path = tmp_path / "report.html"
    text = render_html(specimen.inputs(scenario=scenario, run_name=ATTACK, manifest={"a": ATTACK}))
    path.write_text(text, encoding="utf-8")
    browser.get_log("browser")
    browser.get(path.as_uri())
    assert browser.execute_script("return typeof window.pwned") == "undefined"
    assert browser.execute_script("return document.querySelector('h1').textContent") == ATTACK
    assert browser.get_log("browser") == []


@pytest.fixture(scope="module")
def centre_address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("centre") / "report.html"
    path.write_text(render_html(centre_specimen.inputs()), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [420, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_whole_centre_is_silent_and_fits(
    browser: WebDriver, centre_address: str, width: int, scheme: str
) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": features})
    browser.get_log("browser")
    try:
        browser.get(centre_address)
        assert browser.get_log("browser") == []  # the content policy has refused nothing
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        assert wide <= width
        for name in ("worst", "funnel", "shift", "people", "camera"):
            assert browser.find_element("id", name).is_displayed()
        boxes = browser.execute_script(
            "return Array.from(document.querySelectorAll('#shift .fig.wide')).map(figure => {"
            "const b = figure.parentElement; b.focus(); return [b === document.activeElement,"
            "b.scrollWidth > b.clientWidth, figure.getBoundingClientRect().width,"
            "getComputedStyle(figure.querySelector('text')).fill,"
            "getComputedStyle(document.body).backgroundColor]})"
        )
        assert len(boxes) == 2
        for focused, scrolls, drawn, ink, paper in boxes:
            assert focused
            assert scrolls == (width == 420)
            assert drawn >= 760
            assert ink != paper
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
