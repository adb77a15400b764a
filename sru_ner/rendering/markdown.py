"""Tables in GitHub's Markdown."""

from collections.abc import Iterable, Sequence
from typing import Any


def markdown_table(
    headings: Sequence[str], rows: Iterable[Sequence[Any]], *, numbers: int = 0, after: int = 0
) -> str:
    """A table; before the last `after` columns, `numbers` columns are right-aligned.

    A bar in a cell, which would end it, is escaped.
    """
    texts = len(headings) - numbers - after
    rule = "|" + "---|" * texts + "---:|" * numbers + "---|" * after
    return "\n".join([_line(headings), rule, *map(_line, rows)]) + "\n"


def _line(cells: Sequence[Any]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
