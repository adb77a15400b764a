"""Reports documents with text that has no sentence ends, before they are annotated."""

from collections.abc import Iterable, Iterator

from sru_ner.annotation.documents import TextDocument
from sru_ner.corpora.incidents import Incident, OnIncident
from sru_ner.rendering.amounts import counted
from sru_ner.text.long_sentences import LONGEST_SENTENCE
from sru_ner.text.sentences import find_cuts


def note_long_sentences(
    documents: Iterable[TextDocument], on_incident: OnIncident
) -> Iterator[TextDocument]:
    """Yield the documents, and report each with a sentence too long to be one.

    The annotator cuts such a sentence at the best places. A mention at such a place is lost.
    """
    for document in documents:
        further = sum(
            len(find_cuts(document.text[start:end]).forced)
            for start, end in document.ranges()
            if end - start > LONGEST_SENTENCE
        )
        if further:
            reason = f"documents with more than {LONGEST_SENTENCE:,} characters and no sentence end"
            detail = f"cut at {counted(further, 'further place')}, where mentions can be lost"
            on_incident(Incident("noted", reason, detail=detail, document=document.id))
        yield document
