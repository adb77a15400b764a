"""What axe-core finds on the page, at two widths, light and dark."""

import pytest

from sru_ner.data_report.report import gather, write_report
from sru_ner.dataset.corpus import Corpus
from tests.chromium import LOOKS, check_page, chromium


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


@pytest.fixture
def folder(corpora, tmp_path, monkeypatch):
    monkeypatch.setenv("SRU_NER_CATALOG", str(corpora / "corpora"))
    names = ("drugs", "fevers", "mixed")
    found = [Corpus(corpora / "harmonized", name) for name in names]
    write_report(tmp_path / "report", gather(found, corpora / "reports"))
    return tmp_path / "report"


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_the_report_has_no_serious_finding(browser, folder, width, dark):
    check_page(browser, (folder / "index.html").as_uri(), width, dark)
