"""Reads PubTator: a title, an abstract and perhaps further passages for each document."""

from collections.abc import Iterator

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.corpus_documents import to_documents
from sru_ner.annotation.inputs.source import InputOptions, Source
from sru_ner.corpora.incidents import OnIncident
from sru_ner.corpora.readers import pubtator


def read(source: Source, options: InputOptions, on_incident: OnIncident) -> Iterator[TextDocument]:
    """Yield the documents; report a line that belongs to none."""
    with source.open() as stream:
        found = pubtator.read_documents(source.lines(stream, options), pubtator.Options())
        yield from to_documents(found, source, on_incident)
