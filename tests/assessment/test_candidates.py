import pytest

from sru_ner.annotation.documents import AnnotatedDocument, TextDocument
from sru_ner.assessment.candidates import of_documents
from sru_ner.inference.spans import AnnotatedSpan

TEXT = "One came. The liver failed. It ended.\nMice had BRCA1 mutations."


def span(quote: str, type_: str) -> AnnotatedSpan:
    start = TEXT.index(quote)
    return AnnotatedSpan(start, start + len(quote), quote, type_, 0.9, ())


@pytest.mark.parametrize(
    ("quote", "before", "text", "after"),
    [
        ("One", "", "One came.", "The liver failed."),
        ("liver", "One came.", "The liver failed.", "It ended."),
        ("BRCA1", "It ended.", "Mice had BRCA1 mutations.", ""),
        ("failed. It", "One came.", "The liver failed. It ended.", "Mice had BRCA1 mutations."),
    ],
)
def test_a_mention_is_given_with_the_sentences_around_it(quote, before, text, after):
    document = AnnotatedDocument(TextDocument("d", TEXT), (span(quote, "T"),))
    (found,) = of_documents([document], model="m", source="notes", seen={quote.lower()})
    assert (found.before, found.text, found.after) == (before, text, after)
    assert found.text[found.start : found.end] == quote
    assert found.seen


def test_novelty_is_unknown_without_training_data():
    document = AnnotatedDocument(TextDocument("d", TEXT), (span("liver", "T"),))
    (found,) = of_documents([document], model="m", source="notes")
    assert found.seen is None
    (found,) = of_documents([document], model="m", source="notes", seen={"heart"})
    assert found.seen is False
