"""Guesses how column formats are to be read: separator, columns, scheme, comments and documents.

Columns are guessed from many lines of several files. Document markers are decided from all lines,
because a marker at the top does not say whether there are more.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, product
from pathlib import PurePosixPath
from typing import Any

from sru_ner.corpora.detect_tags import RULY, TagForm, guess_bare_tags, guess_tags
from sru_ner.corpora.readers.iob_lines import DOCSTART
from sru_ner.corpora.split_names import splits_of_members

SAMPLE = 5000
"""Number of lines, of all files together, from which columns are guessed."""
MANY_FILES = 4
"""Smallest number of files of a folder that are taken for a document each."""

_RARE, _USUAL = 0.02, 0.7
"""Share of sentences that end documents: if it is lower or higher, blank lines say nothing."""
_CHUNKS = frozenset(
    ("NP", "VP", "PP", "ADVP", "ADJP", "SBAR", "PRT", "INTJ", "LST", "UCP", "CONJP")
)
_WORD_NUMBER = re.compile(r"[0-9]+([-.][0-9]+)?")
_OFFSET = re.compile(r"[0-9]{1,9}")
_COMMENT_KEY = re.compile(r"#\s*[\w.:-]+\s*=")
_NEWDOC = re.compile(r"#\s*newdoc\b")


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """The options of the reader `iob`, and sentences about them for people."""

    options: dict[str, Any]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows of the sampled lines."""

    separator: str | None
    rows: list[list[str]]
    """Cells of each row; an empty list for a blank line."""
    width: int

    def column(self, index: int) -> list[str]:
        return [row[index] for row in self.rows if row]


@dataclass(frozen=True, slots=True)
class _Tags:
    """A column of tags."""

    column: int
    form: TagForm
    prefix: str

    def is_tag(self, cell: str) -> bool:
        return self.form.is_tag(cell.removeprefix(self.prefix))


def guess_columns(files: Sequence[Sequence[str]], names: Sequence[str]) -> ColumnGuess | None:
    """Guess the options of the reader `iob`; None if the files are not in columns.

    files: the lines of each file. names: its path inside the folder or archive, or an empty string.
    """
    each = max(1, SAMPLE // max(1, len(files)))
    sample = [line for lines in files for line in (*lines[:each], "")]
    # A comment may be as wide as a row: words with # are looked at only if all others say nothing.
    plain = [line for line in sample if not line.startswith("#")]
    for lines, separator in product((plain, sample), ("\t", None)):
        table = _table(lines, separator)
        found = list(_tag_columns(table)) if table else []
        if table and found:
            return _guess(table, found, files, names)
    return None


def _table(lines: Sequence[str], separator: str | None) -> _Table | None:
    """Return the rows of the most frequent width, if nearly all lines have it."""
    lines = [line for line in lines if not line.startswith((DOCSTART, "###"))]
    cells = [line.split(separator) if line.strip() else [] for line in lines]
    widths = Counter(len(row) for row in cells if row)
    if not widths:
        return None
    width, count = widths.most_common(1)[0]
    if width < 2 or count < RULY * sum(widths.values()):
        return None
    return _Table(separator, [row for row in cells if len(row) in (0, width)], width)


def _tag_columns(table: _Table) -> Iterator[_Tags]:
    """Yield the columns of tags, the last one first; columns of syntactic chunks are none."""
    found = [tags for i in reversed(range(table.width)) if (tags := _tags(table, i, bare=False))]
    if not found:
        bare = (_tags(table, i, bare=True) for i in reversed(range(1, table.width)))
        found = [tags for tags in bare if tags][:1]
    # A first column of tags in front of the words is unusual: only if there is no other.
    yield from [tags for tags in found if tags.column > 0] or found


def _tags(table: _Table, column: int, *, bare: bool) -> _Tags | None:
    """Return a column if its cells are tags; `bare`: types without a letter, as in IO."""
    filled = table.column(column)
    prefix = "|" if all(cell.startswith("|") for cell in filled) else ""
    cells = [row[column].removeprefix(prefix) if row else None for row in table.rows]
    form = guess_bare_tags(cells) if bare else guess_tags(cells)
    if form is None or set(form.types) <= _CHUNKS:
        return None
    return _Tags(column, form, prefix)


def _guess(
    table: _Table, found: Sequence[_Tags], files: Sequence[Sequence[str]], names: Sequence[str]
) -> ColumnGuess:
    tags = found[0]
    rows = [row for row in table.rows if row][int(tags.form.header) :]
    options: dict[str, Any] = {"scheme": tags.form.scheme}
    notes: list[str] = []
    if table.separator is None:
        options["separator"] = "white_space"
    number = _is_numbered(table)
    word = _word_column(table, found, numbered=number)
    if word:
        options["word_column"] = word
    if tags.column < table.width - 1:
        options["tag_column"] = tags.column
    if number:
        options["id_column"] = 0
    if tags.prefix:
        options["tag_prefix"] = tags.prefix
    options |= tags.form.options()
    if tags.form.header:
        options["header"] = True
    options |= _offsets(rows, word, tags.column)
    notes.append(
        f"words are in column {word} and tags in column {tags.column} of {table.width}, counted"
        " from 0"
    )
    if len(found) > 1:
        others = ", ".join(str(other.column) for other in reversed(found[1:]))
        notes.append(
            f"column {others} holds tags, too, which are not read: choose one by --option"
            f" tag_column={found[-1].column}, or read both, for nested mentions, by --option"
            f" nested_tag_columns={others}"
        )
    options |= _documents(table, tags, files, names, notes)
    return ColumnGuess(options, tuple(notes))


def _is_numbered(table: _Table) -> bool:
    """Whether the first column numbers the words of each sentence, from 0 or 1 on."""
    if table.width < 3:
        return False
    cells = [row[0] if row else "" for row in table.rows]
    filled = [cell for cell in cells if cell]
    if not all(_WORD_NUMBER.fullmatch(cell) for cell in filled):
        return False
    plain = [
        int(cell) if _OFFSET.fullmatch(cell) else None
        for cell in cells
        if _OFFSET.fullmatch(cell) or not cell
    ]
    steps = [(a, b) for a, b in pairwise([None, *plain]) if b is not None]
    right = sum(b == a + 1 if a is not None else b in (0, 1) for a, b in steps)
    return bool(steps) and right >= RULY * len(steps)


def _word_column(table: _Table, found: Sequence[_Tags], *, numbered: bool) -> int:
    """Return the first column whose cells vary like words; numbers and tags are none."""
    taken = {tags.column for tags in found} | ({0} if numbered else set())
    variety = {}
    for column in range(table.width):
        cells = table.column(column)
        digits = sum(cell.isdecimal() for cell in cells)
        if column not in taken and digits < len(cells):
            variety[column] = len(set(cells))
    most = max(variety.values(), default=0)
    return next((column for column, count in variety.items() if count >= most / 2), 0)


def _offsets(rows: Sequence[Sequence[str]], word: int, tag: int) -> dict[str, Any]:
    """Find the first two adjacent columns of numbers that are start and end of the row's word."""
    for column in range(word + 1, tag - 1):
        pairs = [(row[column], row[column + 1], row[word]) for row in rows]
        if all(
            _OFFSET.fullmatch(a) and _OFFSET.fullmatch(b) and int(b) - int(a) == len(w)
            for a, b, w in pairs
        ):
            return {"start_column": column, "end_column": column + 1, "sentences": False}
    return {}


def _documents(
    table: _Table,
    tags: _Tags,
    files: Sequence[Sequence[str]],
    names: Sequence[str],
    notes: list[str],
) -> dict[str, Any]:
    """Return the options for comments, document markers and what begins a document."""

    def is_row(line: str) -> bool:
        cells = line.split(table.separator)
        return len(cells) == table.width and tags.is_tag(cells[tags.column])

    signs = [
        [(i, line) for i, line in enumerate(lines) if line.startswith("#") and not is_row(line)]
        for lines in files
    ]
    lines = [line for found in signs for _, line in found]
    starts = sum(line.startswith(DOCSTART) for found in files for line in found)
    options: dict[str, Any] = {}
    if starts > 1 and starts > sum(any(x.startswith(DOCSTART) for x in f) for f in files):
        after = [x[len(DOCSTART) :].strip() for f in files for x in f if x.startswith(DOCSTART)]
        if all(after) and len(set(after)) == len(after):
            options["document_ids"] = True
    elif newdocs := [line for line in lines if _NEWDOC.match(line)]:
        marker = _NEWDOC.match(newdocs[0])
        options["document_marker"] = marker[0] if marker else "# newdoc"
        options |= {"document_ids": True} if all("=" in line for line in newdocs) else {}
    elif hashes := [line for line in lines if line.startswith("###")]:
        options |= {"document_marker": "###", "document_ids": True}
        lines = [line for line in lines if line not in set(hashes)]
    elif starts == 0 and lines and _are_headings(files, signs):
        return options | {"document_marker": "#", "document_ids": True}
    if lines:
        options["comment"] = "#"
        notes.append(f"lines that begin with # are comments, unless they are rows: {len(lines):,}")
    if "document_marker" not in options and not options.get("document_ids"):
        options |= _unmarked(files, names, starts, notes)
    return options


def _are_headings(
    files: Sequence[Sequence[str]], signs: Sequence[Sequence[tuple[int, str]]]
) -> bool:
    """Whether lines with # name documents: one above each, all different, none `key = value`."""
    texts = [line.lstrip("#").strip() for found in signs for _, line in found]
    if not all(texts) or len(set(texts)) < len(texts):
        return False
    if any(_COMMENT_KEY.match(line) for found in signs for _, line in found):
        return False
    return all(
        i == 0 or not lines[i - 1].strip()
        for lines, found in zip(files, signs, strict=True)
        for i, _ in found
    )


def _unmarked(
    files: Sequence[Sequence[str]], names: Sequence[str], starts: int, notes: list[str]
) -> dict[str, Any]:
    """Return what begins a document if markers do not say it, or only once in each file."""
    single = all(sum(line.startswith(DOCSTART) for line in lines) <= 1 for lines in files)
    if starts and not single:
        return {}
    if starts and len(files) == 1:
        notes.append("a single -DOCSTART- does not say where documents end: each sentence is one")
        return {}
    # A folder of a split may hold a file for each document, but a file of a split is not one.
    own_names = splits_of_members(PurePosixPath(name).name for name in names)
    if len(files) >= MANY_FILES and not any(own_names.splits.values()):
        notes.append(f"each of the {len(files):,} files is a document")
        return {"documents": "file"}
    blanks = [count for lines in files for count in _blank_runs(lines)]
    double_blank = sum(count > 1 for count in blanks)
    if double_blank > 1 and _RARE <= double_blank / len(blanks) < _USUAL:
        notes.append(f"two blank lines end a document, {double_blank:,} times")
        return {"documents": "blank_lines"}
    return {}


def _blank_runs(lines: Sequence[str]) -> list[int]:
    """Return the number of blank lines after each sentence but the last."""
    runs = [(blank, sum(1 for _ in run)) for blank, run in groupby(not x.strip() for x in lines)]
    return [count for blank, count in runs[1:-1] if blank]
