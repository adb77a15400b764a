"""Reads JSON Lines, an object on each line with the text of a document under one key.

A file may also be one JSON value instead: such an object, or an array of objects or of texts.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.source import IDENTIFIERS, InputOptions, Source
from sru_ner.corpora.incidents import Incident, OnIncident
from sru_ner.corpora.readers.json_values import kind_of
from sru_ner.corpora.readers.jsonl import read_record
from sru_ner.corpora.readers.raw import MalformedError
from sru_ner.corpora.readers.records import parse_record


def read(source: Source, options: InputOptions, on_incident: OnIncident) -> Iterator[TextDocument]:
    """Yield a document for each object; report a line that is no object or has no text.

    Lines are read one by one, one JSON value as a whole.
    """
    with source.open() as stream:
        lines: Iterator[tuple[int, str]] = (
            (n, line) for n, line in source.lines(stream, options) if line.strip()
        )
        first = next(lines, None)
        if first is None:
            return
        if not _is_record(first[1]):
            rest = list(lines)
            values = _array("\n".join(line for _, line in (first, *rest)))
            if values is not None:
                yield from _elements(values, source, options, on_incident)
                return
            lines = iter(rest)
        for number, line in chain([first], lines):
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


def _is_record(line: str) -> bool:
    try:
        return isinstance(parse_record(line), dict)
    except MalformedError:
        return False


def _array(text: str) -> list[Any] | None:
    """Return the elements of a JSON array, or a JSON object as the only one; None for others."""
    try:
        value = parse_record(text)
    except MalformedError:
        return None
    if isinstance(value, dict):
        return [value]
    return value if isinstance(value, list) else None


def _elements(
    values: list[Any], source: Source, options: InputOptions, on_incident: OnIncident
) -> Iterator[TextDocument]:
    for number, value in enumerate(values, 1):
        record = {options.text: value} if isinstance(value, str) else value
        try:
            if not isinstance(record, dict):
                raise MalformedError(f"neither a JSON object nor a text but {kind_of(value)}")
            yield to_document(record, options, source.numbered(number))
        except MalformedError as error:
            reason, place = "elements without a text left out", f"{source.place}, element {number}"
            on_incident(Incident("refused", reason, detail=str(error), file=place))
