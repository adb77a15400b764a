"""A table of spans: a row for each mention, with its document's identifier, offsets and type.

    document_id,text,start,end,type
    7,"IL-2 in mice, again",0,4,Gene
    8,No gene here,,,

The text of a document is in its rows (the first is enough), or in a file next to the table that the
rows name. A row without start, end and type only says that there is such a document.

Assumptions: offsets are code points, end exclusive unless the option says otherwise. Fields may be
quoted as in RFC 4180, also with line ends inside them.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Literal

from sru_ner.corpora.archives import Part, read_parts
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.lines import Encoding, decoded
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import (
    RawDocument,
    RawMention,
    Reading,
    TextOptions,
    empty_file_error,
    read_all,
)
from sru_ner.errors import InputError

MAX_FIELD = 2**27
"""Largest length of a field in code points. The limit of the library is too low for texts."""

Delimiter = Literal["comma", "semicolon", "tab", "most_frequent"]

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_NONE = "\x1f"
"""Delimiter that occurs in no file, for a table of one column with any of the others."""
_OFFSET = re.compile(r"-?[0-9]{1,9}", re.ASCII)


class Options(TextOptions):
    """Options for the columns of the table. A column is its name in the header, or its number."""

    members: str = "*.[ct]sv"
    """Glob for the files of a folder or archive that are tables."""
    delimiter: Delimiter = "most_frequent"
    """Delimiter of fields; `most_frequent` is the most frequent one in the first line, if any."""
    header: bool = True
    """Whether the first row names the columns; otherwise columns are numbers from 0."""
    document_id: str | int = "document_id"
    """Column of the document's identifier."""
    text: str | int = "text"
    """Column of the document's text."""
    file: str | int = "file"
    """Column with the name of the text's file, relative to the table, if there is no text."""
    start: str | int = "start"
    """Column of the mention's start."""
    end: str | int = "end"
    """Column of the mention's end."""
    end_is: Literal["exclusive", "inclusive"] = "exclusive"
    """Whether the end is the offset after the last character, or of the last character."""
    type: str | int = "type"
    """Column of the mention's type."""
    quote: str | int = "quote"
    """Column of the mention's text, which may be missing."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Indices of columns; None if the table has no such column."""

    document_id: int
    start: int
    end: int
    type: int
    text: int | None
    file: int | None
    quote: int | None


class _RefusedError(Exception):
    """A row that is refused, with the reason."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


@dataclass(slots=True)
class _Draft:
    """The document whose rows are being read."""

    id: str
    line: int
    text: str
    mentions: list[RawMention] = field(default_factory=list)


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the tables. Documents have identifiers, so `name` is not used.

    Raises `InputError` if a table is not in its encoding, lacks a column, has a quotation mark that
    is never closed, or has no document.
    """
    return read_all(path, options.members, lambda part: _read(part, options))


def _read(part: Part, options: Options) -> Reading:
    lines = io.StringIO(decoded(part, options.encoding), newline="")
    rows = read_rows(lines, part.place, options.delimiter)
    first = next(rows, None) if options.header else None
    columns = _columns(part, first[1] if first else None, options)
    texts = _Texts(part, options.encoding)
    drafts: dict[str, _Draft] = {}
    incidents: list[Incident] = []
    for line, row in rows:
        try:
            _take_row(line, row, columns, texts, options, drafts)
        except _RefusedError as error:
            incidents.append(Incident("refused", error.reason, line, error.detail))
    if not drafts:
        raise empty_file_error(
            "document",
            part,
            incidents,
            remedy="check the table, and the columns that `options` of the catalog name",
        )
    documents = (RawDocument(d.id, d.text, tuple(d.mentions), d.line) for d in drafts.values())
    return Reading(tuple(documents), tuple(incidents))


def read_rows(
    lines: Iterable[str], place: str, delimiter: Delimiter = "most_frequent"
) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of the first line, fields) of each row that is not blank.

    lines: lines with their ends. place: name of the file in error messages. Raises `InputError` if
    a quotation mark is never closed.
    """
    lines = iter(lines)
    first = next(lines, "")
    between = _DELIMITERS.get(delimiter) or _most_frequent(first)
    reader = csv.reader(chain([first], lines), delimiter=between, strict=True)
    line = 1
    with _long_fields():
        try:
            for row in reader:
                if any(row):
                    yield line, row
                line = reader.line_num + 1
        except csv.Error as error:
            raise InputError(
                f"the table cannot be read from here on ({error})",
                path=place,
                line=line,
                remedy="look for a quotation mark that is never closed, and check `delimiter`",
            ) from None


def _most_frequent(first: str) -> str:
    found = max(_DELIMITERS.values(), key=first.count)
    return found if found in first or not first.strip() else _NONE


@contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(MAX_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _columns(part: Part, header: list[str] | None, options: Options) -> _Columns:
    names = {} if header is None else {name.strip(): i for i, name in enumerate(header)}

    def find(column: str | int) -> int | None:
        return column if isinstance(column, int) else names.get(column)

    def need(column: str | int) -> int:
        found = find(column)
        if found is None:
            listed = ", ".join(names) if names else "none, because `header` is false"
            raise InputError(
                f"there is no column {column!r}; the header names: {listed}",
                path=part.place,
                line=1,
                remedy="name the columns in `options` of the catalog, and check `delimiter`",
            )
        return found

    text, file = find(options.text), find(options.file)
    return _Columns(
        document_id=need(options.document_id),
        start=need(options.start),
        end=need(options.end),
        type=need(options.type),
        text=need(options.text) if file is None else text,
        file=file,
        quote=find(options.quote),
    )


def _take_row(
    line: int,
    row: list[str],
    columns: _Columns,
    texts: "_Texts",
    options: Options,
    drafts: dict[str, _Draft],
) -> None:
    """Add a row to its document. Raises `_RefusedError` if that is not possible."""
    needed = 1 + max(columns.document_id, columns.start, columns.end, columns.type)
    if len(row) < needed:
        raise _RefusedError("malformed_line", f"{len(row)} fields, not {needed} or more")
    name = row[columns.document_id].strip()
    if not name:
        raise _RefusedError("malformed_line", "the row has no document identifier")
    text = _cell(row, columns.text) or texts.find(_cell(row, columns.file))
    if name not in drafts:
        if not text:
            raise _RefusedError("no_text", f"{name} has neither a text nor an existing file")
        drafts[name] = _Draft(name, line, text)
    draft = drafts[name]
    if text and text != draft.text:
        raise _RefusedError("another_text", f"another text for {name} than in line {draft.line}")
    start, end, type_ = (row[i].strip() for i in (columns.start, columns.end, columns.type))
    if not (start or end or type_):
        return
    if not (_OFFSET.fullmatch(start) and _OFFSET.fullmatch(end) and type_):
        raise _RefusedError("malformed_line", "start or end is no number, or the type is missing")
    place = int(start), int(end) + (options.end_is == "inclusive")
    quoted = _cell(row, columns.quote) or None
    draft.mentions.append(place_mention(draft.text, [place], type_=type_, line=line, quoted=quoted))


def _cell(row: list[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


class _Texts:
    """The texts in the files that a table names, which are in its folder or below."""

    def __init__(self, table: Part, encoding: Encoding) -> None:
        self._table, self._encoding = table, encoding
        self._parts: dict[str, Part] | None = None
        self._found: dict[str, str] = {}

    def find(self, file: str) -> str:
        """Return the text of a file; empty if it does not exist or its name leads elsewhere."""
        name = PurePosixPath(file)
        if not file or name.is_absolute() or ".." in name.parts or not file.isprintable():
            return ""
        if file not in self._found:
            part = self._member(name) if self._table.name else self._neighbour(name)
            self._found[file] = decoded(part, self._encoding) if part else ""
        return self._found[file]

    def _member(self, name: PurePosixPath) -> Part | None:
        if self._parts is None:
            self._parts = {part.name: part for part in read_parts(self._table.path)}
        return self._parts.get(str(PurePosixPath(self._table.name).parent / name))

    def _neighbour(self, name: PurePosixPath) -> Part | None:
        folder = self._table.path.parent
        path = folder / name
        try:
            inside = path.is_file() and path.resolve().is_relative_to(folder.resolve())
        except OSError:  # the name is too long
            inside = False
        return next(read_parts(path)) if inside else None
