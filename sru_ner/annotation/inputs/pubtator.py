"""Reads PubTator: a title, an abstract and perhaps further passages for each document."""

from collections.abc import Iterator

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.corpus_documents import to_documents
from sru_ner.annotation.inputs.source import Columns, Source
from sru_ner.corpora.incidents import OnIncident
from sru_ner.corpora.readers import pubtator
from sru_ner.corpora.readers.lines import stream_lines


def read(source: Source, columns: Columns, on_incident: OnIncident) -> Iterator[TextDocument]:
    """Yield the documents; report a line that belongs to none."""
    with source.open() as stream:
        found = pubtator.read_documents(stream_lines(stream, source.place), pubtator.Options())
        yield from to_documents(found, source, on_incident)
