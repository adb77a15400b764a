"""Reads plain text: each line is a document, or each file."""

from collections.abc import Iterator
from pathlib import Path

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.source import ENCODING, InputOptions, Source
from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import OnIncident
from sru_ner.corpora.readers.lines import with_mark


def read(source: Source, options: InputOptions, on_incident: OnIncident) -> Iterator[TextDocument]:
    """Yield a document for each line, also for an empty one; its identifier is `<file>-<line>`.

    If the unit is a file, yield one document: the whole file, with its line ends and, if it begins
    with one, its byte order mark, so that offsets fit the file. Its identifier is the file's name
    with its folders. Raises `InputError` for a file in another encoding.
    """
    with source.open() as stream:
        if options.unit == "file":
            part = Part(Path(source.place), "", stream.read())
            yield TextDocument(source.base, with_mark(part, options.encoding, ENCODING))
            return
        for number, line in source.lines(stream, options):
            yield TextDocument(source.numbered(number), line)
