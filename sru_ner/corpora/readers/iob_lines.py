"""Reads the lines of column formats: words with tags, sentence ends, document markers, comments.

Columns are counted from 0, and negative numbers count from the end. A line that begins with the
comment sign is a comment unless it is a row: `#aspirin<TAB>B-Drug` is a word. A row has a word, a
tag and as many columns as the first row of the file.

In CoNLL-U (https://universaldependencies.org/format.html), the first column numbers the words of a
sentence. Rows of multiword tokens (`1-2`) and empty nodes (`1.1`) are no words of their own.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal, NamedTuple

from pydantic import Field

from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.raw import TextOptions
from sru_ner.corpora.readers.tags import OUTSIDE, Scheme, tag_parser, tag_runs

MAX_GAP = 1000
"""Largest gap between two words, in code points. A wider gap is taken for a mistake."""

DOCSTART = "-DOCSTART-"
"""Document marker of CoNLL-2003; its line may have the columns of a row."""

_OFFSET = re.compile(r"[0-9]{1,9}")
_NO_WORD = re.compile(r"[0-9]+[-.][0-9]+")
_KEY = re.compile(r"id\s*=\s*")


class LineOptions(TextOptions):
    """Options for the columns of the file."""

    separator: Literal["tab", "white_space"] = "tab"
    """Separator of columns: exactly one tab, or any run of white space."""
    word_column: int = 0
    """Column of the word; negative numbers count from the end."""
    tag_column: int = -1
    """Column of the tag; negative numbers count from the end."""
    nested_tag_columns: tuple[int, ...] = ()
    """Further columns of tags, whose mentions are taken, too, such as the inner ones of GermEval
    2014."""
    id_column: int | None = None
    """Column that numbers the words of a sentence, as in CoNLL-U; rows with `1-2` or `1.1` there
    are passed over and counted."""
    start_column: int | None = None
    """Column of the word's offset in code points, if there is one."""
    end_column: int | None = None
    """Column of the word's end, exclusive; needs `start_column`."""
    header: bool = False
    """Whether the first line that is not blank names the columns."""
    scheme: Scheme = "iob2"
    """Scheme of the tags. `iob1`: an `I-` that continues no mention is correct. `iob2`: it is a
    mistake and is counted. `iobes`: like iob2, and the last word of a mention is marked; BILOU has
    other letters for the same. `io`: a tag is a type, with or without `I-`."""
    tag_prefix: str = ""
    """String before each tag, such as the `|` of the SCAI corpora."""
    tag_separator: Literal["-", "_"] = "-"
    """Sign between letter and type: `B-X` or `B_X`."""
    outside: str = Field(default=OUTSIDE, min_length=1)
    """Tag of the words outside mentions."""
    untyped: str | None = None
    """Type of tags that are only `B` or `I`; by default such tags are malformed."""
    document_marker: str = Field(default=DOCSTART, min_length=1)
    """String at the beginning of a line that begins a document."""
    comment: str | None = Field(default=None, min_length=1)
    """String at the beginning of a line that is skipped, unless the line is a row."""


class Row(NamedTuple):
    """A line with a word."""

    word: str
    tags: tuple[str, ...]
    """In plain form, of the column of tags and of the nested ones."""
    start: int
    end: int
    """Offsets from the file; both -1 without offset columns."""
    is_word: bool
    """Whether it is a word of its own, not a multiword token or an empty node."""


@dataclass(slots=True)
class Sentence:
    """The lines of a sentence, as lists: one object for each of a million lines would be slow."""

    words: list[str] = field(default_factory=list)
    tags: list[tuple[str, ...]] = field(default_factory=list)
    """Tags of each word in plain form, of the column of tags and of the nested ones."""
    lines: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    """Offsets from the file; empty without offset columns."""
    blanks: int = 0
    """Number of blank lines before it."""
    malformed: int | None = None
    """Number of the first line that has no word or no tag."""
    marker: str | None = None
    """Text after the document marker, if this is such a line and not a sentence."""

    def add(self, row: Row, line: int) -> None:
        """Add a word, given the number of its line."""
        self.words.append(row.word)
        self.tags.append(row.tags)
        self.lines.append(line)
        if row.start >= 0:
            self.starts.append(row.start)


def read_sentences(
    lines: Iterable[tuple[int, str]], options: LineOptions, incidents: list[Incident]
) -> Iterator[Sentence]:
    """Yield each sentence without malformed lines; a document marker is a sentence of its own.

    A sentence with a malformed line is added to `incidents` with its mentions.
    """
    parse, lines = _line_parser(lines, options)
    marker, comment = options.document_marker, options.comment
    current, end, blanks, header = Sentence(), 0, 0, options.header
    for number, line in chain(lines, [(-1, "")]):
        blank = not line or line.isspace()
        blanks += blank
        if header and not blank:
            header = False
            continue
        row = None if blank else parse(line)
        marks = line.startswith(marker) and (row is None or marker.startswith(DOCSTART))
        if blank or marks:
            if current.malformed:
                incidents.append(_left_out(current, options.scheme))
            elif current.words:
                yield current
            current = Sentence()
            if marks:
                yield Sentence(marker=_KEY.sub("", line[len(marker) :].strip(), 1), lines=[number])
            continue
        if row is None and comment is not None and line.startswith(comment):
            continue
        if not (current.words or current.malformed):
            current.blanks = blanks
        blanks = 0
        if row is not None and not row.is_word:
            incidents.append(_passed_over(row, number))
        elif row is None or (row.start >= 0 and _is_misplaced(row, current, end)):
            current.malformed = current.malformed or number
        else:
            current.add(row, number)
            end = row.start + len(row.word)
            if end != row.end and row.start >= 0:
                detail = f"the word is {len(row.word)} long, its place {row.end - row.start}"
                incidents.append(Incident("noted", "word_length", number, detail, mentions=0))


def _is_misplaced(row: Row, sentence: Sentence, end: int) -> bool:
    return bool(sentence.words) and not 0 <= row.start - end <= MAX_GAP


def _left_out(sentence: Sentence, scheme: Scheme) -> Incident:
    columns = zip(*sentence.tags, strict=True)
    mentions = max(1, sum(1 for tags in columns for _ in tag_runs(tags, scheme)))
    detail = "no word, tag and place in this line: its sentence is left out"
    return Incident("refused", "malformed_line", sentence.malformed or 0, detail, mentions)


def _passed_over(row: Row, number: int) -> Incident:
    if any(tag != OUTSIDE for tag in row.tags):
        detail = "a multiword token or empty node has a tag: only words can have one"
        return Incident("refused", "tag_of_no_word", number, detail)
    detail = "a multiword token or empty node is not a word of its own"
    return Incident("noted", "no_word", number, detail, mentions=0)


def _line_parser(
    lines: Iterable[tuple[int, str]], options: LineOptions
) -> tuple[Callable[[str], Row | None], Iterable[tuple[int, str]]]:
    """Return a function that splits a line into a row, if it is one, and all lines of the file.

    A line that begins like a comment or a marker is a row only if it is as wide as other rows.
    """
    parse = _row_parser(options)
    signs = (options.document_marker, *([options.comment] if options.comment else []))
    if signs == (DOCSTART,):
        return parse, lines
    separator = "\t" if options.separator == "tab" else None
    lines, head, width = iter(lines), [], None
    for number, line in lines:
        head.append((number, line))
        if not line.startswith(signs) and parse(line):
            width = len(line.split(separator))
            break

    def parse_if_row(line: str) -> Row | None:
        is_wide = width is None or not line.startswith(signs)
        return parse(line) if is_wide or len(line.split(separator)) == width else None

    return parse_if_row, chain(head, lines)


def _row_parser(options: LineOptions) -> Callable[[str], Row | None]:
    separator = "\t" if options.separator == "tab" else None
    word_column, id_column = options.word_column, options.id_column
    tag_column, nested_columns = options.tag_column, options.nested_tag_columns
    start_column, end_column = options.start_column, options.end_column
    tags_in_cell = _cell_parser(options)

    def parse(line: str) -> Row | None:
        columns = line.split(separator)
        try:
            if id_column is not None and _NO_WORD.fullmatch(columns[id_column]):
                # Most such rows have no tag at all, which is written `_`.
                found = (tags_in_cell(columns[i]) or () for i in (tag_column, *nested_columns))
                return Row("", tuple(chain.from_iterable(found)), -1, -1, False)
            word, tags = columns[word_column], tags_in_cell(columns[tag_column])
            for column in nested_columns:
                inner = tags_in_cell(columns[column])
                tags = tags + inner if tags and inner else None
            if not word or tags is None or len(columns) < 2:
                return None
            if start_column is None or end_column is None:
                return Row(word, tags, -1, -1, True)
            start, end = columns[start_column], columns[end_column]
        except IndexError:
            return None
        if not (_OFFSET.fullmatch(start) and _OFFSET.fullmatch(end) and int(start) < int(end)):
            return None
        return Row(word, tags, int(start), int(end), True)

    return parse


def _cell_parser(options: LineOptions) -> Callable[[str], tuple[str, ...] | None]:
    """Return a function that makes a cell a tuple of its plain tag, or None if it is no tag."""
    plain_tag = tag_parser(
        options.scheme,
        options.untyped,
        outside=options.outside,
        separator=options.tag_separator,
    )
    # A corpus has millions of cells and a dozen different ones.
    known: dict[str, tuple[str, ...] | None] = {}

    def parse(cell: str) -> tuple[str, ...] | None:
        if cell not in known:
            tag = plain_tag(cell.removeprefix(options.tag_prefix))
            known[cell] = (tag,) if tag else None
        return known[cell]

    return parse
