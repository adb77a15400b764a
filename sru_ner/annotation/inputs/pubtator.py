"""PubTator: title, abstract and perhaps further passages a document."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from types import MappingProxyType

from sru_ner.annotation.documents import Passage, TextDocument
from sru_ner.annotation.inputs.source import Columns, Source
from sru_ner.corpora.incidents import Incident, OnIncident
from sru_ner.corpora.readers import pubtator
from sru_ner.corpora.readers.raw import RawDocument, stream_lines

_SENTENCES = MappingProxyType(
    {
        "malformed_document": "malformed documents left out",
        "malformed_line": "malformed lines left out",
        "passage_offset": "passages put behind the text before them, not where their offset says",
    }
)
"""Reason that a corpus reader gives → the words for people. Others concern mentions, which are not
read here."""


def read(source: Source, columns: Columns, on_incident: OnIncident) -> Iterator[TextDocument]:
    """Yield the documents; a line that belongs to none is noted."""
    with source.open() as stream:
        found = pubtator.read_documents(stream_lines(stream, source.place), pubtator.Options())
        yield from of_corpus(found, source, on_incident)


def of_corpus(
    found: Iterable[RawDocument | Incident], source: Source, on_incident: OnIncident
) -> Iterator[TextDocument]:
    """Documents of a corpus reader without their mentions; what was refused is noted."""
    for each in found:
        if isinstance(each, RawDocument):
            titles = ("title" if each.passage_cuts else "text",)
            usual = titles + ("abstract",) * len(each.passage_cuts)
            names = (given or name for given, name in zip_longest(each.passage_names, usual))
            starts = (0, *each.passage_cuts)
            passages = tuple(map(Passage, starts, names))
            yield TextDocument(each.id, each.text, passages, each.infons)
        elif each.reason in _SENTENCES:
            on_incident(replace(each, reason=_SENTENCES[each.reason], file=source.place))
