"""Read annotated files for scoring: documents with mentions, in any format that has a reader.

Files of mentions without texts, which the readers of corpora do not allow, are read as well.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sru_ner.corpora.detect import choose_format
from sru_ner.corpora.incidents import Incident, Outcome
from sru_ner.corpora.readers import read_file
from sru_ner.corpora.readers.lines import MARK
from sru_ner.corpora.readers.marks import moved
from sru_ner.corpora.readers.raw import RawDocument, RawMention, Reading
from sru_ner.errors import InputError
from sru_ner.predictions.bare_files import read_bare_pubtator, read_bare_table
from sru_ner.predictions.span_scores import Span, read_scores

UNNAMED = "document"
"""Name of documents without an identifier, before their number. It is the same in all files, so
documents with the same number are paired."""


@dataclass(frozen=True, slots=True)
class Annotations:
    """Documents and mentions of a file, folder or archive."""

    path: Path
    reader: str
    documents: Mapping[str, RawDocument]
    """Documents by identifier, in the order of the file."""
    has_text: bool = True
    """Whether the file has the texts of its documents; if not, they are empty or from elsewhere."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Number of mentions that could not be read, by reason."""
    scores: Mapping[Span, float] = field(default_factory=dict)
    """Scores of the mentions that have one."""

    def place(self, document: RawDocument, line: int | None = None) -> str:
        """Return the place of a document, or of another line of its file: `<file>:<line>`."""
        path = self.path / document.part if document.part else self.path
        return f"{path}:{line or document.line}"

    def incident(
        self, outcome: Outcome, reason: str, document: RawDocument, line: int | None = None
    ) -> Incident:
        """Return an incident at a document's first line, or at another line of its file."""
        place = line or document.line
        return Incident(outcome, reason, place, part=document.part, file=str(self.path))

    def score(self, document: RawDocument, mention: RawMention) -> float | None:
        """Return the score of a mention, or None where the file gives none."""
        return self.scores.get(_span(document, mention))

    @property
    def types(self) -> Counter[str]:
        """Number of mentions by the file's own types."""
        return Counter(m.type for d in self.documents.values() for m in d.mentions)


def _span(document: RawDocument, mention: RawMention) -> Span:
    return document.part, mention.line, mention.start, mention.end, mention.type


def read_annotations(
    path: Path,
    *,
    reader: str | None = None,
    options: Mapping[str, Any] | None = None,
    named_by: str = "reader",
) -> Annotations:
    """Read a file, folder or archive; its format is detected if no reader is named.

    `named_by` is what a user names the reader with, for messages. Raises `InputError` if it cannot
    be read, has no known format, or has two documents of the same name with different texts.
    Raises `UnknownNameError` for a reader that does not exist.
    """
    if reader in (None, "pubtator") and not options:
        bare = read_bare_pubtator(path)
        if bare is not None:
            return _annotations(path, "pubtator", bare, has_text=False)
    format_ = choose_format(path, reader, options or {}, named_by=named_by)
    if format_.reader == "spans_csv" and not format_.options:
        bare = read_bare_table(path)
        if bare is not None:
            return _annotations(path, "spans_csv", bare, has_text=False)
    reading = read_file(format_.reader, path, name=UNNAMED, options=format_.options)
    found = _annotations(path, format_.reader, reading)
    return _without_marks(replace(found, scores=read_scores(path, format_)))


def _without_marks(found: Annotations) -> Annotations:
    """Take the byte order mark from texts that begin with one, and move their mentions.

    Programs that read the same text file may keep the mark or not, and their offsets differ by one.
    """
    documents = dict(found.documents)
    before: set[Span] = set()
    after: dict[Span, float] = {}
    for name, document in found.documents.items():
        if not document.text.startswith(MARK):
            continue
        mentions = tuple(_behind_mark(mention) for mention in document.mentions)
        for old, new in zip(document.mentions, mentions, strict=True):
            score = found.score(document, old)
            if score is not None:
                before.add(_span(document, old))
                after[_span(document, new)] = score
        documents[name] = replace(document, text=document.text[1:], mentions=mentions)
    scores = {span: score for span, score in found.scores.items() if span not in before}
    return replace(found, documents=documents, scores={**scores, **after})


def _behind_mark(mention: RawMention) -> RawMention:
    fragments = [(mention.start, mention.end), *mention.fragments]
    (start, end), *others = moved(fragments, 1)
    text = mention.text.removeprefix(MARK)
    return replace(mention, start=start, end=end, text=text, fragments=tuple(others))


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
                f"a second document {document.id} has another text than the one in line"
                f" {first.line}",
                path=path / document.part if document.part else path,
                line=document.line,
                remedy="give each document a different name",
            )
        else:
            merged = first.mentions + document.mentions
            documents[document.id] = replace(first, mentions=merged)
    return Annotations(path, reader, documents, has_text, dict(refused))
