"""What axe-core finds on the page, at two widths, light and dark."""

import pytest

from sru_ner.assessment.exports.page import to_page
from tests.assessment.exports.judged import some_items
from tests.chromium import LOOKS, check_page, chromium


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_the_page_has_no_serious_finding(browser, tmp_path, width, dark):
    items = some_items()
    path = tmp_path / "page.html"
    page = to_page(items.items, sample=items.digest, assessor="A", guidelines="Short names.")
    path.write_text(page, encoding="utf-8")
    check_page(browser, path.as_uri(), width, dark)
