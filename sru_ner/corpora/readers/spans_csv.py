"""A table of spans: one row a mention, with its document's identifier, offsets and type.

    document_id,text,start,end,type
    7,"IL-2 in mice, again",0,4,Gene
    8,No gene here,,,

The text of a document stands in its rows (the first is enough), or in a file that they name, beside
the table. A row without start, end and type only says that there is such a document.

Assumptions: offsets are code points, end exclusive unless the option says otherwise. Fields may be
quoted as in RFC 4180, line ends inside them included.
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
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import (
    Encoding,
    PartOptions,
    RawDocument,
    RawMention,
    Reading,
    decoded,
    nothing_to_read,
    read_all,
)
from sru_ner.errors import InputError

MAX_FIELD = 2**27
"""Code points in one field: a text may be that long, the library's own limit is too low."""

Delimiter = Literal["comma", "semicolon", "tab", "most_frequent"]

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_NONE = "\x1f"
"""Stands between no fields: taken for a table of one column, whose lines may hold all of those."""
_OFFSET = re.compile(r"-?[0-9]{1,9}", re.ASCII)


class Options(PartOptions):
    """How the table is laid out; a column is given by its name in the header or its number."""

    members: str = "*.[ct]sv"
    """Which files of a folder or archive are tables."""
    delimiter: Delimiter = "most_frequent"
    """What stands between fields; `most_frequent`: the one the first line has most of, if any."""
    header: bool = True
    """Whether the first row names the columns; otherwise they are numbers, from 0."""
    document_id: str | int = "document_id"
    """Column of the document's identifier."""
    text: str | int = "text"
    """Column of the document's text."""
    file: str | int = "file"
    """Column of the file that holds the text, relative to the table, where there is no text."""
    start: str | int = "start"
    """Column of the mention's start."""
    end: str | int = "end"
    """Column of its end."""
    end_is: Literal["exclusive", "inclusive"] = "exclusive"
    """Whether the end is the offset after the last character, or its own."""
    type: str | int = "type"
    """Column of its type."""
    quote: str | int = "quote"
    """Column of what stands there, which need not exist."""
    encoding: Encoding = "utf-8"
    """Encoding of the table and of the texts."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Indices of columns; None where the table has no such column."""

    document_id: int
    start: int
    end: int
    type: int
    text: int | None
    file: int | None
    quote: int | None


class _RefusedError(Exception):
    """Why a row is not taken."""

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
    """Read the tables; documents have identifiers of their own, so `name` is not needed.

    Raises `InputError` where a table is not in its encoding, lacks a column, has a quotation mark
    that is never closed, or has no document.
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
        raise nothing_to_read(
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
    """Yield (line on which it begins, fields) of each row that is not blank.

    lines: with their ends. Raises `InputError`, which calls the file `place`, where a quotation
    mark is never closed.
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
                f"no table from here on ({error})",
                path=place,
                line=line,
                remedy="look for a quotation mark without its second, and check `delimiter`",
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
            listed = ", ".join(names) if names else "none, since `header` is false"
            raise InputError(
                f"no column {column!r}; the header names: {listed}",
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
    """Take a row into its document; raises `_RefusedError` where that cannot be done."""
    needed = 1 + max(columns.document_id, columns.start, columns.end, columns.type)
    if len(row) < needed:
        raise _RefusedError("malformed_line", f"{len(row)} fields, not {needed} or more")
    name = row[columns.document_id].strip()
    if not name:
        raise _RefusedError("malformed_line", "no document's identifier in this row")
    text = _cell(row, columns.text) or texts.find(_cell(row, columns.file))
    if name not in drafts:
        if not text:
            raise _RefusedError("no_text", f"neither a text nor a file that is there for {name}")
        drafts[name] = _Draft(name, line, text)
    draft = drafts[name]
    if text and text != draft.text:
        raise _RefusedError("another_text", f"another text for {name} than in line {draft.line}")
    start, end, type_ = (row[i].strip() for i in (columns.start, columns.end, columns.type))
    if not (start or end or type_):
        return
    if not (_OFFSET.fullmatch(start) and _OFFSET.fullmatch(end) and type_):
        raise _RefusedError("malformed_line", "no numbers for start and end, or no type")
    place = int(start), int(end) + (options.end_is == "inclusive")
    quoted = _cell(row, columns.quote) or None
    draft.mentions.append(place_mention(draft.text, [place], type_=type_, line=line, quoted=quoted))


def _cell(row: list[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


class _Texts:
    """The texts in the files that a table names, which lie in its folder or below."""

    def __init__(self, table: Part, encoding: Encoding) -> None:
        self._table, self._encoding = table, encoding
        self._parts: dict[str, Part] | None = None
        self._found: dict[str, str] = {}

    def find(self, file: str) -> str:
        """The text of a file; empty where there is none, or its name leads elsewhere."""
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
        except OSError:  # a name that is too long for one
            inside = False
        return next(read_parts(path)) if inside else None
