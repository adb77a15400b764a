"""Read files that list mentions without the texts of the documents, which corpora always have.

Two layouts are known:

- a table of spans whose header has `document_id`, `start`, `end` and `type` or other names of these
  (`spans_csv.SYNONYMS`), and no text;
- the mention lines of PubTator without title lines, as BERN2 and others export them.

Assumptions: offsets are code points of a text that both sides know, end exclusive. Texts are empty
here; `missing_texts.with_texts` takes them from the other side.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from sru_ner.corpora.archives import Part, read_parts
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers import pubtator, spans_csv
from sru_ner.corpora.readers.lines import decoded, numbered_lines
from sru_ner.corpora.readers.raw import RawDocument, RawMention, Reading, read_all, separate
from sru_ner.corpora.readers.tables import find_layout, read_rows
from sru_ner.errors import InputError

_NEEDED = ("document_id", "start", "end", "type")
_TEXTS = ("text", "file")
_MENTION = re.compile(r"[^|\t]+\t[0-9]+\t[0-9]+\t[^\t]*\t[^\t]*[^\t\s][^\t]*(\t.*)?")
_OFFSET = re.compile(r"[0-9]{1,9}", re.ASCII)
_BEGINNING = re.compile(rb"(\xef\xbb\xbf)?\s*[^|\t\n]+\t[0-9]+\t[0-9]+\t")
_TITLE = re.compile(r"[^|\t]+\|t\|")


def read_bare_pubtator(path: Path) -> Reading | None:
    """Read the mention lines of PubTator files; return None if these have titles or other lines.

    A file counts if its first line is a mention and none is a title. Mentions keep the text that
    they quote. Raises `InputError` if a file cannot be read.
    """
    for part in read_parts(path):
        if not _BEGINNING.match(part.content):
            return None  # perhaps no text at all
        lines = (line for _, line in numbered_lines(part) if line.strip())
        first = next(lines, None)
        if first is None or not _MENTION.fullmatch(first) or any(map(_TITLE.match, lines)):
            return None
    return read_all(path, "*", _read_mention_lines)


def _read_mention_lines(part: Part) -> Reading:
    lines = _with_titles(numbered_lines(part))
    return Reading(*separate(pubtator.read_documents(lines, pubtator.Options())))


def _with_titles(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Put an empty title before the lines of each document, which the reader of PubTator needs."""
    current = None
    for number, line in lines:
        name = line.partition("\t")[0].strip()
        if name and name != current:
            current = name
            yield number, f"{name}|{pubtator.TITLE}|"
        yield number, line


def read_bare_table(path: Path) -> Reading | None:
    """Read a table of spans without texts; return None if it has texts or is no such table.

    Raises `InputError` for a row whose offsets or type cannot be used, or for a quotation mark that
    is never closed.
    """
    documents: list[RawDocument] = []
    for part in read_parts(path):
        lines = list(io.StringIO(decoded(part), newline="\n"))
        rows = read_rows(lines, part.place, find_layout(lines))
        columns = _columns(next(rows, (0, []))[1])
        if columns is None:
            return None
        documents += _table_documents(rows, columns, part)
    return Reading(tuple(documents), tuple[Incident, ...]())


def _columns(header: Sequence[str]) -> dict[str, int] | None:
    """Return the index of each column by its default name; None without one, or with texts."""
    places = {name.strip().casefold(): i for i, name in enumerate(header)}
    found = {}
    for key in (*_NEEDED, "quote"):
        names = (key, *spans_csv.SYNONYMS[key])
        place = next((places[name] for name in names if name in places), None)
        if place is not None:
            found[key] = place
    return found if found.keys() >= set(_NEEDED) and not set(_TEXTS) & set(places) else None


def _table_documents(
    rows: Iterable[tuple[int, Sequence[str]]], columns: Mapping[str, int], part: Part
) -> Iterator[RawDocument]:
    found: dict[str, tuple[int, list[RawMention]]] = {}
    for line, row in rows:
        cells = {key: row[i] if i < len(row) else "" for key, i in columns.items()}
        name, start, end, type_ = (cells[key].strip() for key in _NEEDED)
        _, mentions = found.setdefault(name, (line, []))
        if not (start or end or type_):
            continue
        numbers = all(_OFFSET.fullmatch(offset) for offset in (start, end))
        if not (numbers and int(start) < int(end) and type_ and name):
            raise InputError(
                "this row has no document, no type, or no start that is less than its end",
                path=part.place,
                line=line,
                remedy="correct the row; offsets count characters from 0, the end is exclusive",
            )
        mentions.append(RawMention(int(start), int(end), cells.get("quote", ""), type_, line))
    for name, (line, mentions) in found.items():
        yield RawDocument(name, "", tuple(mentions), line, part=part.name)
