"""What axe-core finds on the page, at two widths, light and dark."""

import pytest

from tests.chromium import LOOKS, check_page, chromium


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_the_report_has_no_serious_finding(browser, tool_report, width, dark):
    check_page(browser, (tool_report / "index.html").as_uri(), width, dark)
