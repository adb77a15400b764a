"""Read files that list mentions without the texts of the documents, which corpora always have.

Two layouts are known:

- a table of spans whose header has `document_id`, `start`, `end` and `type`, and no text;
- the mention lines of PubTator without title lines, as BERN2 and others export them.

Assumptions: offsets are code points of a text that both sides know, end exclusive. Texts are empty
here; `missing_texts.with_texts` takes them from the other side.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from sru_ner.corpora.archives import Part, read_parts
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers import pubtator
from sru_ner.corpora.readers.lines import decoded, numbered_lines
from sru_ner.corpora.readers.raw import RawDocument, RawMention, Reading, read_all, separate
from sru_ner.errors import InputError

_NEEDED = ("document_id", "start", "end", "type")
_TEXTS = ("text", "file")
_MENTION = re.compile(r"[^|\t]+\t[0-9]+\t[0-9]+\t[^\t]*\t[^\t]*[^\t\s][^\t]*(\t.*)?")
_TITLE = re.compile(r"[^|\t]+\|t\|")


def read_bare_pubtator(path: Path) -> Reading | None:
    """Read the mention lines of PubTator files; return None if these have titles or other lines.

    A file counts if its first line is a mention and none is a title. Mentions keep the text that
    they quote. Raises `InputError` if a file cannot be read.
    """
    for part in read_parts(path):
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

    Raises `InputError` for a row whose offsets or type cannot be used.
    """
    documents: list[RawDocument] = []
    for part in read_parts(path):
        content = decoded(part)
        delimiter = max(",;\t", key=content.split("\n", 1)[0].count)
        rows = csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter)
        names = [name.strip() for name in rows.fieldnames or ()]
        rows.fieldnames = names
        if not set(_NEEDED) <= set(names) or set(_TEXTS) & set(names):
            return None
        documents += _table_documents(rows, part.place, part.name)
    return Reading(tuple(documents), tuple[Incident, ...]())


def _table_documents(rows: "csv.DictReader[str]", place: str, part: str) -> Iterable[RawDocument]:
    found: dict[str, tuple[int, list[RawMention]]] = {}
    for row in rows:
        line = rows.line_num
        cells = {name: (row[name] or "").strip() for name in _NEEDED}
        _, mentions = found.setdefault(cells["document_id"], (line, []))
        if not (cells["start"] or cells["end"] or cells["type"]):
            continue
        try:
            start, end = int(cells["start"]), int(cells["end"])
        except ValueError:
            start = end = 0
        if not (0 <= start < end and cells["type"] and cells["document_id"]):
            raise InputError(
                "this row has no document, no type, or no start that is less than its end",
                path=place,
                line=line,
                remedy="correct the row; offsets count characters from 0, the end is exclusive",
            )
        mentions.append(RawMention(start, end, row.get("quote") or "", cells["type"], line))
    return [
        RawDocument(name, "", tuple(mentions), line, part=part)
        for name, (line, mentions) in found.items()
    ]
