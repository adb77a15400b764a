"""Reads JSON Lines: an object on each line, with the text of a document under one key."""

from collections.abc import Iterator
from typing import Any

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.source import IDENTIFIERS, InputOptions, Source
from sru_ner.corpora.incidents import Incident, OnIncident
from sru_ner.corpora.readers.jsonl import read_record
from sru_ner.corpora.readers.raw import MalformedError


def read(source: Source, options: InputOptions, on_incident: OnIncident) -> Iterator[TextDocument]:
    """Yield a document for each object; report a line that is no object or has no text."""
    with source.open() as stream:
        for number, line in source.lines(stream, options):
            if not line.strip():
                continue
            try:
                yield to_document(read_record(line), options, source.numbered(number))
            except MalformedError as error:
                reason, detail = "lines without a text left out", str(error)
                on_incident(Incident("refused", reason, number, detail, file=source.place))


def to_document(record: dict[str, Any], options: InputOptions, unnamed: str) -> TextDocument:
    """Make a document from a record, which loses its text and its identifier.

    unnamed: identifier of the document if the record has none. Raises `MalformedError` for a record
    without a text.
    """
    text = record.pop(options.text, None)
    if not isinstance(text, str):
        raise MalformedError(f"there is no string under the key {options.text!r}")
    key = options.id or next((name for name in IDENTIFIERS if name in record), "")
    identifier = record.pop(key, None)
    named = identifier is not None and str(identifier).strip()
    return TextDocument(str(identifier).strip() if named else unnamed, text, fields=record)
