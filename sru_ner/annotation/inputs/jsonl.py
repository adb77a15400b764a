"""Reads JSON Lines: an object on each line, with the text of a document under one key."""

from collections.abc import Iterator
from typing import Any

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.source import IDENTIFIERS, Columns, Source
from sru_ner.corpora.incidents import Incident, OnIncident
from sru_ner.corpora.readers.jsonl import read_record
from sru_ner.corpora.readers.lines import stream_lines
from sru_ner.corpora.readers.raw import MalformedError


def read(source: Source, columns: Columns, on_incident: OnIncident) -> Iterator[TextDocument]:
    """Yield a document for each object; report a line that is no object or has no text."""
    with source.open() as stream:
        for number, line in stream_lines(stream, source.place):
            if not line.strip():
                continue
            try:
                yield to_document(read_record(line), columns, source.numbered(number))
            except MalformedError as error:
                reason, detail = "lines without a text left out", str(error)
                on_incident(Incident("refused", reason, number, detail, file=source.place))


def to_document(record: dict[str, Any], columns: Columns, unnamed: str) -> TextDocument:
    """Make a document from a record, which loses its text and its identifier.

    unnamed: identifier of the document if the record has none. Raises `MalformedError` for a record
    without a text.
    """
    text = record.pop(columns.text, None)
    if not isinstance(text, str):
        raise MalformedError(f"there is no string under the key {columns.text!r}")
    key = columns.id or next((name for name in IDENTIFIERS if name in record), "")
    identifier = record.pop(key, None)
    named = identifier is not None and str(identifier).strip()
    return TextDocument(str(identifier).strip() if named else unnamed, text, fields=record)
