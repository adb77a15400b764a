"""IOB columns: a word and its tag on each line, a blank line after each sentence (CoNLL 2002/2003).

`iob_lines.py` describes the lines, and `tags.py` the tags. What begins a document is said by the
option `documents`. Without it, each line with the document marker begins one, unless there is a
single such line, at the top of the only file: it does not say which sentences belong together. Then
and in files without markers, each sentence is a document of its own.

The file has no raw text: a document's text is its words joined by one space. If there are offset
columns, the words of a sentence have the distance that these say, filled with spaces. Sentences are
one space apart, so it does not matter where their offsets count from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Literal, Self

from pydantic import model_validator

from sru_ner.corpora.archives import Part, read_parts
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.iob_lines import LineOptions, Sentence, read_sentences
from sru_ner.corpora.readers.lines import numbered_lines
from sru_ner.corpora.readers.raw import (
    RawDocument,
    RawMention,
    RawSentence,
    Reading,
    empty_file_error,
)
from sru_ner.corpora.readers.tags import tag_runs

Documents = Literal["guess", "marker", "sentence", "blank_lines", "file"]
"""What begins a document: a line with the document marker, each sentence, two or more blank lines,
or each file. `guess` decides between the first two."""


class Options(LineOptions):
    """Options for the columns of the file, and for what begins a document."""

    documents: Documents = "guess"
    """What begins a document: a line with the document marker (`marker`), each sentence
    (`sentence`), two or more blank lines (`blank_lines`), or each file of a folder (`file`).
    `guess` takes markers, or sentences if a single marker stands at the top of the only file and
    has no identifier that is read."""
    document_ids: bool = False
    """Whether the rest of the marker's line is the document's identifier."""
    sentences: bool = True
    """Whether blank lines end sentences; otherwise sentences are found later, in the text."""

    @model_validator(mode="after")
    def _offsets_are_pairs(self) -> Self:
        if (self.start_column is None) != (self.end_column is None):
            raise ValueError("start_column and end_column need each other")
        if not self.sentences and self.start_column is None:
            raise ValueError("sentences: false needs start_column and end_column")
        return self


@dataclass(frozen=True, slots=True)
class _File:
    """The sentences and markers of one file, in order, and what is wrong in it."""

    name: str
    """Path inside the folder or archive; empty for a single file."""
    sentences: list[Sentence]
    incidents: list[Incident]


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the files. A document without an identifier is named `<name>-<ordinal>`.

    A sentence with a malformed line is left out and counted with its mentions, because without the
    line its text and its mentions may be wrong. Raises `InputError` if a file is not in its
    encoding or has no sentence.
    """
    files = [_read(part, options) for part in read_parts(path, options.members)]
    lone = _lone_marker(files, options) if options.documents == "guess" else None
    if lone:
        detail = (
            "a single document marker does not say where documents end: each sentence is a"
            " document; the option documents=file makes one document of the file"
        )
        files[0].incidents.append(Incident("noted", "single_marker", lone, detail, mentions=0))
    by = options.documents
    if by == "guess":
        marked = any(sentence.marker is not None for file in files for sentence in file.sentences)
        by = "marker" if marked and not lone else "sentence"
    documents: list[RawDocument] = []
    incidents: list[Incident] = []
    for file in files:
        prefix = "-".join(filter(None, (name, file.name)))
        for ordinal, (identifier, found) in enumerate(_documents(file.sentences, by), start=1):
            given = identifier if options.document_ids and by == "marker" else None
            unnamed = f"{prefix}-{ordinal:06d}"
            documents.append(_document(given or unnamed, file.name, found, options))
        incidents += (replace(incident, part=file.name) for incident in file.incidents)
    return Reading(tuple(documents), tuple(incidents))


def _read(part: Part, options: Options) -> _File:
    incidents: list[Incident] = []
    lines = numbered_lines(part, options.encoding)
    sentences = list(read_sentences(lines, options, incidents))
    if all(sentence.marker is not None for sentence in sentences):
        raise empty_file_error(
            "sentence",
            part,
            incidents,
            remedy="check that it is an IOB file, and check the options of its reader",
        )
    return _File(part.name, sentences, incidents)


def _lone_marker(files: Sequence[_File], options: Options) -> int | None:
    """Return the line of a single marker above several sentences of the only file, or None.

    A marker with an identifier that is read names a document, so that it is not meant.
    """
    if len(files) > 1:
        return None
    first, *others = files[0].sentences
    named = options.document_ids and first.marker
    alone = (
        first.marker is not None
        and not named
        and all(sentence.marker is None for sentence in others)
    )
    return first.lines[0] if alone and len(others) > 1 else None


def _documents(
    sentences: Sequence[Sentence], by: Documents
) -> Iterator[tuple[str | None, list[Sentence]]]:
    """Yield the text after each document's marker, or None, and the document's sentences."""
    after_marker: str | None = None
    current: list[Sentence] = []
    for sentence in sentences:
        if sentence.marker is not None:
            if current and by == "marker":
                yield after_marker, current
                current = []
            after_marker = sentence.marker
            continue
        if current and (by == "sentence" or (by == "blank_lines" and sentence.blanks > 1)):
            yield after_marker, current
            current = []
        current.append(sentence)
    if current:
        yield after_marker, current


def _document(
    document_id: str, part: str, sentences: list[Sentence], options: Options
) -> RawDocument:
    mentions: list[RawMention] = []
    placed: list[RawSentence] = []
    pieces: list[str] = []
    length = 0
    for sentence in sentences:
        if pieces:
            pieces.append(" ")
            length += 1
        text, spans = _lay_out(sentence, length)
        pieces.append(text)
        length += len(text)
        placed.append(RawSentence(spans[0][0], spans[-1][1], spans))
        for tags in zip(*sentence.tags, strict=True):
            for run in tag_runs(tags, options.scheme):
                start, end = spans[run.first][0], spans[run.last][1]
                quoted = text[start - spans[0][0] : end - spans[0][0]]
                line = sentence.lines[run.first]
                mentions.append(RawMention(start, end, quoted, run.type, line, run.flaw))
    return RawDocument(
        id=document_id,
        text="".join(pieces),
        mentions=tuple(mentions),
        line=sentences[0].lines[0],
        sentences=tuple(placed) if options.sentences else None,
        part=part,
    )


def _lay_out(sentence: Sentence, offset: int) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return a sentence's text, and (start, end) of its words in the text, plus `offset`."""
    words = sentence.words
    if not sentence.starts:
        ends = list(accumulate((len(word) + 1 for word in words), initial=offset))
        return " ".join(words), tuple((start, end - 1) for start, end in pairwise(ends))
    first = sentence.starts[0]
    spans = tuple(
        (start - first + offset, start - first + offset + len(word))
        for start, word in zip(sentence.starts, words, strict=True)
    )
    gaps = [0, *(start - end for (_, end), (start, _) in pairwise(spans))]
    text = "".join(" " * gap + word for gap, word in zip(gaps, words, strict=True))
    return text, spans
