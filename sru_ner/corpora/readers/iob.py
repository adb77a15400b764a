"""IOB columns: a word and its tag a line, a blank line after each sentence (CoNLL 2002/2003).

Assumptions: `B-X` always opens a mention, so adjacent `B-` tags are separate mentions; an `I-X`
that continues nothing opens one too, which is right in IOB1 and counted as repaired in IOB2.
Lines whose word is `-DOCSTART-` begin a document; in a file without any, each sentence is a
document of its own, since nothing says which belong together.

There is no raw text: a document's text is its words joined by one space.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from sru_ner.corpora.readers.raw import (
    Incident,
    RawDocument,
    RawMention,
    RawSentence,
    Reading,
    numbered_lines,
)
from sru_ner.errors import InputError

DOCUMENT_START = "-DOCSTART-"


class Options(BaseModel):
    """How the columns lie in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    separator: Literal["tab", "white_space"] = "tab"
    """What stands between columns: exactly one tab, or any run of white space."""
    word_column: int = 0
    """Column of the word; negative numbers count from the end."""
    tag_column: int = -1
    """Column of the tag; negative numbers count from the end."""
    scheme: Literal["iob1", "iob2"] = "iob2"
    """Whether an `I-` that continues nothing is right (iob1) or a slip to be counted (iob2)."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """Consecutive lines; lists, because an object a line is slow for a million lines."""

    line: int
    words: list[str]
    tags: list[str]


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read one file; documents are called `<name>-<ordinal>`.

    A sentence with a malformed line is left out and counted with its mentions: without the line
    neither its text nor its mentions can be trusted. Raises `InputError` where the file is not
    UTF-8 or holds no sentence.
    """
    incidents: list[Incident] = []
    groups = list(_documents(numbered_lines(path), options, incidents))
    if not groups:
        raise InputError(
            "no sentence in this file" + (f": {incidents[0].detail}" if incidents else ""),
            path=path,
            line=incidents[0].line if incidents else None,
            remedy="check that it is an IOB file and what `options` the catalog gives its reader",
        )
    documents = tuple(
        _document(f"{name}-{ordinal:06d}", sentences, options)
        for ordinal, sentences in enumerate(groups, start=1)
    )
    return Reading(documents, tuple(incidents))


def _documents(
    lines: Iterable[tuple[int, str]], options: Options, incidents: list[Incident]
) -> Iterator[list[_Sentence]]:
    """Yield the sentences of each document."""
    sentences = list(_sentences(lines, options, incidents))
    if not any(sentence.words[0] == DOCUMENT_START for sentence in sentences):
        yield from ([sentence] for sentence in sentences)
        return
    current: list[_Sentence] = []
    for sentence in sentences:
        if sentence.words[0] != DOCUMENT_START:
            current.append(sentence)
        elif current:
            yield current
            current = []
    if current:
        yield current


def _sentences(
    lines: Iterable[tuple[int, str]], options: Options, incidents: list[Incident]
) -> Iterator[_Sentence]:
    """Yield each sentence without malformed lines; a document start is one of its own."""
    parse = _row_parser(options)
    words: list[str] = []
    tags: list[str] = []
    first = 0
    malformed: int | None = None
    for number, line in chain(lines, [(-1, "")]):
        blank = not line or line.isspace()
        row = None if blank else parse(line)
        starts_document = row is not None and row[0] == DOCUMENT_START
        if blank or starts_document:
            if malformed:
                mentions = max(1, sum(tag.startswith("B-") for tag in tags))
                detail = "no word and tag in this line: its sentence is left out"
                incidents.append(Incident("refused", "malformed_line", malformed, detail, mentions))
            elif words:
                yield _Sentence(first, words, tags)
            words, tags, malformed = [], [], None
        if starts_document:
            yield _Sentence(number, [DOCUMENT_START], ["O"])
        elif row is not None:
            first = first if words else number
            words.append(row[0])
            tags.append(row[1])
        elif not blank:
            malformed = malformed or number


def _row_parser(options: Options) -> Callable[[str], tuple[str, str] | None]:
    """Return what splits a line into word and tag; that gives None where one is missing."""
    separator = "\t" if options.separator == "tab" else None
    word_column, tag_column = options.word_column, options.tag_column

    def parse(line: str) -> tuple[str, str] | None:
        columns = line.split(separator)
        try:
            word, tag = columns[word_column], columns[tag_column]
        except IndexError:
            return None
        known = tag == "O" or (tag[:2] in ("B-", "I-") and len(tag) > 2)
        return (word, tag) if word and known and len(columns) > 1 else None

    return parse


def _document(document_id: str, sentences: list[_Sentence], options: Options) -> RawDocument:
    mentions: list[RawMention] = []
    placed: list[RawSentence] = []
    offset = 0
    for sentence in sentences:
        ends = list(accumulate((len(word) + 1 for word in sentence.words), initial=offset))
        spans = tuple((start, end - 1) for start, end in pairwise(ends))
        offset = ends[-1]
        placed.append(RawSentence(spans[0][0], spans[-1][1], spans))
        for first, last in _runs(sentence.tags):
            guessed = options.scheme == "iob2" and sentence.tags[first].startswith("I-")
            mentions.append(
                RawMention(
                    start=spans[first][0],
                    end=spans[last][1],
                    text=" ".join(sentence.words[first : last + 1]),
                    type=sentence.tags[first][2:],
                    line=sentence.line + first,
                    flaw="inside_without_begin" if guessed else None,
                )
            )
    return RawDocument(
        id=document_id,
        text=" ".join(word for sentence in sentences for word in sentence.words),
        mentions=tuple(mentions),
        line=sentences[0].line,
        sentences=tuple(placed),
    )


def _runs(tags: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the indices of the first and last tag of each mention of a sentence."""
    first: int | None = None
    for i, tag in enumerate(tags):
        if first is not None and tag == "I-" + tags[first][2:]:
            continue
        if first is not None:
            yield first, i - 1
        first = None if tag == "O" else i
    if first is not None:
        yield first, len(tags) - 1
