"""Reads plain text: each line is a document."""

from collections.abc import Iterator

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.source import Columns, Source
from sru_ner.corpora.incidents import OnIncident
from sru_ner.corpora.readers.lines import stream_lines


def read(source: Source, columns: Columns, on_incident: OnIncident) -> Iterator[TextDocument]:
    """Yield a document for each line, also for an empty one; its identifier is `<file>-<line>`."""
    with source.open() as stream:
        for number, line in stream_lines(stream, source.place):
            yield TextDocument(source.numbered(number), line)
