import re

from sru_ner.annotation.documents import AnnotatedDocument, TextDocument
from tests.annotation.outputs.writing import document, span, write


def test_the_page_draws_nested_mentions_and_needs_nothing_beside_it() -> None:
    annotated = AnnotatedDocument(document(year=1999), (span(25, 35), span(25, 30, "Species")))
    content, _ = write("html", annotated, AnnotatedDocument(TextDocument("8", ""), ()))
    page = content.decode()
    assert page.count('class="label"') == 2
    assert "RESULTS" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "year: 1999" in page
    assert not re.findall(r"https?://", page)
