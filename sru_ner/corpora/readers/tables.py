"""Reads the rows of tables in text files: CSV as in RFC 4180, and TSV, which has no quoting.

In TSV, a quotation mark is a character like any other (IANA, text/tab-separated-values). Yet some
programs write TSV by the rules of CSV. A table with tabs is therefore read as quoted only if that
explains each quotation mark in it: every field with one is quoted as a whole and needs it, unless
the names of the columns are quoted, too, and no quoted field swallows a line that is a row of its
own. A lone quotation mark then never joins rows.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from sru_ner.errors import InputError

MAX_FIELD = 2**27
"""Largest length of a field in code points. The limit of the library is too low for texts."""

Delimiter = Literal["comma", "semicolon", "tab", "most_frequent"]

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_TAB = "\t"
_NONE = "\x1f"
"""Delimiter that occurs in no file, for a table of one column with any of the others."""

_CARRIAGE_RETURN = re.compile(r"(?<=\r)(?!\n|\Z)")
_CLOSED = re.compile(r'"(?:[^"]|"")*"(?=\t|$)')
_NEEDLESS = re.compile(r'"[^"\t\r]+"')
_OPENED = re.compile(r'"(?:[^"]|"")*$')
_BARE = re.compile(r'[^\t"]*(?=\t|$)')
_REST = re.compile(r'(?:[^"]|"")*"(?=\t|$)')
_INSIDE = re.compile(r'(?:[^"]|"")*$')


@dataclass(frozen=True, slots=True)
class Layout:
    """How the fields of a table are written."""

    delimiter: str
    """The character between two fields."""
    quoted: bool
    """Whether fields may be quoted as in RFC 4180; otherwise a quotation mark is a character."""


def find_layout(
    lines: Iterable[str], delimiter: Delimiter = "most_frequent", *, whole: bool = True
) -> Layout:
    """Find the layout of a table from its lines.

    delimiter: the known one, or that which is the most frequent in the first line. whole: whether
    all lines may be read to see if a table with tabs is quoted; otherwise its first line tells.
    """
    lines = iter(lines)
    first = next(lines, "")
    between = _DELIMITERS.get(delimiter) or _most_frequent(first)
    if between != _TAB:
        return Layout(between, quoted=True)
    quoted = _is_quoted(chain([first], lines)) if whole else first.startswith('"')
    return Layout(between, quoted)


def read_rows(
    lines: Iterable[str],
    place: str,
    layout: Layout,
    on_merged: Callable[[int], object] = int,
) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of the first line, fields) of each row that is not blank.

    lines: lines with their ends, which are `\\n`. place: name of the file in error messages.
    on_merged: called with the number of a row's first line, if one of its further lines has as many
    fields as the first line of the table. Such a row may be right, or a quotation mark is missing.
    Raises `InputError` if a quotation mark is never closed.
    """
    if not layout.quoted:
        for number, line in enumerate(lines, start=1):
            row = line.removesuffix("\n").removesuffix("\r").split(layout.delimiter)
            if any(row):
                yield number, row
        return
    held: list[str] = []
    reader = csv.reader(_kept(lines, held), delimiter=layout.delimiter, strict=True)
    number, width = 1, -1
    with _long_fields():
        try:
            for row in reader:
                width = len(row) if width < 0 else width
                # Each line looks like a row of one column. Doubled marks show that it is quoted.
                told = width == 1 and any('""' in line for line in held)
                if not told and any(_count(line, layout) == width for line in held[1:]):
                    on_merged(number)
                if any(row):
                    yield number, row
                number = reader.line_num + 1
                held.clear()
        except csv.Error as error:
            raise InputError(
                f"the table cannot be read from here on ({error})",
                path=place,
                line=number,
                remedy="look for a quotation mark that is never closed, and check the delimiter",
            ) from None


def _kept(lines: Iterable[str], held: list[str]) -> Iterator[str]:
    """Yield lines; add each to `held`."""
    for line in lines:
        # A carriage return alone ends a row, too, unless it is in a quoted field.
        for piece in _CARRIAGE_RETURN.split(line) if "\r" in line else (line,):
            held.append(piece)
            yield piece


def _count(line: str, layout: Layout) -> int:
    return line.count(layout.delimiter) + 1


def _most_frequent(first: str) -> str:
    found = max(_DELIMITERS.values(), key=first.count)
    return found if found in first or not first.strip() else _NONE


def _is_quoted(lines: Iterable[str]) -> bool:
    """Tell whether quoting explains each quotation mark of a table with tabs, and there is one."""
    found = inside = False
    width, everywhere = -1, False
    for line in lines:
        row = line.rstrip("\r\n")
        if width < 0:
            width, everywhere = row.count(_TAB), row.startswith('"')
        if inside and width > 0 and row.count(_TAB) == width:
            return False  # a row of its own
        opened = _leaves_open(row, inside=inside, everywhere=everywhere)
        if opened is None:
            return False
        found = found or '"' in row
        inside = opened
    return found and not inside


def _leaves_open(row: str, *, inside: bool, everywhere: bool) -> bool | None:
    """Return whether a quoted field is open at the end of a line; None if it is not quoted right.

    inside: whether a quoted field is open at its beginning. everywhere: whether fields are quoted
    that do not need it, because they have neither a tab nor a quotation mark.
    """
    position = 0
    if inside:
        if _INSIDE.fullmatch(row):
            return True
        rest = _REST.match(row)
        if rest is None:
            return None
        position = rest.end() + 1
    while position <= len(row):
        field = _CLOSED.match(row, position) or _BARE.match(row, position)
        if field is None:
            return True if _OPENED.match(row, position) else None
        if not everywhere and _NEEDLESS.fullmatch(field[0]):
            return None
        position = field.end() + 1
    return False


@contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(MAX_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)
