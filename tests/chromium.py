"""Debian's Chromium without a network, for tests of pages, and the checks of axe-core on them."""

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SERIOUS = ("serious", "critical")
_AXE = ("axe_playwright_python", "axe_core_python")
"""Python packages that bring axe-core, the newer one first."""

_LABEL_FAULTS = """
const meet = (a, b) => a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
const labels = [...document.querySelectorAll(".label")].map((l) => [l.textContent, l.getBoundingClientRect()]);
const words = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode;
  if (!node.parentNode.closest(".spans") || node.parentNode.closest(".label")) continue;
  const range = document.createRange();
  range.selectNodeContents(node);
  for (const rect of range.getClientRects()) words.push([node.data, rect]);
}
const near = (a, b) => Math.abs(a.top - b.top) < 200;
const found = [];
labels.forEach(([one, a], i) => {
  for (const [other, b] of [...labels.slice(i + 1), ...words]) if (near(a, b) && meet(a, b)) found.push([one, other]);
  if (a.left < -0.5 || a.right > document.documentElement.clientWidth + 0.5) found.push([one, "leaves the window"]);
});
return found;
"""  # noqa: E501


@contextmanager
def chromium(*, logs: bool = False) -> Iterator:
    """Start a browser, or skip the test if it or selenium is not installed.

    logs: keep what pages print and ask for, to be read with `get_log`.
    """
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    programs = [shutil.which("chromium"), shutil.which("chromedriver")]
    if None in programs:
        pytest.skip("Debian's chromium and chromium-driver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
    for argument in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage"):
        options.add_argument(f"--{argument}")
    if logs:
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(programs[1]))
    driver.set_page_load_timeout(30)
    try:
        yield driver
    finally:
        driver.quit()


def visit(browser, address: str) -> None:
    """Open an address. On a busy machine Chromium now and then loses a page that it should open."""
    from selenium.common.exceptions import TimeoutException

    for left in (2, 1, 0):
        try:
            browser.get(address)
            return
        except TimeoutException:
            if not left:
                raise


def show(browser, address: str, *, width: int, dark: bool = False) -> None:
    """Open a page in a window of a width, in pixels, of a light or a dark system."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    visit(browser, "about:blank")  # or an address with another # would not be loaded again
    visit(browser, address)


def axe_script() -> str:
    """Return the program of axe-core, or skip the test if no package that brings it is there."""
    for package in _AXE:
        spec = importlib.util.find_spec(package)
        if spec and spec.origin:
            return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    pytest.skip("axe-core is not installed: pip install axe-core-python")


LOOKS = [(width, dark) for width in (375, 1280) for dark in (False, True)]
"""Windows of a phone and of a desk, in pixels, on light and on dark systems."""


def check_page(
    browser,
    address: str,
    width: int,
    dark: bool,
    prepare: Callable[[], None] = lambda: None,
) -> None:
    """Check that a page fits a window, has a main part and no serious finding of axe-core.

    Labels of drawn mentions cover nothing. prepare: what a visitor does first. Everything that is
    folded is opened.
    """
    show(browser, address, width=width, dark=dark)
    prepare()
    browser.execute_script("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    # The script that marks scrolling tables runs before the next frame.
    browser.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0], 50))")
    page = "document.documentElement"
    assert browser.execute_script(f"return {page}.scrollWidth") <= width
    assert len(browser.find_elements("css selector", "main")) == 1
    colour = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (colour == "rgb(255, 255, 255)") is not dark
    assert serious_findings(browser) == []
    assert label_faults(browser) == []


def label_faults(browser) -> list[list[str]]:
    """Return labels of drawn mentions that meet another label or a word, or leave the window."""
    return browser.execute_script(_LABEL_FAULTS)


def serious_findings(browser) -> list[str]:
    """Return what axe-core finds on the open page, if it is serious: rule, place and reason."""
    browser.execute_script(axe_script())
    found = browser.execute_async_script(
        "const done = arguments[0]; axe.run().then(r => done(r.violations))"
    )
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]} {node.get('failureSummary')}"
        for rule in found
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]
