"""IOB columns: a word and its tag on each line, a blank line after each sentence (CoNLL 2002/2003).

Assumptions: tags are those of `tags.py`. A line that begins with the document marker begins a
document. In a file without such lines each sentence is a document of its own, because nothing says
which sentences belong together.

The file has no raw text: a document's text is its words joined by one space. If there are offset
columns, the words of a sentence have the distance that these say, filled with spaces. Sentences are
one space apart, so it does not matter where their offsets count from.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate, chain, pairwise
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.lines import numbered_lines
from sru_ner.corpora.readers.raw import (
    RawDocument,
    RawMention,
    RawSentence,
    Reading,
    TextOptions,
    empty_file_error,
    read_all,
)
from sru_ner.corpora.readers.tags import Scheme, tag_parser, tag_runs

MAX_GAP = 1000
"""Largest gap between two words, in code points. A wider gap is taken for a mistake."""

_OFFSET = re.compile(r"[0-9]{1,9}")

Row = tuple[str, str, int, int]
"""Word, tag in plain form, start and end; both -1 without offset columns."""


class Options(TextOptions):
    """Options for the columns of the file."""

    separator: Literal["tab", "white_space"] = "tab"
    """Separator of columns: exactly one tab, or any run of white space."""
    word_column: int = 0
    """Column of the word; negative numbers count from the end."""
    tag_column: int = -1
    """Column of the tag; negative numbers count from the end."""
    start_column: int | None = None
    """Column of the word's offset in code points, if there is one."""
    end_column: int | None = None
    """Column of the word's end, exclusive; needs `start_column`."""
    scheme: Scheme = "iob2"
    """Scheme of the tags. `iob1`: an `I-` that continues no mention is correct. `iob2`: it is a
    mistake and is counted. `iobes`: like iob2, and the last word of a mention is marked; BILOU has
    other letters for the same."""
    tag_prefix: str = ""
    """String before each tag, such as the `|` of the SCAI corpora."""
    untyped: str | None = None
    """Type of tags that are only `B` or `I`; by default such tags are malformed."""
    document_marker: str = Field(default="-DOCSTART-", min_length=1)
    """String at the beginning of a line that begins a document."""
    document_ids: bool = False
    """Whether the rest of the marker's line is the document's identifier."""
    comment: str | None = Field(default=None, min_length=1)
    """String at the beginning of a line that is skipped."""
    sentences: bool = True
    """Whether blank lines end sentences; otherwise sentences are found later, in the text."""

    @model_validator(mode="after")
    def _offsets_are_pairs(self) -> Self:
        if (self.start_column is None) != (self.end_column is None):
            raise ValueError("start_column and end_column need each other")
        if not self.sentences and self.start_column is None:
            raise ValueError("sentences: false needs start_column and end_column")
        return self


@dataclass(slots=True)
class _Sentence:
    """The lines of a sentence, as lists: one object for each of a million lines would be slow."""

    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    """Offsets from the file; empty without offset columns."""
    malformed: int | None = None
    """Number of the first line that has no word or no tag."""
    marker: str | None = None
    """Text after the document marker, if this is such a line and not a sentence."""


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the files. A document without an identifier is named `<name>-<ordinal>`.

    A sentence with a malformed line is left out and counted with its mentions, because without the
    line its text and its mentions may be wrong. Raises `InputError` if a file is not in its
    encoding or has no sentence.
    """
    return read_all(path, options.members, lambda part: _read(part, name, options))


def _read(part: Part, name: str, options: Options) -> Reading:
    incidents: list[Incident] = []
    found = _documents(numbered_lines(part, options.encoding), options, incidents)
    prefix = "-".join(filter(None, (name, part.name)))
    documents = tuple(
        _document(identifier or f"{prefix}-{ordinal:06d}", sentences, options)
        for ordinal, (identifier, sentences) in enumerate(found, start=1)
    )
    if not documents:
        raise empty_file_error(
            "sentence",
            part,
            incidents,
            remedy="check that it is an IOB file, and check the options of its reader",
        )
    return Reading(documents, tuple(incidents))


def _documents(
    lines: Iterable[tuple[int, str]], options: Options, incidents: list[Incident]
) -> Iterator[tuple[str | None, list[_Sentence]]]:
    """Yield each document's identifier, or None if the file has none, and its sentences."""
    sentences = list(_sentences(lines, options, incidents))
    if all(sentence.marker is None for sentence in sentences):
        yield from ((None, [sentence]) for sentence in sentences)
        return
    identifier: str | None = None
    current: list[_Sentence] = []
    for sentence in sentences:
        if sentence.marker is None:
            current.append(sentence)
            continue
        if current:
            yield identifier, current
        identifier, current = (sentence.marker if options.document_ids else None), []
    if current:
        yield identifier, current


def _sentences(
    lines: Iterable[tuple[int, str]], options: Options, incidents: list[Incident]
) -> Iterator[_Sentence]:
    """Yield each sentence without malformed lines; a document marker is a sentence of its own."""
    parse = _row_parser(options)
    marker, comment = options.document_marker, options.comment
    current, end = _Sentence(), 0
    for number, line in chain(lines, [(-1, "")]):
        blank = not line or line.isspace()
        marks = line.startswith(marker)
        if blank or marks:
            if current.malformed:
                incidents.append(_left_out(current, options.scheme))
            elif current.words:
                yield current
            current = _Sentence()
            if marks:
                yield _Sentence(marker=line[len(marker) :].strip(), lines=[number])
        elif comment is None or not line.startswith(comment):
            row = parse(line)
            if row is None or (row[2] >= 0 and current.words and not 0 <= row[2] - end <= MAX_GAP):
                current.malformed = current.malformed or number
                continue
            word, tag, start, stated_end = row
            current.words.append(word)
            current.tags.append(tag)
            current.lines.append(number)
            if start >= 0:
                current.starts.append(start)
                end = start + len(word)
                if end != stated_end:
                    detail = f"the word is {len(word)} long, its place {stated_end - start}"
                    incidents.append(Incident("noted", "word_length", number, detail, mentions=0))


def _left_out(sentence: _Sentence, scheme: Scheme) -> Incident:
    mentions = max(1, sum(1 for _ in tag_runs(sentence.tags, scheme)))
    detail = "no word, tag and place in this line: its sentence is left out"
    return Incident("refused", "malformed_line", sentence.malformed or 0, detail, mentions)


def _row_parser(options: Options) -> Callable[[str], Row | None]:
    """Return a function that splits a line into a row, or gives None if something is missing."""
    separator = "\t" if options.separator == "tab" else None
    word_column, tag_column = options.word_column, options.tag_column
    start_column, end_column = options.start_column, options.end_column
    prefix = options.tag_prefix
    plain_tag = tag_parser(options.scheme, options.untyped)

    def parse(line: str) -> Row | None:
        columns = line.split(separator)
        try:
            word, tag = columns[word_column], plain_tag(columns[tag_column].removeprefix(prefix))
            if not word or tag is None or len(columns) < 2:
                return None
            if start_column is None or end_column is None:
                return word, tag, -1, -1
            start, end = columns[start_column], columns[end_column]
        except IndexError:
            return None
        if not (_OFFSET.fullmatch(start) and _OFFSET.fullmatch(end) and int(start) < int(end)):
            return None
        return word, tag, int(start), int(end)

    return parse


def _document(document_id: str, sentences: list[_Sentence], options: Options) -> RawDocument:
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
        for run in tag_runs(sentence.tags, options.scheme):
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
    )


def _lay_out(sentence: _Sentence, offset: int) -> tuple[str, tuple[tuple[int, int], ...]]:
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
