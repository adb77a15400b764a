"""PubTator: title, abstract and perhaps further passages a document."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from types import MappingProxyType

from sru_ner.annotation.documents import Note, Notice, Passage, TextDocument
from sru_ner.annotation.inputs.source import Columns, Source
from sru_ner.corpora.readers import pubtator
from sru_ner.corpora.readers.raw import Incident, RawDocument, stream_lines

_NOTED = MappingProxyType(
    {
        "malformed_document": "malformed documents left out",
        "malformed_line": "malformed lines left out",
        "passage_offset": "passages put behind the text before them, not where their offset says",
    }
)
"""Incidents that the user is told of; those of mentions are none, since these are not read."""


def read(source: Source, columns: Columns, notice: Notice) -> Iterator[TextDocument]:
    """Yield the documents; a line that belongs to none is noted."""
    with source.open() as stream:
        lines = stream_lines(stream, source.place)
        yield from of_corpus(pubtator.read_documents(lines, pubtator.Options()), source, notice)


def of_corpus(
    found: Iterable[RawDocument | Incident], source: Source, notice: Notice
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
        elif each.reason in _NOTED:
            detail = f"{source.place}:{each.line}: {each.detail}"
            notice(Note(_NOTED[each.reason], detail))
