"""Reads CSV and TSV with a header: each row is a document."""

from collections.abc import Iterator
from itertools import chain

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.jsonl import to_document
from sru_ner.annotation.inputs.source import PACKED, InputOptions, Source
from sru_ner.corpora.incidents import Incident, OnIncident
from sru_ner.corpora.readers.raw import MalformedError
from sru_ner.corpora.readers.tables import Delimiter, Layout, find_layout, read_rows
from sru_ner.errors import InputError


def read(source: Source, options: InputOptions, on_incident: OnIncident) -> Iterator[TextDocument]:
    """Yield a document for each row; report a row that does not fit the header or has no text.

    Raises `InputError` for a header without a column that is named, and for a quotation mark that
    is never closed.
    """
    layout = _layout(source, options)
    merged = "rows of several lines that look like rows themselves: a quotation mark may be missing"
    with source.open() as stream:
        lines = source.whole_lines(stream, options)
        if layout is None:
            first = next(lines, "")
            layout = find_layout([first], whole=False)
            lines = chain([first], lines)
        file = source.place
        rows = read_rows(
            lines,
            file,
            layout,
            lambda line: on_incident(Incident("noted", merged, line, file=file)),
        )
        header = [name.strip() for name in next(rows, (1, []))[1]]
        check_columns(header, options, file)
        for number, (line, row) in enumerate(rows, start=1):
            if len(row) != len(header):
                reason = "rows unlike the header left out"
                detail = f"{len(row)} fields, the header has {len(header)}"
                on_incident(Incident("refused", reason, line, detail, file=file))
                continue
            record = dict(zip(header, row, strict=True))
            try:
                yield to_document(record, options, source.numbered(number))
            except MalformedError as error:
                reason = "rows without a text left out"
                on_incident(Incident("refused", reason, line, str(error), file=file))


def _layout(source: Source, options: InputOptions) -> Layout | None:
    """Look at all lines of a file; return None for standard input, which can be read once."""
    if source.path is None:
        return None
    name = source.name.lower().removesuffix(PACKED)
    # A header of one column does not show the delimiter.
    delimiter: Delimiter = "tab" if name.endswith(".tsv") else "most_frequent"
    with source.open() as stream:
        return find_layout(source.whole_lines(stream, options), delimiter)


def check_columns(names: list[str], options: InputOptions, place: str) -> None:
    """Raise `InputError` if the text's column, or a column that the user names, is missing."""
    for name in filter(None, (options.text, options.id)):
        if name not in names:
            raise InputError(
                f"there is no column {name!r}; the columns are: {', '.join(names) or 'none'}",
                path=place,
                remedy="name the columns with --text-column and --id-column",
            )
