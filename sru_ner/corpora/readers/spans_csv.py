"""A table of spans: a row for each mention, with its document's identifier, offsets and type.

    document_id,text,start,end,type
    7,"IL-2 in mice, again",0,4,Gene
    8,No gene here,,,

The text of a document is in its rows (the first is enough), in a file that the rows name, or in the
text file that has the document's identifier as its name (`7.txt`), as in the corpora of ProfNER and
DisTEMIST. A row without start, end and type only says that there is such a document.

Assumptions: offsets are code points, end exclusive unless the option says otherwise. Fields of CSV
may be quoted as in RFC 4180, also with line ends inside them; `tables.py` says how TSV is read. If
there is no column of a default name, another usual name of such a column counts (`begin`, `label`).
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.lines import MARK, decoded
from sru_ner.corpora.readers.marks import mark_incident, mark_shift, moved
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import (
    RawDocument,
    Reading,
    TextOptions,
    empty_file_error,
    read_all,
)
from sru_ner.corpora.readers.tables import Delimiter, find_layout, read_rows
from sru_ner.corpora.readers.text_files import TextFiles
from sru_ner.errors import InputError

SYNONYMS = MappingProxyType(
    {
        "document_id": ("doc_id", "docid", "tweet_id", "filename", "pmid", "id"),
        "start": ("begin", "start_offset", "off0", "start_char"),
        "end": ("end_offset", "stop", "off1", "end_char"),
        "type": ("label", "tag", "class", "entity_type"),
        "quote": ("span", "extraction", "mention", "surface"),
    }
)
"""Default name of a column → other names that are in use, in the order in which they are tried."""

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


@dataclass(frozen=True, slots=True)
class _Row:
    """A mention as its row describes it."""

    line: int
    start: int
    end: int
    type: str
    quote: str | None


@dataclass(slots=True)
class _Draft:
    """The document whose rows are being read."""

    id: str
    line: int
    text: str
    """Text of the document, with a byte order mark if its file has one."""
    rows: list[_Row] = field(default_factory=list)


def names_columns(header: Iterable[str]) -> bool:
    """Tell whether a table's header names the columns of start, end and type of mentions."""
    found = {name.strip().casefold() for name in header}
    needed = ("start", "end", "type")
    return all(found.intersection({name, *SYNONYMS[name]}) for name in needed)


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the tables. Documents have identifiers, so `name` is not used.

    Raises `InputError` if a table is not in its encoding, lacks a column, has a quotation mark that
    is never closed, or has no document.
    """
    texts = TextFiles(path, options.encoding)
    reading = read_all(path, options.members, lambda part: _read(part, texts, options))
    detail = "no row names this text: left out, because nothing says that it was annotated"
    left_out = (Incident("noted", "no_annotations", 1, detail, 0, n) for n in texts.unused())
    return replace(reading, incidents=(*reading.incidents, *left_out))


def _read(part: Part, texts: TextFiles, options: Options) -> Reading:
    content = decoded(part, options.encoding)
    layout = find_layout(_lines(content), options.delimiter)
    incidents: list[Incident] = []
    merged = "its field has further lines, which look like rows: a quotation mark may be missing"
    rows = read_rows(
        _lines(content),
        part.place,
        layout,
        lambda line: incidents.append(Incident("noted", "row_of_several_lines", line, merged, 0)),
    )
    first = next(rows, None) if options.header else None
    columns = _columns(part, first[1] if first else None, options)
    body = list(rows)
    if _quotes_in_text(body, columns, part.name, texts, options):
        columns = replace(columns, text=None, quote=columns.text)
    drafts: dict[str, _Draft] = {}
    for line, row in body:
        try:
            _take_row(line, row, columns, part.name, texts, options, drafts)
        except _RefusedError as error:
            incidents.append(Incident("refused", error.reason, line, error.detail))
    if not drafts:
        raise empty_file_error(
            "document",
            part,
            incidents,
            remedy="check the table, and the columns that `options` of the catalog name",
        )
    documents = [_document(draft, part, incidents) for draft in drafts.values()]
    return Reading(tuple(documents), tuple(incidents))


def _quotes_in_text(
    rows: Iterable[tuple[int, list[str]]],
    columns: _Columns,
    table: str,
    texts: TextFiles,
    options: Options,
) -> bool:
    """Tell whether the column `text` holds the texts of mentions, and files those of documents.

    That is so if each row's text is as long as its mention, and has a file that is longer.
    """
    if columns.text is None or columns.file is not None or columns.quote is not None:
        return False
    found = False
    for _, row in rows:
        start, end, text = (_cell(row, c) for c in (columns.start, columns.end, columns.text))
        if not (_OFFSET.fullmatch(start) and _OFFSET.fullmatch(end)):
            return False
        if len(text) != int(end) + (options.end_is == "inclusive") - int(start):
            return False
        if not found:
            whole = texts.find_document(_cell(row, columns.document_id).strip(), table)
            found = whole is not None and len(whole) > len(text)
            if not found:
                return False
    return found


def _lines(content: str) -> Iterator[str]:
    return iter(io.StringIO(content, newline="\n"))


def _document(draft: _Draft, part: Part, incidents: list[Incident]) -> RawDocument:
    text = draft.text.removeprefix(MARK)
    quoted = (([(row.start, row.end)], row.quote) for row in draft.rows)
    shift = mark_shift(draft.text, quoted)
    if text != draft.text:
        incidents.append(mark_incident(shift, part.name))
    mentions = (
        place_mention(
            text,
            moved([(row.start, row.end)], shift) if shift else [(row.start, row.end)],
            type_=row.type,
            line=row.line,
            quoted=row.quote,
        )
        for row in draft.rows
    )
    return RawDocument(draft.id, text, tuple(mentions), draft.line)


def _columns(part: Part, header: list[str] | None, options: Options) -> _Columns:
    names = {} if header is None else {name.strip(): i for i, name in enumerate(header)}
    folded = {name.casefold(): i for name, i in names.items()}

    def find(key: str) -> int | None:
        column = getattr(options, key)
        if isinstance(column, int) or column in names:
            return column if isinstance(column, int) else names[column]
        if key in options.model_fields_set:
            return None
        usual = (column, *SYNONYMS.get(key, ()))
        return next((folded[name] for name in usual if name in folded), None)

    def need(key: str) -> int:
        found = find(key)
        if found is None:
            listed = ", ".join(names) if names else "none, because `header` is false"
            raise InputError(
                f"there is no column {getattr(options, key)!r}; the header names: {listed}",
                path=part.place,
                line=1,
                remedy="name the columns in `options` of the catalog, and check `delimiter`",
            )
        return found

    return _Columns(
        document_id=need("document_id"),
        start=need("start"),
        end=need("end"),
        type=need("type"),
        text=need("text") if "text" in options.model_fields_set else find("text"),
        file=need("file") if "file" in options.model_fields_set else find("file"),
        quote=find("quote"),
    )


def _take_row(
    line: int,
    row: list[str],
    columns: _Columns,
    table: str,
    texts: TextFiles,
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
    text = _cell(row, columns.text) or texts.find(_cell(row, columns.file), table)
    if text is None and columns.text is None and columns.file is None:
        text = texts.find_document(name, table)
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
    stop = int(end) + (options.end_is == "inclusive")
    draft.rows.append(_Row(line, int(start), stop, type_, _cell(row, columns.quote) or None))


def _cell(row: list[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""
