"""Reads CSV and TSV with a header: each row is a document."""

import io
from collections.abc import Iterator

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.jsonl import to_document
from sru_ner.annotation.inputs.source import PACKED, Columns, Source
from sru_ner.corpora.incidents import Incident, OnIncident
from sru_ner.corpora.readers.raw import MalformedError
from sru_ner.corpora.readers.spans_csv import Delimiter, read_rows
from sru_ner.errors import InputError


def read(source: Source, columns: Columns, on_incident: OnIncident) -> Iterator[TextDocument]:
    """Yield a document for each row; report a row that does not fit the header or has no text.

    Raises `InputError` for a header without a column that is named, and for a quotation mark that
    is never closed.
    """
    with source.open() as stream:
        lines = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        try:
            name = source.name.lower().removesuffix(PACKED)
            # A header of one column does not show the delimiter.
            delimiter: Delimiter = "tab" if name.endswith(".tsv") else "most_frequent"
            rows = read_rows(lines, source.place, delimiter)
            header = [name.strip() for name in next(rows, (1, []))[1]]
            check_columns(header, columns, source.place)
            file = source.place
            for number, (line, row) in enumerate(rows, start=1):
                if len(row) != len(header):
                    reason = "rows unlike the header left out"
                    detail = f"{len(row)} fields, the header has {len(header)}"
                    on_incident(Incident("refused", reason, line, detail, file=file))
                    continue
                record = dict(zip(header, row, strict=True))
                try:
                    yield to_document(record, columns, source.numbered(number))
                except MalformedError as error:
                    reason = "rows without a text left out"
                    on_incident(Incident("refused", reason, line, str(error), file=file))
        except UnicodeDecodeError as error:
            raise InputError(
                f"the file is not UTF-8 (byte 0x{error.object[error.start]:02x})",
                path=source.place,
                remedy="convert the file to UTF-8",
            ) from None
        finally:
            lines.detach()


def check_columns(names: list[str], columns: Columns, place: str) -> None:
    """Raise `InputError` if the text's column, or a column that the user names, is missing."""
    for name in filter(None, (columns.text, columns.id)):
        if name not in names:
            raise InputError(
                f"there is no column {name!r}; the columns are: {', '.join(names) or 'none'}",
                path=place,
                remedy="name the columns with --text-column and --id-column",
            )
