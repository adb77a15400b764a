"""Text without sentence ends is reported, and annotated all the same."""

from pathlib import Path

from sru_ner.annotation.documents import Passage, TextDocument
from sru_ner.annotation.long_sentences import note_long_sentences
from sru_ner.corpora.incidents import Incidents
from sru_ner.inference.annotator import Annotator


def test_documents_with_sentences_too_long_are_reported():
    long = "rats " * 1_000
    documents = [
        TextDocument("a", "Rats sat. " * 1_000),
        TextDocument("b", long),
        TextDocument("c", "rats " * 300 + long, (Passage(0, "title"), Passage(1_500, "abstract"))),
        TextDocument("d", "rats " * 400),
    ]
    incidents = Incidents()
    assert list(note_long_sentences(documents, incidents.add)) == documents
    (kind,) = incidents.kinds()
    assert (kind.outcome, kind.occurrences) == ("noted", 2)
    assert kind.examples[0].place == (
        "document b: cut at 2 further places, where mentions can be lost"
    )
    assert incidents.sentences()[0].startswith(
        "2 documents with more than 2,000 characters and no sentence end"
    )


def test_every_sentence_of_a_long_text_gives_its_mentions(tiny_model: Path) -> None:
    annotator = Annotator.load(tiny_model, device="cpu")
    sentence = "(A) Rats sat. Aspirin treats headache in mice. "
    alone = [(span.start, span.end, span.type) for span in annotator(sentence)]
    assert len(alone) >= 2
    found = [(span.start, span.end, span.type) for span in annotator(1_500 * sentence)]
    shifted = [n * len(sentence) for n in range(1_500)]
    assert found == [(a + by, b + by, type_) for by in shifted for a, b, type_ in alone]
