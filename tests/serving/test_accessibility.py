"""What axe-core finds on the page, at two widths, light and dark."""

import pytest

from tests.chromium import LOOKS, check_page, chromium


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


@pytest.fixture(scope="module")
def address(serve, tiny_model):
    with serve("demo-page", str(tiny_model), "--no-open") as server:
        yield server.address


ASK = """
const done = arguments[0];
document.getElementById("text").value = "Aspirin treats headache in mice.";
document.getElementById("ask").requestSubmit();
const wait = () => (document.querySelector(".result table") ? done() : setTimeout(wait, 50));
wait();
"""


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_the_demo_page_has_no_serious_finding(browser, address, width, dark):
    def ask():
        browser.execute_async_script(ASK)

    check_page(browser, address, width, dark, prepare=ask)
