"""CSV text: UTF-8 strings with `\\n` line ends, the same for the same rows."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as CSV: the headings, then one line for each row.

    A cell is written as `str` gives it, and None as an empty cell. A cell is quoted only where a
    comma, a quotation mark or a newline in it requires that, or a carriage return in its row.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    # Python's writer does not quote a carriage return, which ends a row for many programs.
    quoting = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in (headings, *rows):
        returns = any("\r" in cell for cell in row if isinstance(cell, str))
        (quoting if returns else writer).writerow(row)
    return buffer.getvalue()
