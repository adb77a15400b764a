"""Annotated files as they are scored: documents with mentions, of any format that has a reader.

A table of spans may do without texts, which the readers of corpora do not allow: a mention then
is where it says it is, and nothing can be checked.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sru_ner.corpora.archives import read_parts
from sru_ner.corpora.detect import choose_format
from sru_ner.corpora.incidents import Incident, Outcome
from sru_ner.corpora.readers import read_file
from sru_ner.corpora.readers.raw import RawDocument, RawMention, Reading, decoded
from sru_ner.errors import InputError
from sru_ner.predictions.span_scores import Span, read_scores

UNNAMED = "document"
"""What documents without an identifier are called after: the same in all files, so that they find
each other by their number."""

_NEEDED = ("document_id", "start", "end", "type")
_TEXTS = ("text", "file")


@dataclass(frozen=True, slots=True)
class Annotations:
    """What a file, folder or archive says."""

    path: Path
    reader: str
    documents: Mapping[str, RawDocument]
    """By identifier, in file order."""
    has_text: bool = True
    """Whether the documents' texts are known; without, they are empty."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Mentions that could not be read, by reason."""
    scores: Mapping[Span, float] = field(default_factory=dict)
    """Of the mentions that have one."""

    def place(self, document: RawDocument, line: int | None = None) -> str:
        """Where a document begins, or another line of its file: `<file>:<line>`."""
        path = self.path / document.part if document.part else self.path
        return f"{path}:{line or document.line}"

    def incident(
        self, outcome: Outcome, reason: str, document: RawDocument, line: int | None = None
    ) -> Incident:
        """Return an incident at a document's first line, or at another line of its file."""
        place = line or document.line
        return Incident(outcome, reason, place, part=document.part, file=str(self.path))

    def score(self, document: RawDocument, mention: RawMention) -> float | None:
        """The score of a mention, None where the file gives none."""
        span = (document.part, mention.line, mention.start, mention.end, mention.type)
        return self.scores.get(span)

    @property
    def types(self) -> Counter[str]:
        """Mentions by the file's own types."""
        return Counter(m.type for d in self.documents.values() for m in d.mentions)


def read_annotations(
    path: Path, *, reader: str | None = None, options: Mapping[str, Any] | None = None
) -> Annotations:
    """Read a file, folder or archive; its format is detected where no reader is named.

    Raises `InputError` where it is in no known format, cannot be read, or has two documents of
    one name with different texts; `UnknownNameError` for a reader that does not exist.
    """
    format_ = choose_format(path, reader, options or {})
    if format_.reader == "spans_csv" and not format_.options:
        bare = _read_bare_table(path)
        if bare is not None:
            return bare
    reading = read_file(format_.reader, path, name=UNNAMED, options=format_.options)
    found = _annotations(path, format_.reader, reading)
    return replace(found, scores=read_scores(path, format_))


def _annotations(
    path: Path, reader: str, reading: Reading, *, has_text: bool = True
) -> Annotations:
    refused: Counter[str] = Counter()
    for incident in reading.incidents:
        if incident.outcome == "refused":
            refused[incident.reason] += incident.mentions
    documents: dict[str, RawDocument] = {}
    for document in reading.documents:
        first = documents.get(document.id)
        if first is None:
            documents[document.id] = document
        elif first.text != document.text:
            raise InputError(
                f"a second document {document.id} with another text than in line {first.line}",
                path=path / document.part if document.part else path,
                line=document.line,
                remedy="give the documents names of their own",
            )
        else:
            merged = first.mentions + document.mentions
            documents[document.id] = replace(first, mentions=merged)
    return Annotations(path, reader, documents, has_text, dict(refused))


def _read_bare_table(path: Path) -> Annotations | None:
    """A table of spans without texts; None where it has them, or is no such table."""
    documents: list[RawDocument] = []
    for part in read_parts(path):
        content = decoded(part)
        delimiter = max(",;\t", key=content.split("\n", 1)[0].count)
        rows = csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter)
        names = [name.strip() for name in rows.fieldnames or ()]
        rows.fieldnames = names
        if not set(_NEEDED) <= set(names) or set(_TEXTS) & set(names):
            return None
        documents += _bare_documents(rows, part.place, part.name)
    return _annotations(path, "spans_csv", Reading(tuple(documents), ()), has_text=False)


def _bare_documents(rows: "csv.DictReader[str]", place: str, part: str) -> Iterable[RawDocument]:
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
                "no document, no type, or no start that is less than the end",
                path=place,
                line=line,
                remedy="mend the row; offsets are characters from 0 on, the end is exclusive",
            )
        mentions.append(RawMention(start, end, row.get("quote") or "", cells["type"], line))
    return [
        RawDocument(name, "", tuple(mentions), line, part=part)
        for name, (line, mentions) in found.items()
    ]
