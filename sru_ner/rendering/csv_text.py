"""CSV text: UTF-8 strings with `\\n` line ends, the same for the same rows."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

_COMPUTED = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as CSV: the headings, then one line for each row.

    A cell is written as `str` gives it, and None as an empty cell. A cell is quoted only where a
    comma, a quotation mark or a newline in it requires that, or a carriage return in its row. A
    text that a spreadsheet would take for a formula gets an apostrophe in front: see `inert`.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    # Python's writer does not quote a carriage return, which ends a row for many programs.
    quoting = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for given in (headings, *rows):
        row = [inert(cell) if isinstance(cell, str) else cell for cell in given]
        returns = any("\r" in cell for cell in row if isinstance(cell, str))
        (quoting if returns else writer).writerow(row)
    return buffer.getvalue()


def inert(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: with an apostrophe before `= + - @`.

    A formula in a text can send other cells away, or start a program. Numbers stay as they are.
    """
    return f"'{cell}" if _COMPUTED.match(cell) and not _NUMBER.fullmatch(cell) else cell
