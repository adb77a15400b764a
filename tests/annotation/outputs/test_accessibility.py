"""What axe-core finds on the page, at two widths, light and dark."""

import pytest

from sru_ner.annotation.documents import AnnotatedDocument
from tests.annotation.outputs.writing import document, span, write
from tests.chromium import LOOKS, check_page, chromium


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_annotated_texts_have_no_serious_finding(browser, tmp_path, width, dark):
    annotated = AnnotatedDocument(document(year=1999), (span(25, 35), span(25, 30, "Species")))
    path = tmp_path / "page.html"
    path.write_bytes(write("html", annotated)[0])
    check_page(browser, path.as_uri(), width, dark)
