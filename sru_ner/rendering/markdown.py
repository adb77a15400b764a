"""Tables in GitHub's Markdown."""

from collections.abc import Iterable, Sequence
from typing import Any


def markdown_table(
    headings: Sequence[str], rows: Iterable[Sequence[Any]], *, numbers: int = 0, after: int = 0
) -> str:
    """Return a table; `numbers` columns are right-aligned, and `after` columns follow them.

    A bar in a cell would end the cell, so it is escaped.
    """
    texts = len(headings) - numbers - after
    rule = "|" + "---|" * texts + "---:|" * numbers + "---|" * after
    return "\n".join([_line(headings), rule, *map(_line, rows)]) + "\n"


def _line(cells: Sequence[Any]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
