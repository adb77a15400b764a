import pytest

from sru_ner.annotation.documents import AnnotatedDocument, TextDocument
from tests.annotation.outputs.writing import document, span, write


@pytest.mark.parametrize("name", ["bioc-xml", "bioc-json"])
def test_bioc_keeps_passages_fields_and_counts_mentions_across_passages(name: str) -> None:
    annotated = AnnotatedDocument(document(year=1999), (span(0, 4), span(11, 18), span(25, 35)))
    content, incidents = write(name, annotated)
    assert incidents.counts == {"mentions reaching into another passage, left out": 1}
    for kept in (b"1999", b"RESULTS", b"0.75", b"x$Gene"):
        assert kept in content
    assert content.count(b"human IL-2") == 2


def test_xml_replaces_what_it_cannot_hold_and_says_so() -> None:
    text = "IL-2\x00\r\nmice"
    annotated = AnnotatedDocument(TextDocument("7", text), (span(0, 4, text=text),))
    content, incidents = write("bioc-xml", annotated)
    assert "<text>IL-2\ufffd&#13;\nmice</text>".encode() in content
    assert list(incidents.counts.values()) == [1]
