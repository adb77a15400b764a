"""Reads BioC XML, with one document in memory at a time, and BioC JSON, all at once."""

from collections.abc import Iterator
from pathlib import Path

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.corpus_documents import to_documents
from sru_ner.annotation.inputs.source import InputOptions, Source
from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import OnIncident
from sru_ner.corpora.readers import bioc_json, bioc_xml


def read_xml(
    source: Source, options: InputOptions, on_incident: OnIncident
) -> Iterator[TextDocument]:
    """Yield the documents; report one that cannot be read."""
    with source.open() as stream:
        found = bioc_xml.read_documents(stream, source.place, bioc_xml.Options())
        yield from to_documents(found, source, on_incident)


def read_json(
    source: Source, options: InputOptions, on_incident: OnIncident
) -> Iterator[TextDocument]:
    """Yield the documents; report one that cannot be read."""
    with source.open() as stream:
        part = Part(Path(source.place), "", stream.read())
    found = bioc_json.read_documents(part, bioc_json.Options(encoding=options.encoding))
    yield from to_documents(found, source, on_incident)
