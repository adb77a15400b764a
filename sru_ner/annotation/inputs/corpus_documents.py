"""Turns what a corpus reader yields into documents to annotate."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from types import MappingProxyType

from sru_ner.annotation.documents import Passage, TextDocument
from sru_ner.annotation.inputs.source import Source
from sru_ner.corpora.incidents import Incident, OnIncident
from sru_ner.corpora.readers.raw import RawDocument

_REASONS = MappingProxyType(
    {
        "malformed_document": "documents that are malformed, left out",
        "malformed_line": "lines that are malformed, left out",
        "passage_offset": "passages put behind the text before them, not where their offset says",
    }
)
"""Reason of a corpus reader → reason in words for people. Incidents with other reasons concern
mentions, which are not read here."""


def to_documents(
    found: Iterable[RawDocument | Incident], source: Source, on_incident: OnIncident
) -> Iterator[TextDocument]:
    """Yield the documents without their mentions; report what the reader refused."""
    for each in found:
        if isinstance(each, RawDocument):
            titles = ("title" if each.passage_cuts else "text",)
            usual = titles + ("abstract",) * len(each.passage_cuts)
            names = (given or name for given, name in zip_longest(each.passage_names, usual))
            starts = (0, *each.passage_cuts)
            passages = tuple(map(Passage, starts, names))
            yield TextDocument(each.id, each.text, passages, each.infons)
        elif each.reason in _REASONS:
            on_incident(replace(each, reason=_REASONS[each.reason], file=source.place))
