"""What axe-core finds on the page, at two widths, light and dark."""

import pytest

from sru_ner.assessment.exports.page import to_page
from sru_ner.assessment.sample import draw_sample, in_sentences
from tests.chromium import LOOKS, check_page, chromium


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_the_sample_has_no_serious_finding(browser, tmp_path, decisions, sentence, width, dark):
    sample = draw_sample(decisions, bands=(0.5, 1.0), per_stratum=9, seed=1)
    items = in_sentences(sample, decisions, [sentence])
    path = tmp_path / "sample.html"
    page = to_page(sample, items, suite="demo", model="m", split="test")
    path.write_text(page, encoding="utf-8")
    check_page(browser, path.as_uri(), width, dark)
